// The store of orders: what is kept and made, what a query finds, how long steps are in the worklist, what cannot be undone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DataSet, fromJson, toJson } from '@concord/dicom';
import { dataSetOf } from '../../testing/data-sets.ts';
import { anOrder, monday, openOrders } from '../../testing/orders.ts';
import { itemsOf, orderOf } from './order.ts';
import { progressOf } from './progress.ts';
import { OrderError, readOrder } from './read-order.ts';

const inStep = (values: Readonly<Record<string, string | null>>, more = {}): DataSet => {
  const keys = dataSetOf({ PatientID: null, ...more });
  for (const [keyword, value] of Object.entries(values))
    keys.set(`ScheduledProcedureStepSequence[0].${keyword}`, value);
  return keys;
};

type Opened = Awaited<ReturnType<typeof openOrders>>;

async function found({ orders }: Pick<Opened, 'orders'>, keys: DataSet, query = {}): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const item of orders.find(keys, query)) ids.push(item.string('PatientID') ?? '');
  return ids;
}

async function add({ orders }: Pick<Opened, 'orders'>, ...given: Parameters<typeof anOrder>): Promise<string> {
  const added = await orders.add(anOrder(...given), 'a test');
  assert.ok(added !== 'there already');
  return added.studyInstanceUid;
}

test('an order gets what is never empty, once: a later change keeps its UID and numbers', async (t) => {
  const { orders } = await openOrders(t);
  const uid = await add({ orders }, { accessionNumber: 'A1' }, { stationAeTitle: 'CT1' }, { modality: 'MR' });
  const [first, second] = await orders.list({ studyInstanceUid: uid });
  assert.deepEqual([first?.stepId, second?.stepId], ['RP1-1', 'RP1-2']);
  const item = first?.item;
  assert.equal(item?.string('RequestedProcedureID'), 'RP1');
  assert.equal(item?.string('RequestedProcedureDescription'), 'Examination');
  assert.match(item?.string('StudyInstanceUID') ?? '', /^2\.25\.\d+$/);
  assert.equal(
    await orders.change(uid, anOrder({ accessionNumber: 'A2' }, { stepId: 'RP1-1' }), 'somebody'),
    'changed',
  );
  const after = await orders.list({ accessionNumber: 'a2' });
  assert.deepEqual(
    after.map((step) => [step.studyInstanceUid, step.stepId, step.source, orderOf(step.item).requestedProcedureId]),
    [[uid, 'RP1-1', 'somebody', 'RP1']],
  );
  assert.equal(await orders.add(anOrder({ studyInstanceUid: uid }), 'a test'), 'there already');
  assert.equal(await orders.change('1.2.3', anOrder(), 'a test'), 'not there');
});

test('[ES-MWL-03] [RI-MWL-07] ranges of date and time of one form are one period; of others, two', async (t) => {
  const opened = await openOrders(t);
  const starts = [
    ['20260705', '0959'],
    ['20260705', '1000'],
    ['20260706', '0300'],
    ['20260707', '1800'],
    ['20260707', '1801'],
  ] as const;
  for (const [index, [startDate, startTime]] of starts.entries())
    await add(opened, { patientId: `${index}` }, { startDate, startTime });
  const asked = (date: string | null, time: string | null) =>
    found(opened, inStep({ ScheduledProcedureStepStartDate: date, ScheduledProcedureStepStartTime: time }));
  assert.deepEqual(await asked('20260705-20260707', '1000-1800'), ['1', '2', '3']);
  assert.deepEqual(await asked('20260706-', '0300-'), ['2', '3', '4']);
  assert.deepEqual(await asked('-20260705', '-1000'), ['0', '1']);
  assert.deepEqual(await asked('20260705-20260707', null), ['0', '1', '2', '3', '4']);
  assert.deepEqual(await asked('20260706', '0200-0400'), ['2']);
  assert.deepEqual(await asked('20260706', '0900-1000'), []);
  assert.deepEqual(await asked(null, '0300'), ['2']);
  assert.deepEqual(await asked('20260708', null), []);
});

test('[ES-MWL-03] the case of letters counts in text unless it is told otherwise, and always in the ID of a patient', async (t) => {
  const opened = await openOrders(t);
  await add(opened, { patientId: 'Ab', accessionNumber: 'Acc 1', patientName: 'Müller^Jürgen' });
  const ignore = { matching: { ignoreCase: true } };
  const by = (values: object, query = {}) => found(opened, dataSetOf({ PatientID: null, ...values }), query);
  assert.deepEqual(await by({ AccessionNumber: 'ACC 1' }), []);
  assert.deepEqual(await by({ AccessionNumber: 'ACC 1' }, ignore), ['Ab']);
  assert.deepEqual(await by({ AccessionNumber: 'ac*' }, ignore), ['Ab']);
  assert.deepEqual(await by({ PatientID: 'AB' }, ignore), []);
  assert.deepEqual(await by({ PatientID: 'A?' }, ignore), ['Ab'], 'the standard allows it');
  assert.deepEqual(await by({ PatientID: 'a?' }, ignore), []);
  assert.deepEqual(await by({ PatientName: 'muller^j*' }), ['Ab']);
  assert.deepEqual(await by({ PatientName: 'J?rgen*' }), []);
});

test('a step of no station is for whoever asks, and says so; one of a station only for it', async (t) => {
  const opened = await openOrders(t);
  await add(opened, { patientId: 'any' });
  await add(opened, { patientId: 'one' }, { stationAeTitle: 'CT1' });
  const stations = async (asked: string | null, asking: string) => {
    const answers: string[] = [];
    const keys = inStep({ ScheduledStationAETitle: asked });
    for await (const item of opened.orders.find(keys, { asking }))
      answers.push(
        `${item.string('PatientID')} ${item.string('ScheduledProcedureStepSequence[0].ScheduledStationAETitle')}`,
      );
    return answers.sort();
  };
  assert.deepEqual(await stations('CT1', 'CONSOLE'), ['any CT1', 'one CT1']);
  assert.deepEqual(await stations('CT2', 'CONSOLE'), ['any CT2']);
  assert.deepEqual(await stations(null, 'CONSOLE'), ['any CONSOLE', 'one CT1']);
  assert.deepEqual(await stations('CT*', 'CT9'), ['any CT9', 'one CT1']);
});

const performed = (studyUid: string, stepId: string | null, values = {}) =>
  dataSetOf({
    Modality: 'CT',
    ScheduledStepAttributesSequence: [dataSetOf({ StudyInstanceUID: studyUid, ScheduledProcedureStepID: stepId })],
    ...values,
  });

async function report(
  { database }: Pick<Opened, 'database'>,
  sopInstanceUid: string,
  state: Parameters<typeof progressOf>[0]['state'],
  step: DataSet,
) {
  await database.batch(progressOf({ sopInstanceUid, state, step, at: monday }));
}

const states = async ({ orders }: Pick<Opened, 'orders'>, studyInstanceUid: string) =>
  (await orders.list({ studyInstanceUid })).map(({ stepId, state }) => `${stepId} ${state}`);

test('a performed step moves the one it references, and only that; what is completed never goes back', async (t) => {
  const opened = await openOrders(t);
  const uid = await add(opened, {}, { stepId: 'a' }, { stepId: 'b' }, { stepId: 'c', modality: 'MR' });
  await report(opened, '1.1', 'IN PROGRESS', performed(uid, 'a'));
  assert.deepEqual(await states(opened, uid), ['a STARTED', 'b SCHEDULED', 'c SCHEDULED']);
  await report(opened, '1.1', 'DISCONTINUED', performed(uid, 'a'));
  await report(opened, '1.2', 'IN PROGRESS', performed(uid, null));
  assert.deepEqual(await states(opened, uid), ['a STARTED', 'b STARTED', 'c SCHEDULED'], 'of its modality');
  await report(opened, '1.2', 'COMPLETED', performed(uid, null));
  await report(opened, '1.3', 'IN PROGRESS', performed(uid, 'a'));
  assert.deepEqual(await states(opened, uid), ['a COMPLETED', 'b COMPLETED', 'c SCHEDULED']);
  assert.deepEqual(progressOf({ sopInstanceUid: '1', state: 'IN PROGRESS', step: dataSetOf({}), at: monday }), []);
});

for (const worklistUntil of ['started', 'ended'] as const)
  test(`a step leaves the worklist when it has ${worklistUntil}, is called off or too old`, async (t) => {
    const opened = await openOrders(t, { worklistUntil, worklistKeep: 2 });
    const seen = () => found(opened, dataSetOf({ PatientID: null }));
    const uid = await add(opened, { patientId: 'done' }, { stepId: '1' });
    const off = await add(opened, { patientId: 'off' });
    assert.equal((await seen()).length, 2);
    await report(opened, '1.1', 'IN PROGRESS', performed(uid, '1'));
    assert.deepEqual((await seen()).includes('done'), worklistUntil === 'ended');
    assert.equal(await opened.orders.setState(uid, 'CANCELED', 'a test'), 'performed');
    assert.equal(await opened.orders.change(uid, anOrder({}, { stepId: '2' }), 'a test'), 'performed');
    await report(opened, '1.1', 'COMPLETED', performed(uid, '1'));
    assert.deepEqual(await seen(), ['off']);
    assert.equal(await opened.orders.setState(uid, 'SCHEDULED', 'a test'), 'performed');
    assert.equal(await opened.orders.setState(off, 'CANCELED', 'a test'), 'changed');
    assert.equal(await opened.orders.setState(off, 'CANCELED', 'a test'), 'changed', 'once more is no fault');
    assert.deepEqual(await seen(), []);
    assert.equal(await opened.orders.setState(off, 'SCHEDULED', 'a test'), 'changed');
    assert.deepEqual(await seen(), ['off']);
    opened.setNow(new Date(2026, 2, 4, 11));
    assert.deepEqual(await seen(), [], 'two days and an hour after its start');
    assert.equal(await opened.orders.setState('1.2', 'CANCELED', 'a test'), 'not there');
  });

test('what is over is forgotten after its time, when the next order comes', async (t) => {
  const opened = await openOrders(t, { worklistHistory: 10 });
  const uid = await add(opened, { patientId: 'off' });
  await add(opened, { patientId: 'open' });
  await opened.orders.setState(uid, 'CANCELED', 'a test');
  opened.setNow(new Date(2026, 2, 13));
  await add(opened, { patientId: 'new' });
  const left = (await opened.orders.list({})).map(({ item }) => item.string('PatientID'));
  assert.deepEqual(left.sort(), ['new', 'open']);
});

const refused: readonly (readonly [given: unknown, words: RegExp])[] = [
  ['text', /must be an object/],
  [{}, /patientName is missing/],
  [{ patientName: 'A', patientId: '1' }, /steps must be a list/],
  [{ patientName: 'A', patientId: '1', steps: [] }, /steps must be a list/],
  [{ patientName: 'A', patientId: '1', steps: ['x'] }, /steps\[0\] must be an object/],
  [{ patientName: 'A', patientId: '1', steps: [{}] }, /steps\[0\]\.modality is missing/],
  [{ patientName: 'A', patientId: '1', shoeSize: '9', steps: [{}] }, /shoeSize is not a value/],
];

test('an order that cannot be one is refused, and the first wrong value is named', () => {
  for (const [given, words] of refused) assert.throws(() => readOrder(given), words);
  const wrong = (values: object, step: object = {}) => {
    try {
      anOrder(values, step);
      return '';
    } catch (error) {
      assert.ok(error instanceof OrderError);
      return error.message;
    }
  };
  assert.match(wrong({ accessionNumber: '12345678901234567' }), /accessionNumber has more than 16/);
  assert.match(wrong({ patientSex: 'female' }), /patientSex must be up to 16 capitals/);
  assert.match(wrong({ patientBirthDate: '20260230' }), /patientBirthDate must be a date/);
  assert.match(wrong({ patientName: 'A\\B' }), /patientName has a backslash/);
  assert.match(wrong({ patientName: 'A\u0007' }), /patientName has control characters/);
  assert.match(wrong({ patientName: 'a^b^c^d^e^f' }), /more than five components/);
  assert.match(wrong({ patientId: 7 }), /patientId must be text/);
  assert.match(wrong({ pregnancyStatus: '70000' }), /pregnancyStatus must be a whole number/);
  assert.match(wrong({ patientWeight: 'heavy' }), /patientWeight must be a number/);
  assert.match(wrong({ studyInstanceUid: '1.02' }), /studyInstanceUid must be a UID/);
  assert.match(wrong({ requestedProcedureCode: 'X' }), /requestedProcedureCode must be a list of codes/);
  assert.match(wrong({ requestedProcedureCode: [{ value: 'X' }] }), /requestedProcedureCode\.scheme is missing/);
  assert.match(wrong({}, { startTime: '25' }), /steps\[0\]\.startTime must be a time/);
  assert.match(wrong({}, { stationAeTitle: 'TOO LONG A TITLE FOR AE' }), /must be an AE title/);
  assert.match(wrong({}, { state: 'STARTED' }), /state is not a value/);
});

test('an order survives its rows: codes, lists, numbers, text of any script', () => {
  const order = readOrder({
    patientName: 'Yamada^Tarou=山田^太郎=やまだ^たろう',
    patientId: 'Ä 7',
    patientBirthDate: '1970-01-31',
    pregnancyStatus: '4',
    allergies: 'Latex\\Jod',
    patientWeight: '62.5',
    requestedProcedureCode: [{ value: 'K1', scheme: '99L', meaning: 'Knie' }],
    steps: [{ modality: 'DX', startDate: '2026-03-01', startTime: '08:30', stationAeTitle: 'DX1\\DX2' }],
  });
  assert.equal(order.patientBirthDate, '19700131');
  assert.equal(order.steps[0]?.startTime, '0830');
  const opened = anItem(order);
  assert.deepEqual(orderOf(fromJson(JSON.parse(JSON.stringify(toJson(opened))))), order);
});

const anItem = (order: Parameters<typeof itemsOf>[0]): DataSet => {
  const [item] = itemsOf(order);
  assert.ok(item);
  return item;
};
