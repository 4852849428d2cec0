// Concord under a profile is tested by the plan made of its own statement: what it says of itself holds on the wire. PS3.2 Annex F
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlan, runPlan } from '@concord/conformance';
import { startProfile } from '../../testing/profile.ts';
import { assertValidStatement } from '../../testing/valid-statement.ts';

/** Wrong answers on purpose and held associations are left out here: other tests of this server have them. */
const allow = ['adds data'] as const;

for (const [profile, aeTitle, least] of [
  ['echoes-server', 'ECHOES', 100],
  ['impromed-client', 'IMPROMED', 75],
  ['viewer', 'VIEWER', 75],
  ['reviewer', 'REVIEWER', 80],
] as const)
  test(`[CS-MODEL-01] ${profile}: the statement is valid, and every claim that can be tried from outside holds`, async (t) => {
    const server = await startProfile(t, profile);
    await assertValidStatement(server);
    const plan = createPlan(await server.json('/conformance?format=json'));
    const target = { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: aeTitle, callingAeTitle: 'CSPROBE' };
    const care = { objectsPerSecond: 1000, response: 20, patience: 20 };
    const { counts, results } = await runPlan(plan, target, { allow, care });
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
  const plan = createPlan(await server.json('/conformance?format=json'));
  const titles = { 'storage-scp': 'EX_STORE_SCP', 'query-retrieve-scp': 'EX_QUERY_SCP' };
  assert.deepEqual(
    plan.entities.map(({ id, title }) => [id, title]),
    Object.entries(titles),
  );
  const entities = Object.entries(titles).map(([entity, calledAeTitle]) => ({
    entity,
    host: '127.0.0.1',
    port: server.ports.get(calledAeTitle) ?? 0,
    calledAeTitle,
    callingAeTitle: 'CSPROBE',
  }));
  const [target] = entities;
  assert.ok(target);
  const care = { objectsPerSecond: 1000, response: 20, patience: 20 };
  const { counts, results } = await runPlan(plan, target, { allow, care, entities });
  const wrong = results.filter(({ result }) => result === 'failed' || result === 'inconclusive');
  assert.deepEqual(
    wrong.map(({ title, observed, differences }) => `${title}: ${observed} ${differences ?? ''}`),
    [],
  );
  assert.ok(counts.passed >= 200, `${counts.passed} passed`);
});
