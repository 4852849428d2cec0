// The plan made of our own statement compared with itself, run against the running server on the loopback interface: the statement is true. PS3.2 6
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cleanerAt, createPlan, runPlan } from '@concord/conformance';
import { explicitVrLittleEndian, writeDataSet } from '@concord/dicom';
import { connect } from '@concord/network';
import { ctImageStorage, madeDataSet, madeStudy } from '../../testing/instances.ts';
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

/** An instance of somebody whose data a run must not touch. */
async function storeForeign(port: number): Promise<void> {
  const peer = { host: '127.0.0.1', port, calledAeTitle: 'CONCORD', callingAeTitle: 'MODALITY' };
  const transferSyntaxUid = explicitVrLittleEndian;
  const contexts = [{ abstractSyntax: ctImageStorage, transferSyntaxes: [transferSyntaxUid] }];
  const bytes = writeDataSet(madeDataSet({ instance: `${madeStudy}.9` }), transferSyntaxUid);
  await using association = await connect(peer, contexts);
  const status = await association.store({
    sopClassUid: ctImageStorage,
    sopInstanceUid: `${madeStudy}.9`,
    transferSyntaxUid,
    open: async function* () {
      yield bytes;
    },
  });
  assert.equal(status.code, 0);
}

test('[CS-EXE-16] [CS-TPL-15] [CS-EXE-10] the plan of our statement with itself as partner: every automatic item passes, and the run takes its own instances away again, and no others', async (context) => {
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
  const web = `http://127.0.0.1:${server.httpPort}`;
  await storeForeign(server.dicomPort);
  const statement: unknown = await (await fetch(`http://127.0.0.1:${server.httpPort}/conformance?format=json`)).json();
  const plan = createPlan(statement, { partner: statement });
  const { counts, results, cleanUp, leftBehind, traces } = await runPlan(
    plan,
    { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD' },
    {
      allow: ['adds data', 'changes data'],
      care: { objectsPerSecond: 1000, pause: 0, response: 30, patience: 60 },
      ourSide: { host: '127.0.0.1', port: ourPort, aeTitle: 'CSPROBE' },
      encode: encoder.encode,
      only: shortly,
      cleaner: cleanerAt(new URL(web)),
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
  assert.match(cleanUp?.by ?? '', /^the administration API of Concord/);
  assert.ok(cleanUp && cleanUp.deleted > 20, JSON.stringify(cleanUp));
  assert.deepEqual([cleanUp.kept, leftBehind], [[], []]);
  assert.ok(
    traces?.some((each) => each.startsWith('Performed procedure step')),
    'what nothing deletes is told',
  );
  const json = async (path: string): Promise<unknown> => (await fetch(`${web}${path}`)).json();
  assert.deepEqual(await json('/api/rejected'), [], 'nothing waits for being deleted for good');
  const instances = (await json('/dicom-web/instances')) as readonly { '00080018': { Value: readonly string[] } }[];
  assert.deepEqual(
    instances.map((each) => each['00080018'].Value[0]),
    [`${madeStudy}.9`],
  );
});
