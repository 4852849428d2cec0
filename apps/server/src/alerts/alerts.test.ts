// Alerts: raised for three outcomes and no other, told once each, kept over a restart, held while the index fails.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { AssociationInfo, OperationRecord } from '@concord/network';
import { openTestIndex } from '../../testing/test-index.ts';
import { memoryLog } from '../../testing/web.ts';
import { type Database, DatabaseError } from '../database/database.ts';
import { mostAlerts } from './alert-rows.ts';
import { openAlerts } from './open-alerts.ts';

const association: AssociationInfo = {
  id: 'a1',
  callingAeTitle: 'WS1',
  calledAeTitle: 'EX_QUERY_SCP',
  address: '10.0.0.7',
  port: 50_000,
  requestor: false,
  peerImplementation: { classUid: undefined, versionName: undefined },
  user: undefined,
  tls: undefined,
  startedAt: 0,
};
const operation = (
  name: OperationRecord['operation'],
  status: number,
  more: Partial<OperationRecord> = {},
): OperationRecord => ({ operation: name, by: 'peer', sopClassUid: '1.2', status, milliseconds: 1, ...more });
const noRoom = operation('C-FIND', 0xa700, { comment: 'no space left for the index' });
const notSent = (destination: string) =>
  operation('C-MOVE', 0xa702, { moveDestination: destination, comment: '5 not sent: no connection' });

const start = Date.parse('2026-05-01T12:00:00Z');

async function scene(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'concord-alerts-'));
  const real = await openTestIndex(folder);
  t.after(async () => {
    await real.close();
    rmSync(folder, { recursive: true, force: true });
  });
  let seconds = 0;
  const index = { fails: false };
  const failing = async (): Promise<never> => {
    throw new DatabaseError('full');
  };
  const database: Database = {
    ...real,
    all: (query) => (index.fails ? failing() : real.all(query)),
    batch: (queries, options) => (index.fails ? failing() : real.batch(queries, options)),
  };
  const log = { ...memoryLog(), debug: () => undefined };
  const open = () => openAlerts({ database, log, now: () => new Date(start + 1000 * seconds++), retryMs: 10 });
  return { open, index, log };
}

test('[QR-GEN-16] of all outcomes only C-FIND A700, C-MOVE A701 and A702 are alerts', async (t) => {
  const alerts = (await scene(t)).open();
  for (const name of ['C-STORE', 'C-FIND', 'C-MOVE', 'C-GET', 'C-ECHO', 'N-ACTION', 'N-EVENT-REPORT'] as const)
    for (const status of [0, 0xff00, 0xb000, 0xfe00, 0xa700, 0xa701, 0xa702, 0xa801, 0xa900, 0xc001, 0x0110])
      for (const by of ['peer', 'us'] as const) alerts.see(operation(name, status, { by }), association);
  const raised = (await alerts.list()).map(({ operation: name, status }) => `${name} ${status}`).sort();
  assert.deepEqual(raised, ['C-FIND A700H', 'C-MOVE A701H', 'C-MOVE A702H']);
  await alerts.close();
});

test('the same again is counted, until somebody has acknowledged it; then it is a new alert', async (t) => {
  const alerts = (await scene(t)).open();
  let told = 0;
  const stop = alerts.watch(() => {
    told += 1;
  });
  for (const peer of ['WS1', 'WS2', 'WS3']) alerts.see(notSent('DEST'), { ...association, callingAeTitle: peer });
  alerts.see(notSent('OTHER'), association);
  const [other, dest, ...more] = await alerts.list();
  assert.deepEqual(
    [dest?.destination, dest?.times, dest?.peer, dest?.detail],
    ['DEST', 3, 'WS3', '5 not sent: no connection'],
  );
  assert.deepEqual([other?.destination, other?.times, more.length], ['OTHER', 1, 0]);
  assert.ok(dest && dest.firstAt < dest.lastAt);
  const before = told;
  assert.equal(await alerts.acknowledge(dest.alertId, 'vet'), true);
  assert.equal(told, before + 1);
  assert.equal(await alerts.acknowledge(dest.alertId, 'vet'), false, 'a second time there is nothing to acknowledge');
  assert.equal(await alerts.acknowledge("' or 1=1", 'vet'), false);
  alerts.see(notSent('DEST'), association);
  const after = await alerts.list();
  const seen = after.map(({ destination, times, acknowledgedBy }) => `${destination} ${times} ${acknowledgedBy}`);
  assert.deepEqual(seen.sort(), ['DEST 1 ', 'DEST 3 vet', 'OTHER 1 ']);
  stop();
  await alerts.close();
});

test('alerts are there after a restart, and one more of the same is added to them', async (t) => {
  const { open } = await scene(t);
  const first = open();
  first.see(noRoom, association);
  await first.close();
  const second = open();
  second.see(noRoom, association);
  const [alert, ...more] = await second.list();
  assert.deepEqual([alert?.times, alert?.entity, more.length], [2, 'EX_QUERY_SCP', 0]);
  await second.close();
});

test('while the index takes nothing an alert is shown from memory; when it does, it is kept, once', async (t) => {
  const { open, index, log } = await scene(t);
  const alerts = open();
  alerts.see(notSent('DEST'), association);
  await alerts.list();
  index.fails = true;
  for (let times = 0; times < 3; times += 1) alerts.see(noRoom, association);
  const shown = (await alerts.list()).map(({ operation: name, times }) => `${name} ${times}`);
  assert.deepEqual(shown, ['C-FIND 3', 'C-MOVE 1']);
  await assert.rejects(alerts.acknowledge('x', 'vet'), DatabaseError);
  assert.ok(log.lines.some(({ message }) => message.startsWith('alerts cannot be kept')));
  index.fails = false;
  await alerts.close();
  const next = open();
  assert.deepEqual(
    (await next.list()).map(({ times }) => times),
    [3, 1],
  );
  await next.close();
});

test('alerts have a bound: those of longest ago go', async (t) => {
  const alerts = (await scene(t)).open();
  for (let index = 0; index < mostAlerts + 5; index += 1) {
    alerts.see(notSent(`D${index}`), association);
    if (index % 50 === 0) await alerts.list();
  }
  const kept = await alerts.list();
  assert.equal(kept.length, mostAlerts);
  assert.equal(kept[0]?.destination, `D${mostAlerts + 4}`);
  await alerts.close();
});
