// The suites of whatever keeps objects, once more, with the objects on S3 and the index on PostgreSQL: as nodes of a cluster have them.
// What they ask the index is kept, and how either back end would answer it is looked at in the end.
import { after } from 'node:test';
import { aboutObjects, planSuite } from '../testing/plan-suite.ts';
import { startPostgres } from '../testing/postgres.ts';
import { startS3Server } from '../testing/s3-server.ts';
import { recordStatements, useIndexOnPostgres } from '../testing/test-index.ts';
import { useStoreOnS3 } from '../testing/test-store.ts';

const [postgres, s3] = await Promise.all([startPostgres({ after }), startS3Server({ after })]);
useIndexOnPostgres(postgres);
const record = recordStatements();
await useStoreOnS3(s3, 'suites-on-s3');
for (const suite of [
  './archive/receive.test.ts',
  './archive/retrieve.test.ts',
  './archive/rejection.test.ts',
  './archive/heal.test.ts',
  './archive/duplicates.test.ts',
  './retention/believed-clock.test.ts',
  './retention/retention.test.ts',
  './retention/temporary.test.ts',
  './dicomweb/stow.test.ts',
])
  await import(suite);
planSuite(record, { url: postgres.url, files: aboutObjects });
