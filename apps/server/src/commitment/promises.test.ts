// A promise to a peer and the deletion of a study at the same moment: never both.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bind, connect, listen, requestCommitment, silentLog, storageCommitmentSopClass } from '@concord/network';
import { ctSlice } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { type Database, DatabaseError, sql } from '../database/database.ts';
import { createJobStore } from '../jobs/job-store.ts';
import { commitment } from './declaration.ts';
import { promise } from './promises.ts';
import { takeRequest } from './take-request.ts';
import { createTransactions } from './transactions.ts';

const note = { by: 'retention rule old', reason: 'old' };
const slice = (study: number) =>
  ctSlice({
    StudyInstanceUID: `1.2.${study}`,
    SeriesInstanceUID: `1.2.${study}.1`,
    SOPInstanceUID: `1.2.${study}.1.1`,
  });
const promised = (study: number) => ({ studyInstanceUids: new Set([`1.2.${study}`]), peer: 'CT1', at: '2026-01-01' });

/** What is still coming in does not go by itself. */
const nothingMoreComes = sql`update study set is_open = 0`;

test('[QR-CMT-06] what a rule takes out and what is promised at the same moment are never the same study', async (t) => {
  const { put, archive, database } = await openRealArchive(t);
  const studies = Array.from({ length: 20 }, (_, index) => index + 1);
  for (const study of studies) await put(slice(study));
  await database.batch([nothingMoreComes]);
  const outcomes = await Promise.all(
    studies.map(async (study) => {
      const [here, rejected] = await Promise.all([
        promise(database, promised(study), [`1.2.${study}.1.1`]),
        archive.reject({ studyInstanceUid: `1.2.${study}` }, note, { byItself: true }),
      ]);
      return [here.size, rejected];
    }),
  );
  for (const [said, rejected] of outcomes) assert.equal(Number(said) + Number(rejected), 1, JSON.stringify(outcomes));
});

test('what went before is not promised, and nothing asked for promises nothing', async (t) => {
  const { put, archive, database } = await openRealArchive(t);
  await put(slice(1));
  await database.batch([nothingMoreComes]);
  await archive.reject({ studyInstanceUid: '1.2.1' }, note, { byItself: true });
  assert.deepEqual([...(await promise(database, promised(1), ['1.2.1.1.1']))], []);
  assert.deepEqual([...(await promise(database, promised(2), []))], []);
  assert.deepEqual([...(await promise(database, promised(2), ["1.2.2' or 1=1"]))], []);
});

test('[QR-CMT-09] a request that the database cannot keep is answered with 0110, one that it can with 0000', async (t) => {
  const { put, archive, database: real } = await openRealArchive(t);
  await put(slice(1));
  let stopped = true;
  const database: Database = {
    ...real,
    batch: (...given) =>
      stopped ? Promise.reject(new DatabaseError('failed', 'it was stopped')) : real.batch(...given),
  };
  const now = () => new Date('2026-01-01');
  const bound = bind(
    commitment,
    takeRequest({
      ...{ archive, database, now, log: silentLog, transactions: createTransactions(database) },
      ...{ jobs: createJobStore(database, now), isWhole: async () => true, takes: () => true },
      ...{ remember: () => undefined, wake: () => undefined },
    }),
  );
  const entities = [{ aeTitle: 'US', services: [bound] }];
  const acceptor = await listen({ host: '127.0.0.1', port: 0, applicationEntities: entities });
  t.after(() => acceptor.close({ graceMs: 0 }));
  const peer = { host: '127.0.0.1', port: acceptor.port, calledAeTitle: 'US', callingAeTitle: 'CT1' };
  const contexts = [{ abstractSyntax: storageCommitmentSopClass, transferSyntaxes: ['1.2.840.10008.1.2'] }];
  await using association = await connect(peer, contexts);
  const instances = [{ sopClassUid: '1.2.840.10008.5.1.4.1.1.2', sopInstanceUid: '1.2.1.1.1' }];
  assert.equal((await requestCommitment(association, { transactionUid: '1.2.9.1', instances })).code, 0x0110);
  stopped = false;
  assert.equal((await requestCommitment(association, { transactionUid: '1.2.9.2', instances })).code, 0x0000);
});
