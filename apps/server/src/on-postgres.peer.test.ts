// The suites of whatever is about rows, once more, with the index on PostgreSQL: one server, a schema for each test.
// Those about objects run on PostgreSQL and S3 together (on-s3.peer.test.ts).
import { after } from 'node:test';
import { startPostgres } from '../testing/postgres.ts';
import { useIndexOnPostgres } from '../testing/test-index.ts';

const server = await startPostgres({ after });
useIndexOnPostgres(server.url);
for (const suite of [
  './archive/find.test.ts',
  './archive/find-names.test.ts',
  './archive/identity.test.ts',
  './archive/coerce.test.ts',
  './arrivals/two-nodes.test.ts',
  './outgoing/outgoing-policy.test.ts',
  './remote-archives/retrieve.test.ts',
  './archive/answer-writer.test.ts',
  './jobs/job-engine.test.ts',
  './commitment/promises.test.ts',
  './reconciliation/reconciliation.test.ts',
  './dicomweb/qido.test.ts',
  './archive/sweeping.test.ts',
  './tiers/mover.test.ts',
  './associations/association-records.test.ts',
  './unified-procedure-step/procedure-steps.test.ts',
  './unified-procedure-step/step-search.test.ts',
  './unified-procedure-step/tell.test.ts',
  './worklist/orders.test.ts',
])
  await import(suite);
