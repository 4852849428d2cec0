// What a modality names, and what comes: as many are not the same ones, and one step of a study is not all of it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  connect,
  createStep,
  dataSetSyntaxes,
  instanceAvailabilitySopClass,
  notifyOfInstances,
  performedProcedureStepSopClasses,
  setStep,
} from '@concord/network';
import { dataSetOf } from '../../../testing/data-sets.ts';
import { ctImageStorage, madeFile, madeSeries, madeStudy } from '../../../testing/instances.ts';
import { jobClient } from '../../../testing/job-client.ts';
import { run, startServerProcess } from '../../../testing/programs.ts';
import { temporaryFolder } from '../../../testing/real-archive.ts';
import { notificationOf } from '../../availability/notification.ts';

const uid = (number: number) => `${madeSeries}.${number}`;

const startWith = async (t: TestContext, quietTime: number) => {
  const folder = await temporaryFolder();
  const config = join(folder, 'concord.json');
  writeFileSync(config, JSON.stringify({ quietTime }));
  const server = await startServerProcess(t, join(folder, 'data'), '--config', config);
  const client = jobClient(server.httpPort);
  const store = async (...numbers: readonly number[]) => {
    const paths = numbers.map((number) => join(folder, `${number}.dcm`));
    for (const [index, number] of numbers.entries())
      writeFileSync(paths[index] ?? '', madeFile({ instance: uid(number), instanceNumber: number }));
    const to = ['-aet', 'CT1', '-aec', 'CONCORD', '127.0.0.1', String(server.dicomPort)];
    assert.equal((await run('storescu', ...to, ...paths)).exitCode, 0);
  };
  const ledger = async () => (await client.call('GET', `/api/transfers/studies/${madeStudy}`)).body;
  const until = async (state: string) => {
    for (const end = Date.now() + 90_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const seen = await ledger();
      if (seen.study?.state === state) return seen;
    }
    return assert.fail(`not ${state}: ${JSON.stringify(await ledger())}`);
  };
  const listed = async () => (await client.call('GET', '/api/transfers?state=incomplete')).body.length;
  const { step: abstractSyntax } = performedProcedureStepSopClasses;
  const peer = { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle: 'CT1' };
  const classes = [abstractSyntax, instanceAvailabilitySopClass];
  const association = await connect(
    peer,
    classes.map((each) => ({ abstractSyntax: each, transferSyntaxes: dataSetSyntaxes })),
  );
  t.after(() => association.abort());
  const begin = async (step: string) => {
    const ScheduledStepAttributesSequence = [dataSetOf({ StudyInstanceUID: madeStudy })];
    const state = { PerformedProcedureStepStatus: 'IN PROGRESS' };
    const { code } = await createStep(association, step, dataSetOf({ ...state, ScheduledStepAttributesSequence }));
    assert.equal(code, 0x0000);
  };
  const end = async (step: string, ...numbers: readonly number[]) => {
    const images = numbers.map((number) =>
      dataSetOf({ ReferencedSOPClassUID: ctImageStorage, ReferencedSOPInstanceUID: uid(number) }),
    );
    const series = dataSetOf({ SeriesInstanceUID: madeSeries, ReferencedImageSequence: images });
    const state = { PerformedProcedureStepStatus: 'COMPLETED', PerformedSeriesSequence: [series] };
    assert.equal((await setStep(association, step, dataSetOf(state))).code, 0x0000);
  };
  const notify = async (notification: string, available: readonly number[], gone: readonly number[] = []) => {
    const instances = [...available, ...gone].map((number) => ({
      ...{ seriesInstanceUid: madeSeries, sopInstanceUid: uid(number), sopClassUid: ctImageStorage },
    }));
    const told = notificationOf({ studyInstanceUid: madeStudy, instances }, 'CT1');
    for (const item of told.items('ReferencedSeriesSequence')[0]?.items('ReferencedSOPSequence') ?? [])
      if (gone.map(uid).includes(item.string('ReferencedSOPInstanceUID') ?? ''))
        item.set('InstanceAvailability', 'UNAVAILABLE');
    assert.equal((await notifyOfInstances(association, notification, told)).code, 0x0000);
  };
  return { store, ledger, until, listed, begin, end, notify };
};
const names = (missing: readonly { sopInstanceUid: string }[]) => missing.map(({ sopInstanceUid }) => sopInstanceUid);

test('a study with as many objects as were named, but not those, is incomplete, whenever it is said', async (t) => {
  const { store, until, listed, begin, end } = await startWith(t, 1);
  await begin('1.2.3.1');
  await end('1.2.3.1', 1, 2, 3);
  await store(1, 2, 4);
  const short = await until('incomplete');
  assert.deepEqual([short.study.received, short.study.expected, names(short.missing)], [3, 4, [uid(3)]]);
  assert.deepEqual([short.series[0].state, short.series[0].expected], ['incomplete', 4]);
  assert.match(short.study.evidence, /1 of them missing: performed procedure step of CT1$/u);
  assert.equal(await listed(), 1);
  await store(3);
  const whole = await until('complete');
  assert.deepEqual([whole.study.received, whole.study.expected, whole.missing], [4, 3, []]);
  assert.equal(await listed(), 0);
  // Said after it counted as complete.
  await begin('1.2.3.2');
  await end('1.2.3.2', 5);
  assert.deepEqual(names((await until('incomplete')).missing), [uid(5)]);
  assert.equal(await listed(), 1);
});

test('while a second step of a study is in progress, what the first one named is not the whole study', async (t) => {
  const { store, until, ledger, begin, end } = await startWith(t, 3600);
  await begin('1.2.3.1');
  await begin('1.2.3.2');
  await end('1.2.3.1', 1, 2);
  await store(1, 2);
  await until('arriving');
  // A series is complete with what was named of it, which says that the study was looked at.
  for (const late = Date.now() + 60_000; (await ledger()).series[0].state !== 'complete'; )
    assert.ok(Date.now() < late, JSON.stringify(await ledger()));
  assert.equal((await ledger()).study.state, 'arriving');
  await end('1.2.3.2', 3);
  await store(3);
  const whole = await until('complete');
  assert.equal(whole.study.evidence, '3 expected: performed procedure step of CT1');
});

test('a peer that no longer has what it named is not waited for: its last notification counts', async (t) => {
  const { store, until, listed, notify } = await startWith(t, 1);
  await notify('1.2.4.1', [1, 2, 3]);
  await store(1, 2);
  assert.deepEqual(names((await until('incomplete')).missing), [uid(3)]);
  await notify('1.2.4.2', [1, 2]);
  const whole = await until('complete');
  assert.deepEqual([whole.study.expected, whole.missing], [2, []]);
  assert.equal(await listed(), 0);
  await notify('1.2.4.3', [1, 2, 4]);
  assert.deepEqual(names((await until('incomplete')).missing), [uid(4)]);
  await notify('1.2.4.4', [], [1, 2, 4]);
  assert.deepEqual((await until('complete')).missing, []);
  assert.equal(await listed(), 0);
});

test('a step that ended without having made anything says nothing of how many there are', async (t) => {
  const { store, until, begin, end } = await startWith(t, 1);
  await begin('1.2.3.1');
  await end('1.2.3.1');
  await store(1, 2);
  const quiet = await until('complete');
  assert.deepEqual(
    [quiet.study.received, quiet.study.expected, quiet.study.evidence],
    [2, undefined, 'nothing more for 1 s'],
  );
});
