// The profile query-retrieve-server: what STORAGE-SCP opens by itself, how fast it takes objects, and how long they stay.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { newUid } from '@concord/dicom';
import {
  bind,
  storageCommitmentSopClass as commitmentClass,
  commitmentReportOf,
  connect,
  listen,
  type NormalizedRequest,
  requestCommitment,
  service,
  storageCommitmentReports,
} from '@concord/network';
import { asPart10, ctSlice, encoded, implicitVrLittleEndian as implicit, inPieces } from '../../testing/data-sets.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import { contextsOf, queryRetrieve, storeTitle } from '../../testing/profiled-archive.ts';
import { run } from '../../testing/programs.ts';

const ct = '1.2.840.10008.5.1.4.1.1.2';
const study = '1.2.3.1';
const random = () => newUid(crypto.getRandomValues(new Uint8Array(16)));

/** A place for reports that counts with others how many associations are open at a time. */
async function startListener(t: { after(end: () => Promise<void>): void }, aeTitle: string, counts: Counts) {
  const declaration = service({
    ...storageCommitmentReports,
    operations: { 'N-EVENT-REPORT': { statuses: { 0x0000: 'noted' } } },
  });
  const bound = bind(declaration, {
    'N-EVENT-REPORT': async (request: NormalizedRequest, { association }) => {
      counts.reports.push(
        `${association.callingAeTitle} to ${aeTitle}: ${commitmentReportOf(request)?.instances.length}`,
      );
      counts.most = Math.max(counts.most, counts.open().length);
      await pause(50);
      return { code: 0x0000 };
    },
  });
  const acceptor = await listen({
    ...{ host: '127.0.0.1', port: 0, applicationEntities: [{ aeTitle, services: [bound] }] },
    onAssociation: ({ contexts }) =>
      counts.proposed.push(...contexts.map(({ abstractSyntax }: { abstractSyntax: string }) => abstractSyntax)),
  });
  t.after(() => acceptor.close({ graceMs: 0 }));
  return acceptor;
}

interface Counts {
  readonly reports: string[];
  readonly proposed: string[];
  most: number;
  open: () => readonly unknown[];
}

/** Asks for commitment to one instance, and is gone when the answer is there. */
async function ask(server: ProfiledServer, callingAeTitle: string, sopInstanceUid: string): Promise<void> {
  const port = server.ports.get(storeTitle) ?? 0;
  const peer = { host: '127.0.0.1', port, calledAeTitle: storeTitle, callingAeTitle };
  await using association = await connect(peer, contextsOf(commitmentClass));
  const asked = { transactionUid: random(), instances: [{ sopClassUid: ct, sopInstanceUid }] };
  assert.equal((await requestCommitment(association, asked)).code, 0x0000);
}

const instance = (number: number) => {
  const sopInstanceUid = `${study}.1.${number}`;
  const open = () => inPieces(encoded(ctSlice({ SOPInstanceUID: sopInstanceUid }), implicit));
  return { sopClassUid: ct, sopInstanceUid, transferSyntaxUid: implicit, open };
};

test('[QR-STO-01] [QR-STO-03] STORAGE-SCP calls to report, in its own name, for nothing else, and one peer at a time', async (t) => {
  const counts: Counts = {
    reports: [],
    proposed: [],
    most: 0,
    open: () => acceptors.flatMap((each) => each.associations()),
  };
  const acceptors = [await startListener(t, 'CT1', counts), await startListener(t, 'CT2', counts)];
  const peers = acceptors.map(({ port }, index) => ({ aeTitle: `CT${index + 1}`, host: '127.0.0.1', port }));
  const server = await startProfile(t, queryRetrieve, { peers, commitmentReportsOver: 'new association' });
  await using association = await server.associate(storeTitle, contextsOf(ct, '1.2.840.10008.1.1'));
  assert.equal((await association.echo()).code, 0x0000);
  assert.equal((await association.store(instance(1))).code, 0x0000);
  for (let round = 0; round < 2; round += 1)
    await Promise.all(['CT1', 'CT2'].map((title) => ask(server, title, `${study}.1.1`)));
  for (let wait = 0; counts.reports.length < 4 && wait < 400; wait += 1) await pause(25);
  assert.deepEqual(counts.reports.toSorted(), [
    ...Array.from({ length: 2 }, () => 'EX_STORE_SCP to CT1: 1'),
    ...Array.from({ length: 2 }, () => 'EX_STORE_SCP to CT2: 1'),
  ]);
  assert.equal(counts.most, 1, 'associations for reports open at a time');
  await server.close();
  assert.deepEqual([...new Set(counts.proposed)], [commitmentClass]);
});

test('[QR-RCV-09] [QR-CMT-33] what this server had moved to itself is kept for a while, until somebody has it committed', async (t) => {
  const server = await startProfile(t, queryRetrieve);
  const temporary = async () => {
    const answer = await server.json(`/api/storage/studies/${study}`);
    return Object(answer).temporary;
  };
  await using association = await server.associate(storeTitle, contextsOf(ct));
  const store = async (number: number, aeTitle?: string) => {
    const moveOriginator = aeTitle === undefined ? undefined : { aeTitle, messageId: 7 };
    const { code } = await association.store(instance(number), { moveOriginator });
    assert.equal(code, 0x0000);
    return temporary();
  };
  assert.equal(await store(1), 0, 'sent by itself');
  assert.equal(await store(2, 'SOMEBODY'), 0, 'moved for somebody else');
  assert.equal(await store(3, 'EX_STORE_SCU'), 1);
  assert.equal(await store(4, 'EX_QUERY_SCP'), 2);
  assert.equal(await store(1, 'EX_STORE_SCU'), 2, 'what was to stay stays');
  await ask(server, 'CT1', `${study}.1.3`);
  assert.equal(await temporary(), 1, 'what is committed stays from then on');
});

test('[QR-RCV-10] [QR-NET-10] an object of 64 MiB comes faster than 6 MB/s', async (t) => {
  const server = await startProfile(t, queryRetrieve);
  const [rows, columns] = [4096, 8192];
  const head = { Rows: rows, Columns: columns, BitsAllocated: 16, PixelData: new Uint8Array(rows * columns * 2) };
  const bytes = encoded(ctSlice(head), implicit);
  await using association = await server.associate(storeTitle, contextsOf(ct));
  const began = performance.now();
  const { code } = await association.store({
    ...instance(1),
    sopInstanceUid: '1.2.3.1.1.1',
    open: () => inPieces(bytes, 65_536),
  });
  const seconds = (performance.now() - began) / 1000;
  assert.equal(code, 0x0000);
  assert.ok(bytes.length / seconds > 6_000_000, `${seconds} s for ${bytes.length} bytes`);
});

test('[QR-RST-03] an image without what identifies or shows it is refused with A900, not indexed, and kept for diagnosis where that is on', async (t) => {
  const server = await startProfile(t, queryRetrieve, { refusedObjects: 'for a while' });
  const file = join(server.folder, 'image.dcm');
  const refused = () =>
    readdirSync(join(server.folder, 'data', 'refused')).filter((name) => name.endsWith('.dcm')).length;
  const send = () => run('storescu', '-v', '-xi', ...server.called(storeTitle), file);
  const erased = ['0020,000d', '0028,0004', '0028,0100', '0028,0101', '7fe0,0010'];
  for (const [index, tag] of erased.entries()) {
    writeFileSync(file, asPart10(ctSlice(), implicit));
    const { exitCode, output } = await run('dcmodify', '-nb', '-ea', `(${tag})`, file);
    assert.equal(exitCode, 0, output);
    assert.match((await send()).output, /0xa900|A900|DataSetDoesNotMatchSOPClass/i, tag);
    assert.equal(refused(), index + 1);
  }
  const { statistics } = JSON.parse(JSON.stringify(await server.json('/api/system')));
  assert.equal(statistics.instances, 0);
  writeFileSync(file, asPart10(ctSlice(), implicit));
  assert.match((await send()).output, /Success/);
  assert.equal(refused(), erased.length);
  assert.equal(
    server.entries.filter(({ level, line }) => level === 'warn' && /kept for diagnosis/.test(line)).length,
    5,
  );
});
