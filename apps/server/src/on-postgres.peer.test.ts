// The suites of whatever is about rows, once more, with the index on PostgreSQL: one server, a database for each test.
// Those about objects run on PostgreSQL and S3 together (on-s3.peer.test.ts).
// What they ask the index is kept, and how either back end would answer it is looked at in the end.
import { after, test } from 'node:test';
import { askTheRest } from '../testing/further-statements.ts';
import { aboutObjects, planSuite } from '../testing/plan-suite.ts';
import { startPostgres } from '../testing/postgres.ts';
import { recordStatements, useIndexOnPostgres } from '../testing/test-index.ts';

const server = await startPostgres({ after });
useIndexOnPostgres(server);
const record = recordStatements();
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
  './jobs/set-back.test.ts',
  './jobs/paused-queue.test.ts',
  './forwarding/pause-rule.test.ts',
  './commitment/promises.test.ts',
  './reconciliation/reconciliation.test.ts',
  './reconciliation/undo-later.test.ts',
  './dicomweb/qido.test.ts',
  './dicomweb/found-answers.test.ts',
  './archive/sweeping.test.ts',
  './tiers/mover.test.ts',
  './associations/association-records.test.ts',
  './unified-procedure-step/procedure-steps.test.ts',
  './unified-procedure-step/step-search.test.ts',
  './unified-procedure-step/tell.test.ts',
  './worklist/orders.test.ts',
  './archive/find-pages.test.ts',
  './alerts/alerts.test.ts',
  './exam-types/exam-types.test.ts',
  './key-objects/shared-titles.test.ts',
  './transfers/ledger/ledger-agrees.test.ts',
  './transfers/ledger/sent.test.ts',
])
  await import(suite);
test('what no suite asks: the ledger, performed steps, rules, jobs that others decide about', askTheRest);
planSuite(record, { url: server.url, files: (file) => !aboutObjects(file) });
