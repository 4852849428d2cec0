// Test plans: from one statement, from two, from broken ones; what they cover, and how they are written.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { smallStatement } from '../../testing/statement.ts';
import { operation, system } from '../../testing/systems.ts';
import { compareStatements } from '../compare/compare.ts';
import { coverageOf } from './coverage.ts';
import { createPlan, planDigest } from './plan.ts';
import { planCsv, planMarkdown } from './plan-document.ts';

const verification = '1.2.840.10008.1.1';
const ct = '1.2.840.10008.5.1.4.1.1.2';
const mr = '1.2.840.10008.5.1.4.1.1.4';
const find = '1.2.840.10008.5.1.4.1.2.2.1';
const mpps = '1.2.840.10008.3.1.2.3.3';
const implicit = '1.2.840.10008.1.2';
const explicit = '1.2.840.10008.1.2.1';

const row = (status: string, code: string) => ({ status, code, meaning: status, behavior: 'As said.' });
const key = {
  level: 'STUDY',
  attribute: 'Patient ID',
  tag: '(0010,0020)',
  matching: ['single value', 'wildcard'],
  returned: true,
};
const archive = system({
  name: 'Archive',
  accepts: [
    { name: 'Echo', offers: [{ uid: verification }] },
    {
      name: 'Keep',
      offers: [{ uid: ct, syntaxes: [explicit, implicit] }],
      conformance: [operation('C-STORE', 'SCP', [ct], { statuses: [row('Success', '0000'), row('Failure', 'A900')] })],
    },
    {
      name: 'Answer',
      offers: [{ uid: find }],
      conformance: [operation('C-FIND', 'SCP', [find], { statuses: [row('Failure', 'A900')], keys: [key] })],
    },
    { name: 'Steps', offers: [{ uid: mpps }] },
  ],
  initiates: [
    {
      name: 'Send',
      offers: [{ uid: ct }],
      conformance: [operation('C-STORE', 'SCU', [ct], { statuses: [row('Success', '0000')] })],
    },
  ],
  associations: { acceptor: 4 },
});

describe('a plan from one statement', () => {
  const plan = createPlan(archive);
  const ids = plan.items.map(({ id }) => id);

  test('[CS-PLAN-02] every item says what, with what, how, by whom, and what it does to the peer', () => {
    for (const { title, claim, steps, criterion, data, safety, direction } of plan.items) {
      assert.ok(title && claim.text && criterion && data && safety && direction);
      assert.ok(steps.length > 0 && steps.every(({ action, expected }) => action && expected));
    }
    assert.equal(new Set(ids).size, ids.length);
  });

  test('[CS-PLAN-05] positive, negative, boundary and failure items for what is claimed', () => {
    const kinds = (service: string) =>
      new Set(plan.items.filter((item) => item.service === service).map(({ kind }) => kind));
    assert.deepEqual(kinds('Storage'), new Set(['positive', 'negative', 'boundary']));
    assert.ok(kinds('Associations').has('failure'));
    assert.ok(ids.includes('store/class-mismatch') && ids.includes('find/1-2-840-10008-5-1-4-1-2-2-1/invalid'));
    assert.ok(!plan.items.some(({ service }) => service === 'Print Management'));
  });

  test('[CS-PLAN-06] items need others that come before them', () => {
    for (const [index, { dependsOn }] of plan.items.entries())
      for (const needed of dependsOn) assert.ok(ids.indexOf(needed) >= 0 && ids.indexOf(needed) < index, needed);
    assert.deepEqual(ids.slice(0, 2), ['reach', 'verification']);
  });

  test('[CS-PLAN-04] every row of the statement with its items, and those without', () => {
    const rows = coverageOf(plan, archive);
    assert.deepEqual(
      rows.filter(({ items }) => items.length === 0).map(({ what }) => what),
      [],
    );
    const less = { ...plan, items: plan.items.filter(({ service }) => service !== 'Query/Retrieve') };
    assert.ok(coverageOf(less, archive).some(({ what, items }) => items.length === 0 && /Patient ID/.test(what)));
  });

  test('[CS-PLAN-03] services that are not needed stay, out of scope with the reason', () => {
    const { items } = createPlan(archive, { notNeeded: ['Storage'] });
    assert.equal(items.length, plan.items.length);
    assert.ok(items.every(({ service, outOfScope }) => (service === 'Storage') === (outOfScope !== undefined)));
  });

  test('[CS-PLAN-13] the head says how many items, how long, how much data', () => {
    assert.equal(plan.estimate.items, plan.items.length);
    assert.ok(plan.estimate.minutes > 0 && plan.load.objectsPerSecond > 0);
  });

  test('the same statement gives the same plan', () => {
    assert.equal(planDigest(plan), planDigest(createPlan(archive)));
    assert.notEqual(planDigest(plan), planDigest(createPlan(archive, { notNeeded: ['Storage'] })));
  });
});

test('[CS-PLAN-01] two statements: each pair that can has an item, each that cannot a negative one', () => {
  const modality = system({ name: 'Modality', initiates: [{ name: 'Send', offers: [{ uid: ct }, { uid: mr }] }] });
  const plan = createPlan(archive, { partner: modality });
  const contexts = (kind: string) =>
    plan.items.flatMap((item) =>
      item.service === 'In place of the partner' && item.kind === kind && item.check?.kind === 'negotiation'
        ? item.check.contexts
        : [],
    );
  assert.deepEqual(contexts('positive'), [{ abstractSyntax: ct, transferSyntaxes: [implicit], accepted: [implicit] }]);
  assert.deepEqual(contexts('negative'), [{ abstractSyntax: mr, transferSyntaxes: [implicit], accepted: [] }]);
  assert.deepEqual(
    compareStatements(modality, archive).directions[0].pairs.map(({ verdict }) => verdict),
    ['can with limits', 'cannot'],
  );
});

test('[CS-PLAN-01] a class that both sides only use: whatever its context is answered is right, as long as the association stays', () => {
  const user = { offers: [{ uid: ct, role: 'SCU' as const }, { uid: mr }] };
  const plan = createPlan(system({ name: 'Station', accepts: [{ ...user, name: 'Take' }] }), {
    partner: system({ name: 'Station', initiates: [{ ...user, name: 'Send' }] }),
  });
  const negative = plan.items.filter(
    ({ service, kind }) => service === 'In place of the partner' && kind === 'negative',
  );
  assert.deepEqual(
    negative.map(({ check }) => check?.kind === 'negotiation' && check.contexts),
    [[{ abstractSyntax: ct, transferSyntaxes: [implicit], accepted: [], open: true }]],
  );
  assert.deepEqual(
    negative.flatMap(({ claim }) => claim.rows?.map(({ verdict }) => verdict)),
    ['cannot'],
  );
});

describe('a plan on paper', () => {
  const plan = createPlan(archive);

  test('[CS-PLAN-11] a check list to tick off, and a table with fields for result, tester and date', () => {
    const list = planMarkdown(plan);
    assert.equal(list.match(/^- \[ \] /gm)?.length, plan.items.length);
    assert.match(list, /Result: _+ {2}Tester: _+ {2}Date: _+/);
    const csv = planCsv(plan);
    assert.match(csv, /^Service,Item,Title,Kind,.*Result,Tester,Date\r\n/);
  });

  test('[CS-PLAN-12] what needs people says where to look and for what', () => {
    const assisted = plan.items.filter(({ automation }) => automation !== 'automatic');
    assert.ok(assisted.length > 0);
    assert.ok(assisted.every(({ steps, data }) => steps.every(({ action }) => action.length > 10) && data.length > 3));
  });
});

test('[CS-PLAN-07] test data are of marked test patients only', () => {
  for (const { data, safety } of createPlan(archive).items)
    if (safety === 'adds data') assert.match(data, /synthetic|marked test patient|test instances/);
});

test('what is no statement gives an empty plan that says so', () => {
  for (const value of [
    undefined,
    7,
    'x',
    [],
    {},
    { networking: { state: 'described', applicationEntities: [null] } },
  ]) {
    const { items, unknown } = createPlan(value);
    assert.deepEqual(items, []);
    assert.ok(unknown.length > 0);
  }
  assert.ok(createPlan(smallStatement()).items.length > 0);
  assert.ok(createPlan(archive, { partner: null }).items.length > 0);
});
