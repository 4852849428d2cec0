// Records of associations: kept over a restart, found by every filter, cleared when they are old.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type AssociationRecord, silentLog } from '@concord/network';
import { openTestIndex } from '../../testing/test-index.ts';
import { type AssociationRecords, createAssociationRecords } from './association-records.ts';

const start = Date.parse('2026-05-01T12:00:00Z');
const minute = 60_000;

const record = (number: number, more: Partial<AssociationRecord> = {}): AssociationRecord => ({
  id: `id${number}`,
  callingAeTitle: 'CT1',
  calledAeTitle: 'CONCORD',
  address: '10.0.0.7',
  port: 50_000,
  requestor: false,
  peerImplementation: { classUid: undefined, versionName: undefined },
  user: undefined,
  tls: undefined,
  startedAt: start + number * minute,
  milliseconds: 10,
  contexts: [],
  operations: [],
  omitted: 0,
  counts: { 'C-STORE 0000H': 1 },
  bytesReceived: 1,
  bytesSent: 1,
  end: { kind: 'released', detail: 'by the peer' },
  ...more,
});
const refusedContext = { id: 1, abstractSyntax: '1.2', offeredTransferSyntaxes: ['1.2'], result: 3, reason: 'no' };
const all = [
  record(1),
  record(2, { callingAeTitle: 'CONCORD', calledAeTitle: 'PACS', address: '10.0.0.8', requestor: true }),
  record(3, { end: { kind: 'rejected', detail: 'calling AE title', remedy: 'register it' }, counts: {} }),
  record(4, { contexts: [refusedContext] }),
  record(5, { counts: { 'C-STORE A700H': 2 } }),
  record(6, { counts: { 'C-FIND FE00H': 1, 'N-GET 0107H': 1, 'C-STORE B000H': 1 } }),
  record(7, { end: { kind: 'aborted by peer', detail: 'A-ABORT received' } }),
];

async function opened(t: TestContext, now = () => new Date(start), days = 90) {
  const folder = mkdtempSync(join(tmpdir(), 'concord-records-'));
  const database = await openTestIndex(folder);
  t.after(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });
  const open = (): Promise<AssociationRecords> =>
    createAssociationRecords({ database, log: silentLog, days, believedNow: async () => now() });
  const records = await open();
  for (const each of all) await records.add(each);
  return { database, records, reopen: open };
}
const ids = (records: readonly AssociationRecord[]) => records.map(({ id }) => Number(id.slice(2)));

test('records come back whole, the newest first, after a restart too', async (t) => {
  const { reopen } = await opened(t);
  const found = await (await reopen()).find();
  assert.deepEqual(ids(found), [7, 6, 5, 4, 3, 2, 1]);
  assert.deepEqual(found[4], JSON.parse(JSON.stringify(all[2])));
});

test('each filter finds what it names', async (t) => {
  const { records } = await opened(t);
  const by = async (filter: Parameters<AssociationRecords['find']>[0]) => ids(await records.find(filter));
  assert.deepEqual(await by({ id: 'id4' }), [4]);
  assert.deepEqual(await by({ aeTitle: 'PACS' }), [2], 'called');
  assert.deepEqual(await by({ aeTitle: 'CONCORD' }), [7, 6, 5, 4, 3, 2, 1], 'calling or called');
  assert.deepEqual(await by({ address: '10.0.0.8' }), [2]);
  assert.deepEqual(await by({ outcome: 'released' }), [6, 5, 4, 2, 1]);
  assert.deepEqual(await by({ outcome: 'refused' }), [4, 3], 'rejected, or a context was refused');
  assert.deepEqual(await by({ outcome: 'failed' }), [7, 5, 4, 3], 'warnings and cancels are no failures');
  const at = (number: number) => new Date(start + number * minute).toISOString();
  assert.deepEqual(await by({ since: at(3), until: at(5) }), [5, 4, 3]);
  assert.deepEqual(await by({ limit: 2, offset: 1 }), [6, 5]);
  assert.deepEqual(await by({ outcome: 'failed', limit: 1, offset: 2 }), [4]);
  assert.deepEqual(await by({ aeTitle: "X' or 1=1 --" }), []);
});

test('a record that is there already changes nothing', async (t) => {
  const { records } = await opened(t);
  await records.add(record(1, { callingAeTitle: 'OTHER' }));
  assert.deepEqual(ids(await records.find({ aeTitle: 'OTHER' })), []);
});

test('what is older than the history goes at the next start', async (t) => {
  const { reopen } = await opened(t, () => new Date(start + 2 * 86_400_000 + 4.5 * minute), 2);
  assert.deepEqual(ids(await (await reopen()).find()), [7, 6, 5]);
});

test('the last contact with a peer is kept: heard, reached, missed and why; others that call are not', async (t) => {
  const { database, reopen } = await opened(t);
  const records = await createAssociationRecords({
    ...{ database, log: silentLog, days: 90, believedNow: async () => new Date(start) },
    isPeer: (title) => title === 'PACS' || title === 'CT1',
  });
  const to = (number: number, more: Partial<AssociationRecord> = {}) =>
    record(number, { callingAeTitle: 'CONCORD', calledAeTitle: 'PACS', requestor: true, ...more });
  const never = { heardAt: '', reachedAt: '', missedAt: '', missedWhy: '' };
  assert.deepEqual((await records.contacts())('PACS'), never);
  const ended = (number: number) => new Date(start + number * minute + 10).toISOString();
  await records.add(to(12));
  await records.add(to(11));
  await records.add(to(13, { end: { kind: 'no connection', detail: 'connection refused' } }));
  await records.add(to(14, { callingAeTitle: 'PACS', calledAeTitle: 'CONCORD', requestor: false }));
  await records.add(record(15, { callingAeTitle: 'CT1', end: { kind: 'rejected', detail: 'limit' } }));
  await records.add(record(16, { callingAeTitle: 'STRANGER' }));
  const contacts = await (await reopen()).contacts();
  assert.deepEqual(contacts('PACS'), {
    ...{ heardAt: ended(14), reachedAt: ended(12) },
    ...{ missedAt: ended(13), missedWhy: 'connection refused' },
  });
  assert.deepEqual(contacts('CT1'), never, 'one that was turned away was no contact');
  assert.deepEqual(contacts('STRANGER'), never);
});
