// What went out of a study, by peer and by association: tried again, stopped, committed after all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ctSlice } from '../../../testing/data-sets.ts';
import { openRealArchive } from '../../../testing/real-archive.ts';
import type { Decision, InstanceOutcome } from '../../jobs/job-decisions.ts';
import { createJobStore } from '../../jobs/job-store.ts';
import { associationProof, studyProof } from './proof.ts';
import { studyLedger } from './study-ledger.ts';

const study = '1.2.3.1';
const uids = [1, 2, 3].map((number) => `1.2.3.1.1.${number}`);

test('what failed and went out later was sent, what a stopped job left was not, and the last word on commitment holds', async (t) => {
  const { database, put } = await openRealArchive(t);
  for (const SOPInstanceUID of uids) await put(ctSlice({ SOPInstanceUID }));
  let second = 0;
  const store = createJobStore(database, () => {
    second += 1;
    return new Date(Date.UTC(2026, 0, 2, 3, 4, second));
  });
  const wanted = uids.map((sopInstanceUid) => ({ sopInstanceUid, sopClassUid: '1.2.3' }));
  const common = { priority: 'medium', destination: 'PACS', cause: 'a test', title: '', parameters: {} } as const;
  const settle = (jobId: string, position: number, state: InstanceOutcome['state'], associationId: string) =>
    store.settle(jobId, {
      position,
      state,
      status: state === 'sent' ? 0 : 0xa700,
      detail: '',
      transferSyntaxUid: '',
      associationId,
    });
  const first = await store.add({ ...common, kind: 'send' }, wanted);
  await settle(first, 0, 'sent', 'out-1');
  await settle(first, 1, 'failed', 'out-1');
  const again = await store.add({ ...common, kind: 'send' }, wanted.slice(1, 2));
  await settle(again, 0, 'sent', 'out-2');
  assert.deepEqual(await sentOf(), { sent: 2, failed: 0, pending: 1, committed: 0, notCommitted: 0 });
  assert.equal(await store.control(first, 'cancel'), true);
  assert.deepEqual(await sentOf(), { sent: 2, failed: 1, pending: 0, committed: 0, notCommitted: 0 });
  const proof = await Array.fromAsync(studyProof(study, { database, associations: async () => [] }));
  assert.deepEqual(
    proof.flatMap(({ event, sopInstanceUid, detail }) =>
      /sent/.test(event) ? [`${event} ${sopInstanceUid} ${detail}`] : [],
    ),
    [`sent ${uids[0]} `, `not sent ${uids[1]} `, `not sent ${uids[2]} the job was cancelled`, `sent ${uids[1]} `],
  );

  const ask = async (decided: Pick<Decision, 'state'>, asked: typeof wanted) => {
    const jobId = await store.add({ ...common, kind: 'commitment' }, asked);
    const all = asked.map(({ sopInstanceUid }) => sopInstanceUid);
    await database.batch(store.decide({ ...decided, jobId, detail: '', associationId: 'report' }, all));
  };
  await ask({ state: 'failed' }, wanted.slice(0, 2));
  await ask({ state: 'sent' }, wanted.slice(0, 1));
  await store.add({ ...common, kind: 'commitment' }, wanted);
  assert.deepEqual(await sentOf(), { sent: 2, failed: 1, pending: 0, committed: 1, notCommitted: 1 });

  const over = await Array.fromAsync(associationProof('out-1', { database, associations: async () => [] }));
  assert.deepEqual(
    over.map(({ event, sopInstanceUid, peer, seriesInstanceUid }) => [event, sopInstanceUid, peer, seriesInstanceUid]),
    [
      ['sent', uids[0], 'PACS', '1.2.3.1.1'],
      ['not sent', uids[1], 'PACS', '1.2.3.1.1'],
    ],
  );

  async function sentOf() {
    const { destination, ...counts } = (await studyLedger(database, study))?.sent[0] ?? assert.fail('nothing was sent');
    assert.equal(destination, 'PACS');
    return counts;
  }
});
