// The plan made of our own statement compared with itself, run against the running server on the loopback interface: the statement is true. PS3.2 6
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPlan, runPlan } from '@concord/conformance';
import { fullOrder } from '../../testing/orders.ts';
import { freePort } from '../../testing/ports.ts';
import { startServer } from '../main.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { createTestEncoder } from './encode-test-object.ts';

/** Of the many classes that are stored alike, and of the long objects and silences, none: other tests have them. */
const shortly = ({ id, service }: { readonly id: string; readonly service: string }): boolean =>
  service !== 'Time-outs' &&
  // Keys of the other models are those of the Study Root model: tests of profiles have them.
  !/^find\/1-2-840-10008-5-1-4-1-2-[13]-1\/(?:patient|study|series|image)/.test(id) &&
  (service !== 'Storage' ||
    (/store\/(?:class|again|character|many|added|missing)|1-1-7(?:\/|$)|specialized/.test(id) && !/bytes/.test(id)));

test('[CS-EXE-16] [CS-TPL-15] the plan of our statement with itself as partner: every automatic item passes', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'concord-self-'));
  const ourPort = await freePort();
  const file = JSON.stringify({ peers: [{ aeTitle: 'CSPROBE', host: '127.0.0.1', port: ourPort }] });
  const argv = [
    '--config',
    'site.json',
    '--data',
    join(folder, 'data'),
    '--http-port',
    '0',
    '--dicom-port',
    '0',
    '--send-retry-wait',
    '1',
  ];
  const server = await startServer(
    readConfiguration(argv, {}, () => file),
    {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    },
  );
  const encoder = createTestEncoder();
  context.after(async () => {
    await encoder.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  // Keys of the worklist are decided by something that is scheduled.
  const order = await fetch(`http://127.0.0.1:${server.httpPort}/api/worklist`, {
    method: 'POST',
    body: JSON.stringify({ order: fullOrder(new Date()) }),
  });
  assert.equal(order.status, 200, await order.text());
  const statement: unknown = await (await fetch(`http://127.0.0.1:${server.httpPort}/conformance?format=json`)).json();
  const plan = createPlan(statement, { partner: statement });
  const { counts, results } = await runPlan(
    plan,
    { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD' },
    {
      allow: ['adds data', 'changes data'],
      care: { objectsPerSecond: 1000, pause: 0, response: 30, patience: 60 },
      ourSide: { host: '127.0.0.1', port: ourPort, aeTitle: 'CSPROBE' },
      encode: encoder.encode,
      only: shortly,
    },
  );
  const automatic = new Set(
    plan.items
      .filter(({ automation, safety }) => automation === 'automatic' && safety !== 'disturbs')
      .map(({ id }) => id),
  );
  assert.deepEqual(
    results
      .filter(({ id, result }) => automatic.has(id) && result !== 'passed')
      .map(
        ({ id, result, observed, differences = [] }) =>
          `${id} ${result}: ${[observed, ...differences].join('; ').slice(0, 400)}`,
      ),
    [],
  );
  for (const id of ['stored', 'unknown', 'after-a-restart'])
    assert.equal(results.find((each) => each.id === `storage-commitment/${id}`)?.result, 'passed', id);
  assert.ok(counts.passed >= 150, `${counts.passed} passed`);
});
