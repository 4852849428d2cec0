// Work items over a real database: every cell of the state table, who is told what, searches.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { filteredGlobalSubscriptionInstance, globalSubscriptionInstance } from '@concord/network';
import { dataSetOf } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { performed, scheduledStep } from '../../testing/steps.ts';
import { createProcedureSteps } from './procedure-steps.ts';
import { type StepState, stateChanges, stepStates } from './states.ts';
import type { StepEvent } from './step-events.ts';

const uid = '1.2.3.10';
const right = '1.2.3.99';
const wrong = '1.2.3.98';

const open = async (t: TestContext) => {
  const { database } = await openRealArchive(t);
  const told: string[] = [];
  const keep = async (_: object, receivingAe: string, { kind, sopInstanceUid, dataSet }: StepEvent) =>
    void told.push([receivingAe, kind, sopInstanceUid, dataSet.string('ProcedureStepState') ?? ''].join(' ').trim());
  const nothing = () => undefined;
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  const steps = createProcedureSteps({
    database,
    events: { keep, deliver: nothing },
    now: () => new Date('2026-01-02T10:00:00Z'),
    log,
  });
  return { steps, told: () => told.splice(0) };
};

/** A step that has come to a state by the way the standard allows. */
const bringTo = async ({ steps }: Awaited<ReturnType<typeof open>>, step: string, state: StepState) => {
  assert.equal((await steps.create(step, scheduledStep())).code, 0);
  if (state === 'SCHEDULED') return;
  assert.equal((await steps.changeState(step, 'IN PROGRESS', right)).code, 0);
  if (state === 'IN PROGRESS') return;
  const ending = performed();
  ending.set('TransactionUID', right);
  assert.equal((await steps.update(step, ending)).code, 0);
  assert.equal((await steps.changeState(step, state, right)).code, 0);
};

test('every state, every wanted state, with and without the right Transaction UID', async (t) => {
  const opened = await open(t);
  let count = 0;
  for (const from of stepStates) {
    for (const to of stepStates) {
      for (const transaction of [right, wrong, '']) {
        count += 1;
        const step = `${uid}.${count}`;
        await bringTo(opened, step, from);
        const { code } = await opened.steps.changeState(step, to, transaction);
        const cell = stateChanges[from][to];
        const isRight = transaction === right || (from === 'SCHEDULED' && transaction !== '');
        const expected = isRight ? cell.right : cell.wrong;
        const ending = to === 'COMPLETED' && expected === 'done' && from === 'IN PROGRESS';
        const name = `${from} to ${to} with ${transaction}`;
        assert.equal(code, ending ? 0xc304 : expected === 'done' ? 0 : expected, name);
        const state = (await opened.steps.read(step))?.string('ProcedureStepState');
        assert.equal(state, code === 0 ? to : from, name);
      }
    }
  }
});

test('a step is made with what the standard asks for, and only SCHEDULED', async (t) => {
  const { steps } = await open(t);
  for (const keyword of [
    'ScheduledProcedureStepPriority',
    'ProcedureStepLabel',
    'InputReadinessState',
    'ProcedureStepState',
  ])
    assert.equal((await steps.create(uid, scheduledStep({ [keyword]: undefined }))).code, 0x0120, keyword);
  assert.equal((await steps.create(uid, scheduledStep({ ProcedureStepState: 'IN PROGRESS' }))).code, 0xc309);
  assert.equal((await steps.create(uid, scheduledStep({ TransactionUID: right }))).code, 0x0106);
  assert.equal((await steps.create(uid, new DataSet())).code, 0x0120);
  assert.equal(await steps.read(uid), undefined);
  assert.equal((await steps.create(uid, scheduledStep())).code, 0);
  assert.equal((await steps.create(uid, scheduledStep())).code, 0x0111);
  const made = await steps.read(uid);
  assert.equal(made?.string('SOPClassUID'), '1.2.840.10008.5.1.4.34.6.1');
  assert.equal(made?.string('PatientName'), 'Müller^Jürgen');
  assert.equal(made?.string('ScheduledProcedureStepModificationDateTime'), '20260102100000+0000');
});

test('a step is changed by its performer only, and never its state or identity', async (t) => {
  const opened = await open(t);
  const { steps } = opened;
  const label = (transaction?: string) => dataSetOf({ ProcedureStepLabel: 'changed', TransactionUID: transaction });
  assert.equal((await steps.update(uid, label())).code, 0xc307);
  await bringTo(opened, uid, 'IN PROGRESS');
  assert.equal((await steps.update(uid, label())).code, 0xc301);
  assert.equal((await steps.update(uid, label(wrong))).code, 0xc301);
  assert.equal((await steps.update(uid, label(right))).code, 0);
  const changes = dataSetOf({ ProcedureStepState: 'COMPLETED', TransactionUID: right });
  assert.equal((await steps.update(uid, changes)).code, 0x0106);
  const read = await steps.read(uid);
  assert.deepEqual([read?.string('ProcedureStepLabel'), read?.string('TransactionUID')], ['changed', undefined]);
  assert.equal((await steps.changeState(uid, 'CANCELED', right)).code, 0);
  assert.equal((await steps.update(uid, label(right))).code, 0xc300);
  assert.equal((await steps.changeState(uid, 'FLYING', right)).code, 0x0115);
  const canceledAt = 'ProcedureStepProgressInformationSequence[0].ProcedureStepCancellationDateTime';
  assert.equal((await steps.read(uid))?.string(canceledAt), '20260102100000+0000');
});

test('cancelling: nobody performs it, somebody does, nobody listens, it is over', async (t) => {
  const opened = await open(t);
  const { steps, told } = opened;
  const request = dataSetOf({ ReasonForCancellation: 'not needed' });
  assert.equal((await steps.requestCancel(uid, 'ASKER', request)).code, 0xc307);
  await bringTo(opened, uid, 'SCHEDULED');
  await steps.subscribe({ receivingAe: 'WATCHER', sopInstanceUid: uid, deletionLock: false });
  assert.equal((await steps.requestCancel(uid, 'ASKER', request)).code, 0);
  assert.deepEqual(told(), [`WATCHER stateReport ${uid} SCHEDULED`, `WATCHER stateReport ${uid} CANCELED`]);
  assert.equal((await steps.requestCancel(uid, 'ASKER', request)).code, 0xb304);
  await bringTo(opened, `${uid}.1`, 'IN PROGRESS');
  assert.equal((await steps.requestCancel(`${uid}.1`, 'ASKER', request)).code, 0xc312);
  await steps.subscribe({ receivingAe: 'WATCHER', sopInstanceUid: `${uid}.1`, deletionLock: false });
  assert.equal((await steps.requestCancel(`${uid}.1`, 'ASKER', request)).code, 0);
  assert.deepEqual(told().at(-1), `WATCHER cancelRequested ${uid}.1`);
  await bringTo(opened, `${uid}.2`, 'COMPLETED');
  assert.equal((await steps.requestCancel(`${uid}.2`, 'ASKER', request)).code, 0xc311);
});

test('who listens to all steps hears of those to come, until it is suspended or ended', async (t) => {
  const opened = await open(t);
  const { steps, told } = opened;
  await bringTo(opened, `${uid}.1`, 'SCHEDULED');
  await bringTo(opened, `${uid}.2`, 'COMPLETED');
  const global = { receivingAe: 'ALL', sopInstanceUid: globalSubscriptionInstance, deletionLock: false };
  assert.equal((await steps.subscribe(global)).code, 0);
  assert.deepEqual(told(), [`ALL stateReport ${uid}.1 SCHEDULED`], 'those that are over are left out');
  const filter = { '00100020': { vr: 'LO' as const, Value: ['P2'] } };
  await steps.subscribe({ ...global, receivingAe: 'SOME', sopInstanceUid: filteredGlobalSubscriptionInstance, filter });
  await steps.create(`${uid}.3`, scheduledStep());
  await steps.create(`${uid}.4`, scheduledStep({ PatientID: 'P2' }));
  assert.deepEqual(told().sort(), [
    `ALL stateReport ${uid}.3 SCHEDULED`,
    `ALL stateReport ${uid}.4 SCHEDULED`,
    `SOME stateReport ${uid}.4 SCHEDULED`,
  ]);
  await steps.suspendGlobal('ALL');
  await steps.create(`${uid}.5`, scheduledStep());
  await steps.changeState(`${uid}.3`, 'IN PROGRESS', right);
  assert.deepEqual(told(), [`ALL stateReport ${uid}.3 IN PROGRESS`]);
  assert.equal((await steps.unsubscribe('ALL', globalSubscriptionInstance)).code, 0);
  await steps.changeState(`${uid}.4`, 'IN PROGRESS', right);
  assert.deepEqual(told(), [`SOME stateReport ${uid}.4 IN PROGRESS`]);
  assert.equal((await steps.unsubscribe('SOME', '1.2.3.4')).code, 0xc307);
});

test('progress and assignment are told as such', async (t) => {
  const opened = await open(t);
  const { steps, told } = opened;
  await bringTo(opened, uid, 'IN PROGRESS');
  await steps.subscribe({ receivingAe: 'WATCHER', sopInstanceUid: uid, deletionLock: true });
  told();
  const progress = dataSetOf({
    TransactionUID: right,
    ProcedureStepProgressInformationSequence: [dataSetOf({ ProcedureStepProgress: '50' })],
    ScheduledHumanPerformersSequence: [dataSetOf({ HumanPerformerName: 'Doe^Jane' })],
  });
  assert.equal((await steps.update(uid, progress)).code, 0);
  assert.deepEqual(told(), [`WATCHER progressReport ${uid}`, `WATCHER assigned ${uid}`]);
});

test('steps are found by their attributes, those within sequences too', async (t) => {
  const { steps } = await open(t);
  await steps.create(`${uid}.1`, scheduledStep({ ScheduledProcedureStepStartDateTime: '20260103' }));
  await steps.create(`${uid}.2`, scheduledStep({ PatientID: 'P2', WorklistLabel: 'Lung' }));
  const found = async (keys: DataSet) =>
    (await Array.fromAsync(steps.find(keys))).map((step) => step.string('SOPInstanceUID')?.slice(uid.length));
  assert.deepEqual(await found(dataSetOf({ ProcedureStepState: 'SCHEDULED' })), ['.2', '.1'], 'by their start');
  assert.deepEqual(await found(dataSetOf({ WorklistLabel: 'L*' })), ['.2', '.1']);
  assert.deepEqual(await found(dataSetOf({ PatientID: 'P2', PatientName: null })), ['.2']);
  assert.deepEqual(await found(dataSetOf({ ScheduledProcedureStepStartDateTime: '20260103-' })), ['.1']);
  const inSequence = (value: string) =>
    dataSetOf({ ScheduledWorkitemCodeSequence: [dataSetOf({ CodeValue: value, CodingSchemeDesignator: null })] });
  assert.deepEqual(await found(inSequence('1')), ['.2', '.1']);
  assert.deepEqual(await found(inSequence('2')), []);
});
