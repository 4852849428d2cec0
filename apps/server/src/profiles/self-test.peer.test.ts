// Concord under a profile is tested by the plan made of its own statement: what it says of itself holds on the wire. PS3.2 Annex F
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlan, type Plan, runPlan, validate } from '@concord/conformance';
import { fullOrder } from '../../testing/orders.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import { assertValidStatement } from '../../testing/valid-statement.ts';

/** Wrong answers on purpose and held associations are left out here: other tests of this server have them. */
const allow = ['adds data'] as const;

/** A profile has the UIDs of the product whose place it takes: of that product's root, one for each entity where it has several. */
const ofTheProduct = ['CS-V71-08', 'CS-V71-02', 'CS-VX-32'];
const ofTheUids = /^(\/networking\/applicationEntities\/\d\/implementation\/classUid|\/claim\/network)$/;

/** In both editions no other rule of PS3.2 that a statement must keep is broken. */
async function assertKeepsRules(server: ProfiledServer): Promise<void> {
  for (const edition of ['as-configured', 'as-shipped']) {
    const { findings } = validate(await server.json(`/conformance?format=json&edition=${edition}`));
    const broken = findings.filter(
      ({ level, rule, path }) => level === 'E' && !(ofTheProduct.includes(rule) && ofTheUids.test(path)),
    );
    assert.deepEqual(
      broken.map(({ rule, path, message }) => `${edition} ${rule} ${path}: ${message}`),
      [],
    );
  }
}

/** Each application entity at its own title and port; the first is called where an item is about none. */
function targetsOf(server: ProfiledServer, plan: Plan) {
  const entities = plan.entities.flatMap(({ id: entity, title: calledAeTitle = '' }) => {
    const port = server.ports.get(calledAeTitle) ?? server.dicomPort;
    return { entity, host: '127.0.0.1', port, calledAeTitle, callingAeTitle: 'CSPROBE' };
  });
  const [target] = entities;
  assert.ok(target);
  return [target, entities] as const;
}

for (const [profile, aeTitle, least] of [
  ['echoes-server', 'ECHOES', 100],
  ['impromed-client', 'IMPROMED', 75],
  ['impromed-worklist', 'IMPROMEDMWL', 60],
  ['viewer', 'VIEWER', 75],
  ['reviewer', 'REVIEWER', 80],
] as const)
  test(`[CS-MODEL-01] ${profile}: the statement is valid, and every claim that can be tried from outside holds`, async (t) => {
    const server = await startProfile(t, profile);
    await assertValidStatement(server);
    await assertKeepsRules(server);
    // Keys of a worklist are decided by something that is scheduled.
    const order = await fetch(`http://127.0.0.1:${server.httpPort}/api/worklist`, {
      method: 'POST',
      body: JSON.stringify({ order: fullOrder(new Date()) }),
    });
    assert.equal(order.status, 200, await order.text());
    const statement = await server.json('/conformance?format=json');
    // The reviewer is its own partner, too: it is user of a class that it takes from providers only.
    const plan = createPlan(statement, profile === 'reviewer' ? { partner: statement } : {});
    const [target, entities] = targetsOf(server, plan);
    assert.equal(target.calledAeTitle, aeTitle);
    const care = { objectsPerSecond: 1000, response: 20, patience: 20 };
    const { counts, results } = await runPlan(plan, target, { allow, care, entities });
    const wrong = results.filter(({ result }) => result === 'failed' || result === 'inconclusive');
    assert.deepEqual(
      wrong.map(({ title, observed }) => `${title}: ${observed}`),
      [],
    );
    assert.ok(counts.passed >= least, `${counts.passed} passed`);
  });

test('[CS-MODEL-01] query-retrieve-server: three entities, each called at its own title and port', async (t) => {
  const server = await startProfile(t, 'query-retrieve-server');
  await assertValidStatement(server);
  await assertKeepsRules(server);
  const plan = createPlan(await server.json('/conformance?format=json'));
  const titles = { 'storage-scp': 'EX_STORE_SCP', 'query-retrieve-scp': 'EX_QUERY_SCP' };
  assert.deepEqual(
    plan.entities.map(({ id, title }) => [id, title]),
    Object.entries(titles),
  );
  const [target, entities] = targetsOf(server, plan);
  const care = { objectsPerSecond: 1000, response: 20, patience: 20 };
  const { counts, results } = await runPlan(plan, target, { allow, care, entities });
  const wrong = results.filter(({ result }) => result === 'failed' || result === 'inconclusive');
  assert.deepEqual(
    wrong.map(({ title, observed, differences }) => `${title}: ${observed} ${differences ?? ''}`),
    [],
  );
  assert.ok(counts.passed >= 200, `${counts.passed} passed`);
});
