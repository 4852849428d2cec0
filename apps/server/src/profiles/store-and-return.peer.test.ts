// What the profiles that store keep of an object, say about it and give back: the clinic archive, the two viewers, the reviewer.
import assert from 'node:assert/strict';
import { globSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type DataSet, readPart10, writeDataSet } from '@concord/dicom';
import { ScriptedPeer } from '../../../../packages/network/testing/scripted-peer.ts';
import { startAnsweringArchive } from '../../testing/answering-archive.ts';
import { asPart10, ctSlice, type Values } from '../../testing/data-sets.ts';
import { jobClient } from '../../testing/job-client.ts';
import { freePort } from '../../testing/ports.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import { contextsOf } from '../../testing/profiled-archive.ts';
import { run, runWithInput, startStorescp } from '../../testing/programs.ts';
import { silentPort } from '../../testing/silent-port.ts';
import { readConfiguration } from '../settings/read-configuration.ts';

const implicit = '1.2.840.10008.1.2';
const [echo, ct] = ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2'];
const comparison = join(import.meta.dirname, '../../testing/compare_data_sets.py');
const own = '1.2.826.0.1.6';

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

/** A server of a profile for a whole suite, with storescp as its peer DEST. */
function suite(profile: string, title: string) {
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

const slice = (study: string, values: Values = {}) =>
  ctSlice({ StudyInstanceUID: study, SeriesInstanceUID: `${study}.1`, SOPInstanceUID: `${study}.1.1`, ...values });

async function strangeFile(folder: string, study: string): Promise<Uint8Array> {
  const [plain, made] = [join(folder, 'plain.dcm'), join(folder, 'strange-made.dcm')];
  writeFileSync(plain, asPart10(slice(study)));
  const { exitCode, output } = await runWithInput(strange, '/usr/bin/python3', '-', plain, made);
  assert.equal(exitCode, 0, output);
  return readFileSync(made);
}

const differences = async (one: string, other: string) =>
  (await runWithInput(JSON.stringify([[one, other]]), '/usr/bin/python3', comparison)).output;

/** Statuses of objects that cannot be taken as they are. */
async function refusals(server: ProfiledServer, title: string): Promise<readonly string[]> {
  await using association = await server.associate(title, contextsOf(ct, echo));
  const statusOf = async (sopInstanceUid: string, bytes: Uint8Array) => {
    const { code, comment } = await association.store({
      sopClassUid: ct,
      sopInstanceUid,
      transferSyntaxUid: implicit,
      async *open() {
        yield bytes;
      },
    });
    return `${code.toString(16)} ${comment ? 'explained' : 'bare'}`;
  };
  const right = writeDataSet(slice(`${own}.90`), implicit);
  const statuses = [
    await statusOf('1.2.3.4', right),
    await statusOf(`${own}.90.1.1`, right.subarray(0, right.length - 9)),
  ];
  assert.equal((await association.echo()).code, 0, 'the association goes on');
  return statuses;
}

describe('the clinic archive', () => {
  const { server, store, sent, instances } = suite('echoes-server', 'ECHOES');

  test('[ES-STORE-09] everything comes back as it went, private and unknown elements too', async () => {
    const path = await store('strange', await strangeFile(server().folder, `${own}.1`), '-xe');
    const [back = ''] = await sent(`${own}.1`);
    assert.equal(await differences(path, back), '');
  });

  test('[ES-STORE-05] what came in big endian comes back with the same values and pixels', async () => {
    const study = `${own}.2`;
    const [plain, big] = ['little.dcm', 'big.dcm'].map((name) => join(server().folder, name)) as [string, string];
    writeFileSync(plain, asPart10(slice(study)));
    assert.equal((await run('dcmconv', '+tb', plain, big)).exitCode, 0);
    await store('sent-big', readFileSync(big), '-xb');
    const [back = ''] = await sent(study);
    const uncompressed = `${back}.little`;
    assert.equal((await run('dcmconv', '+te', back, uncompressed)).exitCode, 0);
    assert.equal(await differences(plain, uncompressed), '');
  });

  test('[ES-STORE-06] retired and trial classes are kept, listed and given back', async () => {
    const study = `${own}.3`;
    const classes = ['3', '6', '5', '12.3', '77.1', '77.2', '88.1', '9.1'].map(
      (end) => `1.2.840.10008.5.1.4.1.1.${end}`,
    );
    await using association = await server().associate('ECHOES', contextsOf(...classes));
    for (const [index, sopClassUid] of classes.entries()) {
      const dataSet = slice(study, { SOPClassUID: sopClassUid, SOPInstanceUID: `${study}.1.${index + 1}` });
      const status = await association.store({
        sopClassUid,
        sopInstanceUid: `${study}.1.${index + 1}`,
        transferSyntaxUid: implicit,
        async *open() {
          yield writeDataSet(dataSet, implicit);
        },
      });
      assert.equal(status.code, 0, sopClassUid);
    }
    const listed = (await instances(study)).map((instance) => String(instance['00080016']?.Value?.[0]));
    assert.deepEqual(listed.sort(), [...classes].sort());
    assert.equal((await sent(study)).length, classes.length);
  });

  test('[ES-STORE-07] a full disk, what contradicts its command, and garbage: A700, A900, C000, each explained', async (t) => {
    assert.deepEqual(await refusals(server(), 'ECHOES'), ['a900 explained', 'c000 explained']);
    const full = await startProfile(t, 'echoes-server', { diskReserve: 1_048_576 });
    await using association = await full.associate('ECHOES', contextsOf(ct));
    const { code, comment } = await association.store({
      sopClassUid: ct,
      sopInstanceUid: `${own}.91.1.1`,
      transferSyntaxUid: implicit,
      async *open() {
        yield writeDataSet(slice(`${own}.91`), implicit);
      },
    });
    assert.equal(code, 0xa700);
    assert.ok(comment);
  });

  test('[ES-ASSOC-05] [ES-ASSOC-01] twenty senders at once are all served, beside echoes', async () => {
    const study = `${own}.4`;
    const senders = Array.from({ length: 20 }, (_, index) =>
      store(`parallel-${index}`, asPart10(slice(study, { SOPInstanceUID: `${study}.1.${index + 1}` }))),
    );
    const echoes = Array.from({ length: 3 }, () => run('echoscu', ...server().called('ECHOES')));
    for (const { exitCode } of await Promise.all(echoes)) assert.equal(exitCode, 0);
    await Promise.all(senders);
    assert.equal((await instances(study)).length, 20);
    assert.equal((await sent(study)).length, 20, 'each once');
    assert.equal(readConfiguration(['--profile', 'echoes-server'], {}).jobs, 2);
  });
});

describe('the veterinary viewer', () => {
  const { server, store, instances, echoOf } = suite('impromed-client', 'IMPROMED');

  test('[IC-VER-01] echoscu is answered', async () => {
    const { exitCode, output } = await run('echoscu', '-v', ...server().called('IMPROMED'));
    assert.equal(exitCode, 0, output);
    assert.match(output, /Received Echo Response \(Success\)/);
  });

  test('[IC-VER-02] success, refused connection and silence are told apart', async () => {
    const [good, closed, silent] = [await echoOf('DEST'), await echoOf('CLOSED'), await echoOf('SILENT')];
    assert.deepEqual([good.status, closed.status, silent.status], ['success', 'failure', 'failure']);
    assert.match(closed.detail, /refused/i);
    assert.match(silent.detail, /no answer/i);
  });

  test('[IC-STORE-05] the same object twice: success, kept once', async () => {
    const study = `${own}.11`;
    for (const name of ['once', 'twice']) await store(name, asPart10(slice(study)), '-xi');
    assert.equal((await instances(study)).length, 1);
  });

  test('[IC-STORE-07] a file has the header of what came: syntax, classes, and who sent it', async () => {
    const study = `${own}.12`;
    await store('header', asPart10(slice(study)), '-xi');
    const data = join(server().folder, 'data');
    const files = globSync('objects/**/*.dcm', { cwd: data })
      .map((name) => join(data, name))
      .filter((path) => statSync(path).size > 0);
    const found = files
      .map((path) => readPart10(readFileSync(path)))
      .find(({ dataSet }) => dataSet.string('StudyInstanceUID') === study);
    const meta: DataSet | undefined = found?.meta;
    assert.deepEqual(
      [
        'TransferSyntaxUID',
        'MediaStorageSOPClassUID',
        'MediaStorageSOPInstanceUID',
        'SourceApplicationEntityTitle',
      ].map((keyword) => meta?.string(keyword)),
      [implicit, ct, `${study}.1.1`, 'TESTER'],
    );
    const { output } = await run('dcmftest', ...files);
    assert.doesNotMatch(output, /^no: /m);
  });
});

describe('the viewer', () => {
  const { server, store, sent, instances } = suite('viewer', 'VIEWER');

  test('[VW-ECHO-01] a hundred echoes over one association', async () => {
    const { exitCode, output } = await run('echoscu', '-v', '--repeat', '100', ...server().called('VIEWER'));
    assert.equal(exitCode, 0, output);
    assert.equal(output.match(/Received Echo Response \(Success\)/g)?.length, 100);
  });

  test('[VW-STP-02] [VW-STP-04] [VW-DATA-03] what comes is listed and goes out unchanged, private and unknown elements too', async () => {
    const path = await store('strange', await strangeFile(server().folder, `${own}.21`), '-xe');
    assert.equal((await instances(`${own}.21`)).length, 1);
    const [back = ''] = await sent(`${own}.21`);
    assert.equal(await differences(path, back), '');
  });

  test('[VW-STP-05] nothing is coerced, whatever else is known of the patient', async () => {
    const [first, second] = [`${own}.22`, `${own}.23`];
    const one = await store('ann', asPart10(slice(first, { PatientID: 'SAME', PatientName: 'ONE^ANN' })));
    const values = { PatientID: 'SAME', PatientName: 'Two, Bob', PatientSex: 'X', PatientBirthDate: '19700101' };
    const other = await store('bob', asPart10(slice(second, values)));
    for (const [path, study] of [
      [one, first],
      [other, second],
    ] as const) {
      const [back = ''] = await sent(study);
      assert.equal(await differences(path, back), '');
    }
  });

  test('[VW-STP-03] [VW-MOVE-11] a second object of the same UID takes the place of the first; a study that is left empty goes', async () => {
    const [study, moved] = [`${own}.24`, `${own}.25`];
    const uid = `${own}.24.1.1`;
    await store('first', asPart10(slice(study)));
    const pixels = new Uint8Array(32).fill(7);
    await store('second', asPart10(slice(study, { PatientName: 'B^B', PixelData: pixels })));
    const [back = '', ...more] = await sent(study);
    const { dataSet } = readPart10(readFileSync(back));
    assert.deepEqual([more.length, dataSet.string('PatientName')], [0, 'B^B']);
    assert.deepEqual(Buffer.from(dataSet.bytes('PixelData') ?? []), Buffer.from(pixels));
    await store('elsewhere', asPart10(slice(moved, { SOPInstanceUID: uid })));
    assert.equal((await instances(moved)).length, 1);
    assert.equal((await instances(study)).length, 0);
    const studies = await server()
      .json(`/dicom-web/studies?StudyInstanceUID=${study}`)
      .catch(() => []);
    assert.ok(!Array.isArray(studies) || studies.length === 0);
  });

  test('[VW-STP-07] an object is not checked against its class', async () => {
    const study = `${own}.26`;
    const bare = {
      Rows: undefined,
      Modality: undefined,
      PhotometricInterpretation: undefined,
      BitsAllocated: undefined,
    };
    await store('bare', asPart10(slice(study, bare)));
    assert.equal((await instances(study)).length, 1);
  });

  test('[VW-GEN-01] [VW-GEN-03] an association that idles blocks nobody; storing needs no echo before it', async () => {
    const contexts = [{ id: 1, abstract: echo, transfer: [implicit] }];
    using idle = await ScriptedPeer.associate(server().ports.get('VIEWER') ?? 0, { called: 'VIEWER', contexts });
    const study = `${own}.27`;
    const work = Array.from({ length: 20 }, async (_, index) => {
      await store(`busy-${index}`, asPart10(slice(study, { SOPInstanceUID: `${study}.1.${index + 1}` })));
      assert.equal((await run('echoscu', ...server().called('VIEWER'))).exitCode, 0);
    });
    await Promise.all(work);
    assert.equal((await instances(study)).length, 20);
    idle.close();
  });

  test('[VW-GEN-02] one title that can be changed: called, calling, and as the destination of a C-MOVE', async (t) => {
    const archive = await startAnsweringArchive(t, { move: () => 0xa702 });
    const [entity] = readConfiguration(['--profile', 'viewer'], {}).entities;
    assert.ok(entity);
    const peers = [{ aeTitle: 'REMOTE', host: '127.0.0.1', port: archive.port }];
    const entities = [{ ...entity, aeTitle: 'NEWTITLE' }];
    const changed = await startProfile(t, 'viewer', { entities, peers, arrivalTimeout: 1 });
    assert.equal((await run('echoscu', ...changed.called('NEWTITLE'))).exitCode, 0);
    const port = String(changed.ports.get('NEWTITLE'));
    assert.match((await run('echoscu', '-aec', 'VIEWER', '127.0.0.1', port)).output, /Called AE Title Not Recognized/);
    const jobs = jobClient(changed.httpPort);
    const { body } = await jobs.call('POST', '/api/archives/REMOTE/retrieve', { studyInstanceUid: `${own}.28` });
    await jobs.until(body.jobId, 'failed', 'done');
    assert.equal(archive.moved[0]?.destination, 'NEWTITLE');
    const records = await changed.json('/api/associations');
    assert.match(JSON.stringify(records), /"callingAeTitle":"NEWTITLE"/);
  });

  test('[VW-SEC-01] anybody stores and echoes in the clear', async () => {
    const port = String(server().ports.get('VIEWER'));
    const anybody = ['-aet', 'NOBODY', '-aec', 'VIEWER', '127.0.0.1', port];
    assert.equal((await run('echoscu', ...anybody)).exitCode, 0);
    const path = join(server().folder, 'anybody.dcm');
    writeFileSync(path, asPart10(slice(`${own}.29`)));
    assert.equal((await run('storescu', ...anybody, path)).exitCode, 0);
  });
});

describe('the reviewer', () => {
  const { server, store, sent, instances, echoOf } = suite('reviewer', 'REVIEWER');

  test('[RV-STORE-04] [RV-STORE-07] compressed objects are kept and given back as they came', async () => {
    const study = `${own}.31`;
    const plain = join(server().folder, 'to-compress.dcm');
    for (const [index, program] of ['dcmcjpls', 'dcmcjpeg'].entries()) {
      const uid = `${study}.1.${index + 1}`;
      writeFileSync(plain, asPart10(slice(study, { SOPInstanceUID: uid })));
      const compressed = join(server().folder, `${program}.dcm`);
      const made = await run(program, ...(program === 'dcmcjpeg' ? ['+e1'] : []), plain, compressed);
      assert.equal(made.exitCode, 0, made.output);
      await store(`compressed-${index}`, readFileSync(compressed), index === 0 ? '-xt' : '-xs');
    }
    assert.equal((await instances(study)).length, 2);
    const back = (await sent(study)).map((path) => ({ path, ...readPart10(readFileSync(path)) }));
    assert.deepEqual(back.map(({ transferSyntaxUid }) => transferSyntaxUid).sort(), [
      '1.2.840.10008.1.2.4.70',
      '1.2.840.10008.1.2.4.80',
    ]);
    for (const program of ['dcmcjpls', 'dcmcjpeg']) {
      const path = join(server().folder, `${program}.dcm`);
      const uid = readPart10(readFileSync(path)).dataSet.string('SOPInstanceUID');
      const same = back.find(({ dataSet }) => dataSet.string('SOPInstanceUID') === uid);
      assert.equal(await differences(path, same?.path ?? ''), '');
    }
  });

  test('[RV-VER-01] a C-ECHO on request: success, or the failure in words', async () => {
    assert.equal((await echoOf('DEST')).status, 'success');
    assert.match((await echoOf('CLOSED')).detail, /refused/i);
    assert.match((await echoOf('SILENT')).detail, /no answer/i);
  });
});
