// Open rules: each says why, and a run of the plan decides those that a test can decide.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeStatement } from '../../testing/complete-statement.ts';
import type { Result } from '../execute/outcome.ts';
import { asRunReport } from '../execute/read-report.ts';
import type { ItemResult, RunReport } from '../execute/run.ts';
import { judged } from './judgement.ts';
import { openBecause } from './open-because.ts';
import { decisionsOfRun } from './run-decisions.ts';
import { rules, validate } from './validate.ts';
import { validationText } from './validation-report.ts';

const item = (id: string, service: string, result: Result): ItemResult => ({
  id,
  title: `Title of ${id}`,
  service,
  result,
  expected: 'as said',
  observed: 'as said',
  milliseconds: 1,
  associations: [],
  notes: [],
});

const report = (...results: readonly ItemResult[]): RunReport => ({
  format: 'concord-test-run-1',
  system: { label: 'Archive', digest: 'd' },
  plan: 'p',
  target: { host: 'pacs.example', port: 104, calledAeTitle: 'PACS', callingAeTitle: 'CSPROBE', tls: false },
  startedAt: '2026-11-21T10:00:00.000Z',
  endedAt: '2026-11-21T10:01:00.000Z',
  tester: 'A. Person',
  dryRun: false,
  counts: { passed: 0, failed: 0, inconclusive: 0, blocked: 0, 'not automatable': 0, 'not run': 0 },
  results,
  leftBehind: [],
});

const passed = [
  item('store-scp/verification', 'Verification', 'passed'),
  item('negotiation/keep', 'Negotiation', 'passed'),
  item('store/1-2', 'Storage', 'passed'),
  item('store/1-2/paper', 'Storage', 'not automatable'),
];

test('every rule that a statement cannot decide says why, and no other does', () => {
  const undecided = rules().filter(({ decided }) => decided.some((each) => each !== 's'));
  assert.deepEqual(new Set(Object.keys(openBecause)), new Set(undecided.map(({ id }) => id)));
  const text = validationText(judged(validate(completeStatement()), { waivers: [], decisions: [] }));
  assert.match(
    text,
    /open CS-V72-09, decided by a test .*unknown class|open CS-V72-09, decided by .*class of no profile/,
  );
});

test('[CS-VAL-03] a run that passed closes what it tried, with tester, date and count; the rest stays open', () => {
  const decisions = decisionsOfRun(report(...passed));
  assert.deepEqual(
    decisions.map(({ rule, holds, author, date }) => [rule, holds, author, date]),
    ['CS-V71-05', 'CS-V71-06', 'CS-V71-07'].map((rule) => [rule, true, 'A. Person', '2026-11-21']),
  );
  const { open, findings } = judged(validate(completeStatement()), { waivers: [], decisions });
  const ids = open.map(({ id }) => id);
  assert.ok(!ids.includes('CS-V71-06') && ids.includes('CS-V71-08'));
  assert.deepEqual(findings, []);
});

test('one item that failed breaks the rule; one that was blocked decides nothing', () => {
  const failed = decisionsOfRun(report(...passed, item('x/verification', 'Verification', 'failed')));
  const against = judged(validate(completeStatement()), { waivers: [], decisions: failed }).findings;
  assert.deepEqual(
    against.map(({ rule, level }) => [rule, level]),
    [['CS-V71-06', 'E']],
  );
  assert.match(against[0]?.message ?? '', /"Title of x\/verification" failed/);
  const blocked = decisionsOfRun(report(...passed, item('x/verification', 'Verification', 'blocked')));
  assert.ok(!blocked.some(({ rule }) => rule === 'CS-V71-06'));
  assert.deepEqual(decisionsOfRun(report()), []);
});

test('a report from a file is checked; what is none is none', () => {
  const sound = report(...passed);
  assert.deepEqual(asRunReport(JSON.parse(JSON.stringify(sound))), sound);
  for (const value of [undefined, [], {}, { ...sound, endedAt: 'yesterday' }, { ...sound, results: [{}] }])
    assert.equal(asRunReport(value), undefined);
});
