// A server under a profile for a whole suite, with storescp as its peer: what it is sent, what it lists and what it gives back.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { asPart10, ctSlice, type Values } from './data-sets.ts';
import { jobClient } from './job-client.ts';
import { freePort } from './ports.ts';
import { type ProfiledServer, startProfile } from './profile.ts';
import { run, runWithInput, startStorescp } from './programs.ts';
import { silentPort } from './silent-port.ts';

const comparison = join(import.meta.dirname, 'compare_data_sets.py');

/** Private blocks, a sequence in one, unknown and empty elements, made by pydicom. */
const strange = `
import sys, pydicom
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
d = pydicom.dcmread(sys.argv[1])
block = d.private_block(0x0029, 'CONCORD TEST', create=True)
inner = Dataset()
inner.add_new(0x00100020, 'LO', 'INNER')
block.add_new(0x01, 'SQ', Sequence([inner, Dataset()]))
block.add_new(0x02, 'UN', bytes(range(256)))
d.PatientComments = ''
d.save_as(sys.argv[2])
`;

/** Started before the tests of a suite, with storescp as its peer DEST, and peers that cannot be reached: CLOSED and SILENT. */
export function storingSuite(profile: string, title: string) {
  const endings: (() => void | Promise<void>)[] = [];
  const hooks = { after: (end: () => void | Promise<void>) => void endings.push(end) };
  const parts: { server?: ProfiledServer; received: string } = { received: '' };
  before(async () => {
    const [port, closed] = [await freePort(), await freePort()];
    const at = (aeTitle: string, peerPort: number) => ({ aeTitle, host: '127.0.0.1', port: peerPort });
    const peers = [at('DEST', port), at('CLOSED', closed), at('SILENT', await silentPort(hooks))];
    const waits = { networkTimeout: 1, sendAttempts: 1, storeLayout: 'files' } as const;
    parts.server = await startProfile({ after: (end) => void endings.push(end) }, profile, { peers, ...waits });
    parts.received = join(parts.server.folder, 'received');
    mkdirSync(parts.received);
    await startStorescp(hooks, parts.received, port);
  });
  after(async () => {
    for (const end of endings.reverse()) await end();
  });
  const server = (): ProfiledServer => {
    assert.ok(parts.server);
    return parts.server;
  };
  const store = async (name: string, bytes: Uint8Array, ...options: readonly string[]) => {
    const path = join(server().folder, `${name}.dcm`);
    writeFileSync(path, bytes);
    const { exitCode, output } = await run('storescu', '-R', ...options, ...server().called(title), path);
    assert.equal(exitCode, 0, output);
    return path;
  };
  /** Has a study sent to DEST; resolves with the files that came. */
  const sent = async (study: string): Promise<readonly string[]> => {
    const there = new Set(readdirSync(parts.received));
    const jobs = jobClient(server().httpPort);
    const { state, detail } = await jobs.until(await jobs.send('DEST', { studyInstanceUid: study }), 'done', 'failed');
    assert.equal(state, 'done', detail);
    return readdirSync(parts.received)
      .filter((name) => !there.has(name))
      .map((name) => join(parts.received, name));
  };
  const instances = async (study: string): Promise<readonly Record<string, { Value?: readonly unknown[] }>[]> => {
    const response = await fetch(`http://127.0.0.1:${server().httpPort}/dicom-web/studies/${study}/instances`);
    return response.status === 200 ? await response.json() : [];
  };
  const echoOf = async (aeTitle: string) =>
    (await jobClient(server().httpPort).call('POST', `/api/peers/${aeTitle}/echo`)).body;
  return { server, store, sent, instances, echoOf };
}

/** The only slice of a study. */
export const slice = (study: string, values: Values = {}) =>
  ctSlice({ StudyInstanceUID: study, SeriesInstanceUID: `${study}.1`, SOPInstanceUID: `${study}.1.1`, ...values });

/** The same with what few programs know. */
export async function strangeFile(folder: string, study: string): Promise<Uint8Array> {
  const [plain, made] = [join(folder, 'plain.dcm'), join(folder, 'strange-made.dcm')];
  writeFileSync(plain, asPart10(slice(study)));
  const { exitCode, output } = await runWithInput(strange, '/usr/bin/python3', '-', plain, made);
  assert.equal(exitCode, 0, output);
  return readFileSync(made);
}

/** Of two files, as pydicom sees them; empty where there is none. */
export const differences = async (one: string, other: string) =>
  (await runWithInput(JSON.stringify([[one, other]]), '/usr/bin/python3', comparison)).output;
