// The suites of whatever keeps rows and no objects, once more, with the index on PostgreSQL: one server, a schema for each test.
// Those that keep objects too run on PostgreSQL and S3 together (on-s3.peer.test.ts).
import { after } from 'node:test';
import { startPostgres } from '../testing/postgres.ts';
import { useIndexOnPostgres } from '../testing/test-index.ts';

const server = await startPostgres({ after });
useIndexOnPostgres(server.url);
for (const suite of [
  './archive/find-names.test.ts',
  './archive/answer-writer.test.ts',
  './jobs/job-engine.test.ts',
  './archive/sweeping.test.ts',
  './tiers/mover.test.ts',
  './associations/association-records.test.ts',
  './unified-procedure-step/procedure-steps.test.ts',
  './unified-procedure-step/step-search.test.ts',
  './unified-procedure-step/tell.test.ts',
])
  await import(suite);
