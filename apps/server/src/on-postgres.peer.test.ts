// The suites of whatever keeps rows, once more, with the index on PostgreSQL: one server, a schema for each test.
import { after } from 'node:test';
import { startPostgres } from '../testing/postgres.ts';
import { useIndexOnPostgres } from '../testing/test-index.ts';

const server = await startPostgres({ after });
useIndexOnPostgres(server.url);
for (const suite of [
  './archive/receive.test.ts',
  './archive/find.test.ts',
  './archive/find-names.test.ts',
  './archive/answer-writer.test.ts',
  './archive/retrieve.test.ts',
  './archive/rejection.test.ts',
  './archive/heal.test.ts',
  './commitment/promises.test.ts',
  './retention/retention.test.ts',
  './archive/duplicates.test.ts',
  './archive/identity.test.ts',
  './archive/coerce.test.ts',
  './outgoing/outgoing-policy.test.ts',
  './remote-archives/retrieve.test.ts',
  './jobs/job-engine.test.ts',
  './arrivals/two-nodes.test.ts',
  './archive/sweeping.test.ts',
  './tiers/mover.test.ts',
  './associations/association-records.test.ts',
  './unified-procedure-step/procedure-steps.test.ts',
  './unified-procedure-step/step-search.test.ts',
  './unified-procedure-step/tell.test.ts',
  './reconciliation/reconciliation.test.ts',
  './dicomweb/qido.test.ts',
  './dicomweb/stow.test.ts',
])
  await import(suite);
