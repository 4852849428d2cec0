// Searching work items by their index finds what matching finds, and reads no more than can match.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type DataSet, matches } from '@concord/dicom';
import { silentLog } from '@concord/network';
import { dataSetOf, type Values } from '../../testing/data-sets.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { code, scheduledStep } from '../../testing/steps.ts';
import { openTestIndex } from '../../testing/test-index.ts';
import { sql } from '../database/database.ts';
import { createProcedureSteps } from './procedure-steps.ts';
import { candidates } from './step-search.ts';

const starts = [
  '20260101',
  '20260102101500',
  '202601',
  '2026',
  '20260103235959+0500',
  '20260104000100-1100',
  '20250615',
];
const labels = ['Liver', 'LIVER', 'Lung ', 'Lu*ng'];

const open = async (t: TestContext) => {
  const database = await openTestIndex(await temporaryFolder());
  t.after(() => database.close());
  const events = { keep: async () => undefined, deliver: () => undefined };
  const steps = createProcedureSteps({ database, events, now: () => new Date('2026-01-02T10:00:00Z'), log: silentLog });
  const all: DataSet[] = [];
  let number = 0;
  for (const start of starts) {
    for (const label of labels) {
      number += 1;
      const values: Values = {
        ScheduledProcedureStepStartDateTime: start,
        WorklistLabel: label,
        PatientID: `P${number % 5}`,
        ScheduledWorkitemCodeSequence: [code(`${number % 3}`), code('9')],
      };
      assert.equal((await steps.create(`1.2.3.${number}`, scheduledStep(values))).code, 0);
      const made = await steps.read(`1.2.3.${number}`);
      if (made) all.push(made);
    }
  }
  return { database, steps, all };
};
const uids = (found: readonly DataSet[]) => found.map((step) => step.string('SOPInstanceUID')).sort();
const inCode = (value: string) => [dataSetOf({ CodeValue: value })];

const searches: readonly Values[] = [
  {},
  ...['P1', 'p1', 'P*', ' P1', 'P9', ''].map((value) => ({ PatientID: value })),
  ...['Liver', 'liver', 'Lung', 'Lu*', 'L?ng'].map((value) => ({ WorklistLabel: value })),
  ...['1', '9', '7', ''].map((value) => ({ ScheduledWorkitemCodeSequence: inCode(value) })),
  ...[
    '20260102',
    '20260102-',
    '-20260102',
    '20260102-20260103',
    '2026',
    '202601',
    '20260103-20260104',
    '2025-2026',
  ].map((value) => ({ ScheduledProcedureStepStartDateTime: value })),
  ...['20260104000000-20260104120000', '20260103185959', '20260104110100+0000'].map((value) => ({
    ScheduledProcedureStepStartDateTime: value,
  })),
  { ProcedureStepState: 'SCHEDULED', PatientID: 'P2', ScheduledWorkitemCodeSequence: inCode('2') },
  { SOPInstanceUID: '1.2.3.4' },
  { SOPInstanceUID: ['1.2.3.4', '1.2.3.5'] },
];

test('a search finds exactly what matching every step finds', async (t) => {
  const { steps, all } = await open(t);
  for (const values of searches) {
    const keys = dataSetOf(values);
    const found = uids(await Array.fromAsync(steps.find(keys)));
    assert.deepEqual(found, uids(all.filter((step) => matches(keys, step))), JSON.stringify(values));
  }
});

test('what cannot match is not read; what is changed is found by its new values; steps of an earlier version too', async (t) => {
  const { database, steps } = await open(t);
  const read = async (values: Values) => (await Array.fromAsync(candidates(database, dataSetOf(values)))).length;
  assert.equal(await read({ PatientID: 'P1' }), 6);
  assert.equal(await read({ ScheduledWorkitemCodeSequence: inCode('7') }), 0);
  assert.equal(await read({ ProcedureStepState: 'COMPLETED' }), 0);
  assert.equal(await read({ ScheduledProcedureStepStartDateTime: '20250615' }), 4);
  assert.equal((await steps.update('1.2.3.1', dataSetOf({ PatientID: 'NEW' }))).code, 0);
  assert.deepEqual(uids(await Array.fromAsync(steps.find(dataSetOf({ PatientID: 'NEW' })))), ['1.2.3.1']);
  await database.batch([sql`delete from step_key`, sql`update procedure_step set indexed = 0`]);
  const events = { keep: async () => undefined, deliver: () => undefined };
  const later = createProcedureSteps({ database, events, now: () => new Date(), log: silentLog });
  assert.deepEqual(uids(await Array.fromAsync(later.find(dataSetOf({ PatientID: 'NEW' })))), ['1.2.3.1']);
});
