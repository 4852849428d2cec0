// C-FIND and C-MOVE under the profile query-retrieve-server: what is refused, how sub-operations are counted, what ends them.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSet } from '@concord/dicom';
import type { RetrieveProgress } from '@concord/network';
import { startDestination } from '../../testing/answering-destination.ts';
import { st1, st3, writeF1 } from '../../testing/fixture-f1.ts';
import { startProfile } from '../../testing/profile.ts';
import { run } from '../../testing/programs.ts';

const implicit = '1.2.840.10008.1.2';
const [patientFind, studyFind, onlyFind, studyMove] = [
  '1.2.840.10008.5.1.4.1.2.1.1',
  '1.2.840.10008.5.1.4.1.2.2.1',
  '1.2.840.10008.5.1.4.1.2.3.1',
  '1.2.840.10008.5.1.4.1.2.2.2',
];
const [store, query] = ['EX_STORE_SCP', 'EX_QUERY_SCP'];

function identifier(level: string, keys: Readonly<Record<string, string | null>>): DataSet {
  const dataSet = new DataSet();
  dataSet.set('QueryRetrieveLevel', level);
  for (const [keyword, value] of Object.entries(keys)) dataSet.set(keyword as 'PatientID', value);
  return dataSet;
}

/** The profile with F1 stored and DEST as its peer. */
async function archive(t: TestContext, port: number, changes: object = {}) {
  const peers = [{ aeTitle: 'DEST', host: '127.0.0.1', port }];
  const server = await startProfile(t, 'query-retrieve-server', { peers, ...changes });
  const { exitCode, output } = await run('storescu', '+sd', ...server.called(store), await writeF1(server.folder));
  assert.equal(exitCode, 0, output);
  return server;
}

type Server = Awaited<ReturnType<typeof archive>>;

const contexts = [patientFind, studyFind, onlyFind, studyMove].map((abstractSyntax) => ({
  abstractSyntax,
  transferSyntaxes: [implicit],
}));

async function find(server: Server, sopClassUid: string, keys: DataSet) {
  await using association = await server.associate(query, contexts);
  const answers = await Array.fromAsync(association.find(sopClassUid, keys));
  return { count: answers.length - 1, status: answers.at(-1)?.status.code, first: answers[0]?.identifier };
}

/** Moves a study and gives every response in short: status, remaining, completed, failed, warning. */
async function move(server: Server, study = st1, title = 'DEST') {
  await using association = await server.associate(query, contexts);
  const keys = identifier('STUDY', { StudyInstanceUID: study });
  const responses = await Array.fromAsync<RetrieveProgress>(association.move(studyMove, keys, title));
  const short = responses.map(({ status, remaining, completed, failed, warning }) =>
    [status.code.toString(16), remaining ?? '-', completed, failed, warning].join(' '),
  );
  return { responses: short, last: responses.at(-1) };
}

test('[QR-FIND-06] [QR-FIND-08] [QR-FIND-11] [QR-FST-04] a query that restricts nothing is C001, with part of a value it is answered', async (t) => {
  const server = await archive(t, 1);
  const open = [
    [patientFind, identifier('PATIENT', { PatientID: null, PatientName: null, PatientBirthDate: '19600101' })],
    [onlyFind, identifier('PATIENT', { PatientID: null, PatientName: null })],
    [studyFind, identifier('STUDY', { StudyInstanceUID: null, PatientSex: 'F' })],
  ] as const;
  for (const [sopClassUid, keys] of open) {
    const { count, status } = await find(server, sopClassUid, keys);
    assert.deepEqual([count, status], [0, 0xc001], sopClassUid);
  }
  const enough = [
    [patientFind, identifier('PATIENT', { PatientID: 'PID*' }), 2],
    [onlyFind, identifier('PATIENT', { PatientName: 'DOE*' }), 2],
    [studyFind, identifier('STUDY', { StudyInstanceUID: null, PatientSex: 'F', PatientID: '*' }), 2],
    [studyFind, identifier('STUDY', { StudyDescription: 'CT*' }), 1],
    [studyFind, identifier('SERIES', { StudyInstanceUID: st3, SeriesInstanceUID: null }), 2],
  ] as const;
  for (const [sopClassUid, keys, matches] of enough) {
    const { count, status } = await find(server, sopClassUid, keys);
    assert.deepEqual([count, status], [matches, 0]);
  }
});

test("[QR-FIND-18] keys marked NONE never restrict, and come back with the archive's value", async (t) => {
  const server = await archive(t, 1);
  const keys = identifier('SERIES', { StudyInstanceUID: st3, SeriesInstanceUID: null, OperatorsName: 'NOBODY' });
  const { count, first } = await find(server, studyFind, keys);
  assert.deepEqual([count, first?.string('OperatorsName')], [2, 'OPERATOR^US']);
});

const five = ['ff00 5 0 0 0', 'ff00 4 1 0 0', 'ff00 3 2 0 0', 'ff00 2 3 0 0', 'ff00 1 4 0 0', 'ff00 0 5 0 0'];

test('[QR-MOVE-06] [QR-MOVE-07] [QR-MOVE-08] [QR-MST-01] [QR-MST-07] [QR-SST-01] a response before the first image and after each, one at the end', async (t) => {
  const dest = await startDestination(t);
  const { responses } = await move(await archive(t, dest.port));
  assert.deepEqual(responses, [...five, '0 - 5 0 0']);
});

for (const [id, code] of [
  ['QR-SST-02', 0xa700],
  ['QR-SST-02', 0xa7ff],
  ['QR-SST-03', 0xa900],
  ['QR-SST-03', 0xa9ff],
  ['QR-SST-04', 0xc000],
  ['QR-SST-04', 0xcfff],
  ['QR-SST-10', 0x0122],
] as const)
  test(`[${id}] [QR-MOVE-10] [QR-MOVE-11] [QR-MOVE-17] [QR-MST-03] [QR-SST-11] [QR-SCU-10] ${code.toString(16)} stops the job: A702 with all that was not sent, released, not tried again`, async (t) => {
    const dest = await startDestination(t, (place) => (place === 1 ? code : 0));
    const { responses, last } = await move(await archive(t, dest.port));
    assert.equal(responses.at(-1), 'a702 - 1 4 0');
    assert.equal(last?.failedUids.length, 4);
    await pause(200);
    assert.deepEqual([dest.asked.length, dest.ended], [2, [{ callingAeTitle: 'EX_STORE_SCU', kind: 'released' }]]);
  });

for (const [id, code] of [
  ['QR-SST-05', 0xb000],
  ['QR-SST-06', 0xb007],
  ['QR-SST-07', 0xb006],
  ['QR-SST-08', 0x0107],
  ['QR-SST-09', 0x0116],
] as const)
  test(`[${id}] [QR-MOVE-12] [QR-MOVE-11] [QR-MST-08] ${code.toString(16)} is a warning: the rest is sent, the end is 0000`, async (t) => {
    const dest = await startDestination(t, () => code);
    const { responses } = await move(await archive(t, dest.port));
    assert.deepEqual([responses.at(-1), dest.asked.length], ['0 - 0 0 5', 5]);
  });

test('[QR-MST-03] [QR-SCU-09] a destination that is not there: one attempt, A702 with every instance', async (t) => {
  const dest = await startDestination(t);
  await dest.close();
  const { responses, last } = await move(await archive(t, dest.port));
  assert.deepEqual([responses.at(-1), last?.failedUids.length], ['a702 - 0 5 0', 5]);
});

test('[QR-MOVE-15] [QR-QCF-03] [QR-QCF-01] the export goes on when who asked for it is gone', async (t) => {
  const dest = await startDestination(t, () => pause(100, 0));
  const server = await archive(t, dest.port);
  const association = await server.associate(query, contexts);
  const responses = association.move(studyMove, identifier('STUDY', { StudyInstanceUID: st1 }), 'DEST');
  await responses[Symbol.asyncIterator]().next();
  association.abort();
  for (let wait = 0; dest.ended.length === 0 && wait < 100; wait += 1) await pause(50);
  assert.deepEqual([dest.asked.length, dest.ended[0]?.kind], [5, 'released']);
});

test('[QR-MOVE-16] [QR-MST-06] C-CANCEL stops it: FE00, and the counters add up', async (t) => {
  const dest = await startDestination(t, () => pause(150, 0));
  const server = await archive(t, dest.port);
  await using association = await server.associate(query, contexts);
  const cancel = new AbortController();
  const responses: RetrieveProgress[] = [];
  const keys = identifier('STUDY', { StudyInstanceUID: st1 });
  for await (const response of association.move(studyMove, keys, 'DEST', { signal: cancel.signal })) {
    responses.push(response);
    if (response.completed === 2) cancel.abort();
  }
  const last = responses.at(-1);
  assert.equal(last?.status.code, 0xfe00);
  assert.ok(dest.asked.length < 5);
  assert.equal((last?.remaining ?? 0) + (last?.completed ?? 0) + (last?.failed ?? 0) + (last?.warning ?? 0), 5);
});

test('[QR-SCU-11] [QR-SCF-01] a destination that does not answer a C-STORE in time: A-ABORT, A702', async (t) => {
  const dest = await startDestination(t, (place) => (place === 0 ? pause(4000, 0) : 0));
  const { responses } = await move(await archive(t, dest.port, { responseTimeout: 1 }));
  assert.equal(responses.at(-1), 'a702 - 0 5 0');
  for (let wait = 0; dest.ended.length === 0 && wait < 100; wait += 1) await pause(50);
  assert.equal(dest.ended[0]?.kind, 'aborted by peer');
});
