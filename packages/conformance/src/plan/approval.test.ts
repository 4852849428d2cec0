// Plans in the hands of people: approved, locked, edited with reasons; what a changed statement does to them; what to configure first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listen, verificationScp } from '@concord/network';
import { operation, system } from '../../testing/systems.ts';
import { runPlan } from '../execute/run.ts';
import { approvePlan, editPlan, isApproved, notRunnable } from './approval.ts';
import { createPlan } from './plan.ts';
import { planDifference } from './plan-changes.ts';
import { isPreCheck, preparationOf } from './preparation.ts';
import { asPlan } from './read-plan.ts';

const [verification, ct, find, commitment] = [
  '1.2.840.10008.1.1',
  '1.2.840.10008.5.1.4.1.1.2',
  '1.2.840.10008.5.1.4.1.2.2.1',
  '1.2.840.10008.1.20.1',
];
const archive = (matching: readonly string[]) =>
  system({
    name: 'Archive',
    accepts: [
      { name: 'Echo', offers: [{ uid: verification }] },
      { name: 'Keep', offers: [{ uid: ct }, { uid: commitment }] },
      {
        name: 'Answer',
        offers: [{ uid: find }],
        conformance: [
          operation('C-FIND', 'SCP', [find], {
            keys: [{ level: 'STUDY', attribute: 'Patient ID', tag: '(0010,0020)', matching, returned: true }],
          }),
        ],
      },
    ],
  });
const claims = archive(['single value']);
const plan = createPlan(claims);

test('[CS-PLAN-09] an approved plan is locked by its digest; an edit makes a new version with a reason, and the old one stays', () => {
  const approved = approvePlan(plan, 'A. Physicist', '2026-01-02T03:04:05Z');
  assert.ok(isApproved(approved));
  assert.equal(plan.approval, undefined);
  const [first] = plan.items;
  assert.ok(first);
  const edited = editPlan(approved, {
    by: 'B. Tester',
    reason: 'not needed here',
    put: [
      { ...first, title: 'Another title' },
      { ...first, id: 'own/item' },
    ],
    remove: ['recovery/garbage'],
  });
  assert.deepEqual([edited.version, edited.approval, isApproved(edited)], [2, undefined, false]);
  const [change] = edited.changes ?? [];
  assert.deepEqual(
    [change?.by, change?.reason, change?.added, change?.changed, change?.removed],
    ['B. Tester', 'not needed here', ['own/item'], ['reach'], ['recovery/garbage']],
  );
  assert.ok(isApproved(approved), 'the old version is as it was');
  assert.ok(approved.items.some(({ id }) => id === 'recovery/garbage'));
  const again = approvePlan(edited, 'C. Chief', '2026-01-03T03:04:05Z');
  assert.deepEqual(asPlan(JSON.parse(JSON.stringify(again))), again);
  assert.ok(isApproved(again));
});

test('[CS-PLAN-09] nobody approves or edits without a name, without a reason, or so that an item loses what it needs', () => {
  assert.throws(() => approvePlan(plan, ' '), /person with a name/);
  assert.throws(() => editPlan(plan, { by: 'A', reason: ' ', remove: ['recovery/garbage'] }), /needs a reason/);
  assert.throws(() => editPlan(plan, { by: 'A', reason: 'x', remove: ['no/such'] }), /no item "no\/such"/);
  assert.throws(() => editPlan(plan, { by: 'A', reason: 'x', remove: ['reach'] }), /needs one that is removed/);
});

test('[CS-EXE-01] a plan that is not approved, that has changed since, or whose statement has changed, is refused; an approved one runs', async () => {
  const nobody = { host: '127.0.0.1', port: 1, calledAeTitle: 'X' };
  const strict = { approved: true } as const;
  await assert.rejects(runPlan(plan, nobody, strict), /has not been approved/);
  const approved = approvePlan(plan, 'A');
  const forged = { ...approved, items: approved.items.slice(1) };
  await assert.rejects(runPlan(forged, nobody, strict), /has changed since A approved it/);
  await assert.rejects(
    runPlan(approved, nobody, { approved: true, statement: archive(['wildcard']) }),
    /the statement of Archive 1\.0 has changed since the plan was made/,
  );
  assert.equal(notRunnable(approved, { system: plan.system.digest }), undefined);
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    applicationEntities: [{ aeTitle: 'X', services: [verificationScp] }],
  });
  const asked: string[] = [];
  const { results } = await runPlan(
    approved,
    { ...nobody, port: acceptor.port },
    {
      approved: true,
      statement: claims,
      care: { pause: 0 },
      only: ({ id }) => id === 'verification',
      ask: (text) => asked.push(text),
    },
  );
  await acceptor.close();
  assert.deepEqual(
    results.map(({ result }) => result),
    ['passed', 'passed'],
  );
});

test('[CS-PLAN-10] another key table affects the items of that key; what is new and what is obsolete is told', () => {
  const { affected, added, obsolete } = planDifference(plan, archive(['single value', 'wildcard']));
  assert.deepEqual([affected, added, obsolete], [['find/1-2-840-10008-5-1-4-1-2-2-1/study/0010-0020'], [], []]);
  const without = planDifference(
    plan,
    system({ name: 'Archive', accepts: [{ name: 'Echo', offers: [{ uid: verification }] }] }),
  );
  assert.ok(without.obsolete.some((id) => id.startsWith('store/')));
  assert.deepEqual(
    without.affected.filter((id) => id === 'verification'),
    [],
  );
  const back = planDifference(without.plan, claims);
  assert.ok(back.added.some((id) => id.startsWith('find/')));
});

test('[CS-PLAN-08] what both sides configure stands first, each line with the items that show it, and these can be run alone', async () => {
  const lines = preparationOf(plan);
  assert.equal(lines[0]?.side, 'our side');
  assert.deepEqual(lines[0]?.checkedBy, ['reach']);
  const callers = lines.find(({ text }) => text.startsWith('Allow our AE title'));
  assert.deepEqual([callers?.side, callers?.checkedBy], ['system under test', ['verification']]);
  assert.ok(lines.some(({ text }) => /if the report comes over an association of its own/.test(text)));
  assert.ok(lines.every(({ checkedBy }) => checkedBy.length > 0));
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    applicationEntities: [{ aeTitle: 'X', services: [verificationScp] }],
  });
  const target = { host: '127.0.0.1', port: acceptor.port, calledAeTitle: 'X' };
  const { results, leftBehind } = await runPlan(plan, target, { care: { pause: 0 }, only: isPreCheck(plan) });
  await acceptor.close();
  assert.deepEqual(leftBehind, []);
  const resultOf = (id: string) => results.find((each) => each.id === id)?.result;
  assert.deepEqual([resultOf('reach'), resultOf('verification')], ['passed', 'passed']);
  assert.ok(results.every(({ id }) => !id.startsWith('store/')));
});
