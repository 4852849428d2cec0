// The transfer ledger of a running server: every instance that was stored, refused, sent twice, announced, sent on and committed.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import {
  connect,
  createStep,
  dataSetSyntaxes,
  getStep,
  instanceAvailabilitySopClass,
  notifyOfInstances,
  performedProcedureStepSopClasses,
  setStep,
} from '@concord/network';
import { dataSetOf, encoded, inPieces } from '../../../testing/data-sets.ts';
import { ctImageStorage, madeFile, madeSeries, madeStudy } from '../../../testing/instances.ts';
import { jobClient } from '../../../testing/job-client.ts';
import { run, startServerProcess } from '../../../testing/programs.ts';
import { temporaryFolder } from '../../../testing/real-archive.ts';
import { startReceivingPeer } from '../../../testing/receiving-peer.ts';
import { notificationOf } from '../../availability/notification.ts';
import { gapsIn } from './study-ledger.ts';

const uid = (number: number) => `${madeSeries}.${number}`;
const fileOf = (number: number) => madeFile({ instance: uid(number), instanceNumber: number });

const startWith = async (t: TestContext, settings: object = {}) => {
  const folder = await temporaryFolder();
  const config = join(folder, 'concord.json');
  writeFileSync(config, JSON.stringify({ quietTime: 1, ...settings }));
  const server = await startServerProcess(t, join(folder, 'data'), '--config', config);
  const client = jobClient(server.httpPort);
  const path = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const store = (...numbers: readonly number[]) =>
    run(
      'storescu',
      ...['-aet', 'ROOM1', '-aec', 'CONCORD', '127.0.0.1', String(server.dicomPort)],
      ...numbers.map((number) => path(`${number}.dcm`, fileOf(number))),
    );
  const ledger = async () => (await client.call('GET', `/api/transfers/studies/${madeStudy}`)).body;
  const until = async (state: string) => {
    for (const end = Date.now() + 90_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const seen = await ledger();
      if (seen.study?.state === state) return seen;
    }
    return assert.fail(`not ${state}: ${JSON.stringify(await ledger())}`);
  };
  const proof = async (query = '') =>
    (await client.call('GET', `/api/transfers/studies/${madeStudy}/proof${query}`)).body;
  const over = (jobId: string, state: string) => client.until(jobId, state);
  return { ...server, ...client, store, ledger, until, proof, path, over };
};

test('gaps in Instance Numbers are found between numbers, never before or behind them, and not without end', () => {
  assert.deepEqual(gapsIn([2, 3, 5, 8]), [4, 6, 7]);
  assert.deepEqual(gapsIn([]), []);
  assert.equal(gapsIn([1, 2_000_000_000]).length, 100);
});

test('a study is arriving, then complete on evidence that is named; what is announced and missing is named', async (t) => {
  const server = await startWith(t);
  assert.equal((await server.call('GET', `/api/transfers/studies/${madeStudy}`)).status, 404);
  assert.equal((await server.store(1, 2, 4)).exitCode, 0);
  const quiet = await server.until('complete');
  assert.deepEqual([quiet.study.received, quiet.study.evidence], [3, 'nothing more for 1 s']);
  assert.deepEqual(quiet.series[0].gaps, [3]);
  // A notification names four: one is missing.
  const peer = { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle: 'PACS' };
  const association = await connect(peer, [
    { abstractSyntax: instanceAvailabilitySopClass, transferSyntaxes: dataSetSyntaxes },
  ]);
  const instances = [1, 2, 3, 4].map((number) => ({
    seriesInstanceUid: madeSeries,
    sopInstanceUid: uid(number),
    sopClassUid: ctImageStorage,
  }));
  const told = notificationOf({ studyInstanceUid: madeStudy, instances }, 'PACS');
  assert.equal((await notifyOfInstances(association, '1.2.3.4', told)).code, 0x0000);
  told.delete('StudyInstanceUID');
  assert.equal((await notifyOfInstances(association, '1.2.3.5', told)).code, 0x0120);
  await association.release();
  const short = await server.until('incomplete');
  assert.deepEqual([short.study.expected, short.study.expectedBy], [4, 'notification of PACS']);
  assert.deepEqual(
    short.missing.map(({ sopInstanceUid }: { sopInstanceUid: string }) => sopInstanceUid),
    [uid(3)],
  );
  assert.equal((await server.store(3)).exitCode, 0);
  const whole = await server.until('complete');
  assert.deepEqual([whole.study.received, whole.study.evidence], [4, '4 expected: notification of PACS']);
  assert.deepEqual(whole.missing, []);
});

const stepState = (PerformedProcedureStepStatus: string, more: Parameters<typeof dataSetOf>[0] = {}) =>
  dataSetOf({ PerformedProcedureStepStatus, ...more });
const made = (...numbers: readonly number[]) => ({
  PerformedSeriesSequence: [
    dataSetOf({
      SeriesInstanceUID: madeSeries,
      ReferencedImageSequence: numbers.map((number) =>
        dataSetOf({ ReferencedSOPClassUID: ctImageStorage, ReferencedSOPInstanceUID: uid(number) }),
      ),
    }),
  ],
});

test('a performed procedure step names what its study has: what is missing is named, and the last one ends the wait', async (t) => {
  const server = await startWith(t, { quietTime: 3600 });
  const { step: reported, retrieve } = performedProcedureStepSopClasses;
  const contexts = [reported, retrieve].map((abstractSyntax) => ({
    abstractSyntax,
    transferSyntaxes: dataSetSyntaxes,
  }));
  const peer = { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle: 'CT1' };
  const association = await connect(peer, contexts);
  t.after(() => association.abort());
  const scheduled = { ScheduledStepAttributesSequence: [dataSetOf({ StudyInstanceUID: madeStudy })] };
  const code = async (answer: Promise<{ code: number; errorId?: number }>) => (await answer).code;
  assert.equal(await code(createStep(association, '1.2.3.1', stepState('COMPLETED', scheduled))), 0x0106);
  assert.equal(await code(createStep(association, '1.2.3.1', dataSetOf(scheduled))), 0x0120);
  assert.equal(await code(createStep(association, '1.2.3.1', stepState('IN PROGRESS', scheduled))), 0x0000);
  assert.equal(await code(createStep(association, '1.2.3.1', stepState('IN PROGRESS', scheduled))), 0x0111);
  assert.equal(await code(setStep(association, '1.2.3.9', stepState('COMPLETED'))), 0x0112);
  assert.equal(await code(setStep(association, '1.2.3.1', stepState('DONE'))), 0x0106);
  assert.equal((await server.store(1)).exitCode, 0);
  assert.equal(await code(setStep(association, '1.2.3.1', dataSetOf(made(1)))), 0x0000);
  assert.equal((await server.ledger()).study.expected, undefined, 'a step in progress says nothing yet');
  assert.equal(await code(setStep(association, '1.2.3.1', stepState('COMPLETED', made(1, 2)))), 0x0000);
  const late = await setStep(association, '1.2.3.1', stepState('COMPLETED', made(1, 2, 3)));
  assert.deepEqual([late.code, late.errorId], [0x0110, 0xa710]);
  const [status, series, location] = ['00400252', '00400340', '00400243'].map((tag) => Number.parseInt(tag, 16));
  const asked = await getStep(association, '1.2.3.1', [status ?? 0]);
  assert.deepEqual([asked.code, asked.dataSet?.string('PerformedProcedureStepStatus')], [0x0000, 'COMPLETED']);
  assert.deepEqual(
    [...(asked.dataSet?.elements() ?? [])].map(({ tag }) => tag),
    [status],
    'nothing else',
  );
  const all = await getStep(association, '1.2.3.1', []);
  assert.deepEqual([all.code, all.dataSet?.items('PerformedSeriesSequence').length], [0x0000, 1]);
  const partly = await getStep(association, '1.2.3.1', [series ?? 0, location ?? 0]);
  assert.deepEqual([partly.code, partly.attributeIdentifierList], [0x0001, [location]], 'PS3.4 Table F.8.2-2');
  assert.equal(partly.dataSet?.items('PerformedSeriesSequence').length, 1);
  assert.equal(await code(getStep(association, '1.2.3.9', [])), 0x0112);
  const short = await server.ledger();
  assert.deepEqual([short.study.expected, short.study.received], [2, 1]);
  assert.deepEqual(
    short.missing.map(({ sopInstanceUid }: { sopInstanceUid: string }) => sopInstanceUid),
    [uid(2)],
  );
  // A second step for the same study adds to what is expected.
  assert.equal(await code(createStep(association, '1.2.3.2', stepState('IN PROGRESS', scheduled))), 0x0000);
  assert.equal(await code(setStep(association, '1.2.3.2', stepState('DISCONTINUED', made(2, 3)))), 0x0000);
  const both = await server.ledger();
  assert.deepEqual([both.study.expected, both.series[0]?.expected], [3, 3]);
  assert.equal((await server.store(2, 3)).exitCode, 0);
  const whole = await server.until('complete');
  assert.equal(whole.study.evidence, '3 expected: discontinued performed procedure step of CT1');
  assert.deepEqual(whole.missing, []);
});

test('an expected count ends the wait long before the quiet time, and stands in the proof with what is not here', async (t) => {
  const server = await startWith(t, { quietTime: 3600 });
  const said = { studyInstanceUid: madeStudy, count: 2 };
  assert.equal((await server.call('POST', '/api/transfers/expected', said)).status, 200);
  assert.equal((await server.call('POST', '/api/transfers/expected', { ...said, count: -1 })).status, 400);
  assert.equal((await server.ledger()).study.state, 'incomplete');
  const missing = async () => (await server.call('GET', '/api/transfers?state=incomplete')).body.length;
  assert.equal(await missing(), 1, 'announced, and nothing came');
  await server.store(1);
  assert.equal(await missing(), 1);
  const saidInProof = async () => {
    const lines: readonly Record<string, string>[] = await server.proof();
    return lines.filter(({ event }) => event === 'expected').map(({ peer, detail }) => `${peer}: ${detail}`);
  };
  assert.deepEqual(await saidInProof(), ['web 127.0.0.1: 2 objects by count: 1 not here']);
  await server.store(2);
  assert.deepEqual(await saidInProof(), ['web 127.0.0.1: 2 objects by count: as many are here']);
  const whole = await server.until('complete');
  assert.equal(await missing(), 0);
  assert.equal((await server.call('GET', '/api/transfers?state=lost')).status, 400);
  assert.match(whole.study.evidence, /^2 expected: count of web/);
});

/** Basic Grayscale Print Management Meta. */
const print = '1.2.840.10008.5.1.1.9';

/** Stores one object over an association that offers a class as well that nobody takes. */
async function offering(port: number, instance: string): Promise<void> {
  const peer = { host: '127.0.0.1', port, calledAeTitle: 'CONCORD', callingAeTitle: 'ROOM2' };
  const transferSyntaxes = ['1.2.840.10008.1.2.1'];
  const contexts = [ctImageStorage, print].map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes }));
  const association = await connect(peer, contexts);
  const { dataSet } = readPart10(madeFile({ instance, instanceNumber: 4 }));
  const bytes = encoded(dataSet);
  const sent = { sopClassUid: ctImageStorage, sopInstanceUid: instance, transferSyntaxUid: '1.2.840.10008.1.2.1' };
  assert.equal((await association.store({ ...sent, open: () => inPieces(bytes) })).code, 0x0000);
  await association.release();
}

test('the proof has a line for everything: stored, refused and why, here already, contexts refused, sent; as JSON and as CSV', async (t) => {
  const peer = await startReceivingPeer(t, { answer: async (instance) => (instance === uid(3) ? 0xc000 : undefined) });
  const server = await startWith(t, {
    duplicates: 'reject',
    peers: [{ aeTitle: 'DESTINATION', host: '127.0.0.1', port: peer.port }],
  });
  await server.store(1, 2);
  const other = server.path(
    'other.dcm',
    madeFile({ instance: uid(1), instanceNumber: 1, change: (dataSet) => dataSet.set('ImageComments', '=1+1') }),
  );
  // One association: a repetition, a contradiction, a new one.
  await run(
    'storescu',
    ...['-nh', '-aet', 'ROOM1', '-aec', 'CONCORD', '127.0.0.1', String(server.dicomPort)],
    ...[server.path('2.dcm', fileOf(2)), other, server.path('3.dcm', fileOf(3))],
  );
  await server.until('complete');
  await offering(server.dicomPort, uid(4));
  await server.until('complete');
  await server.over(await server.send('DESTINATION', { studyInstanceUid: madeStudy }), 'failed');
  let lines = await server.proof();
  // What an association was is noted when it is over, beside what it brought.
  for (const end = Date.now() + 90_000; Date.now() < end; lines = await server.proof())
    if (lines.some(({ event }: { event: string }) => event === 'context refused')) break;
  const counts = Object.fromEntries(
    [...Map.groupBy(lines, ({ event }: { event: string }) => event)].map(([event, all]) => [event, all.length]),
  );
  assert.deepEqual([counts.stored, counts.refused, counts['here already'], counts.sent], [4, 1, 1, 3]);
  const { sopInstanceUid: unsent, status, detail } = lines.find(({ event }: { event: string }) => event === 'not sent');
  assert.deepEqual([counts['not sent'], unsent, status], [1, uid(3), 'C000']);
  assert.match(detail, /^C000H error: cannot understand/);
  const offered = lines.find(({ event }: { event: string }) => event === 'context refused');
  assert.deepEqual([counts['context refused'], offered.sopClassUid, offered.peer], [1, print, 'ROOM2']);
  assert.deepEqual([offered.transferSyntaxUid, offered.detail !== ''], ['1.2.840.10008.1.2.1', true]);
  const refused = lines.find(({ event }: { event: string }) => event === 'refused');
  assert.deepEqual([refused.sopInstanceUid, refused.status, refused.peer], [uid(1), 'C001', 'ROOM1']);
  assert.match(refused.detail, /C001H: another object has this SOP Instance UID/);
  assert.equal((await server.ledger()).refused, 1);
  const { body: notTaken } = await server.call('GET', '/api/transfers/refused');
  const { id, at, ...what } = notTaken[0];
  assert.deepEqual(
    [notTaken.length, what],
    [
      1,
      {
        ...{ peer: 'ROOM1', address: '127.0.0.1', associationId: refused.associationId, status: 0xc001 },
        ...{ studyInstanceUid: madeStudy, sopInstanceUid: uid(1), sopClassUid: ctImageStorage },
        ...{ transferSyntaxUid: '1.2.840.10008.1.2.1', detail: refused.detail },
      },
    ],
  );
  assert.equal(at, refused.at);
  assert.deepEqual((await server.call('GET', `/api/transfers/refused?before=${encodeURIComponent(id)}`)).body, []);
  assert.equal((await server.call('GET', '/api/transfers/refused?limit=0')).status, 400);
  const stored = lines.find(({ event }: { event: string }) => event === 'stored');
  assert.equal(stored.transferSyntaxUid, '1.2.840.10008.1.2.1');
  const { body: ofAssociation } = await server.call(
    'GET',
    `/api/transfers/associations/${refused.associationId}/proof`,
  );
  assert.deepEqual(
    ofAssociation.map(({ event }: { event: string }) => event).filter((event: string) => event !== 'context refused'),
    ['stored', 'here already', 'refused'],
  );
  const csv = await (await fetch(`${server.origin}/api/transfers/studies/${madeStudy}/proof?format=csv`)).text();
  const [heading, ...rows] = csv.trimEnd().split('\r\n');
  assert.match(heading ?? '', /^at,event,sopInstanceUid,/);
  assert.equal(rows.length, lines.length);
  const each = await (await fetch(`${server.origin}/api/transfers/studies/${madeStudy}/proof?format=lines`)).text();
  assert.deepEqual(
    each
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    lines,
  );
  assert.equal((await server.call('GET', '/api/transfers/studies/1.2.3/proof')).status, 404);
  const { body: recent } = await server.call('GET', '/api/transfers?limit=5');
  assert.deepEqual(recent[0].sent, [
    { destination: 'DESTINATION', sent: 3, failed: 1, pending: 0, committed: 0, notCommitted: 0 },
  ]);
});
