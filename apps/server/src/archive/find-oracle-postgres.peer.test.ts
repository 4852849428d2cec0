// The same random questions and retrievals with the index on PostgreSQL.
import { after } from 'node:test';
import { startPostgres } from '../../testing/postgres.ts';
import { useIndexOnPostgres } from '../../testing/test-index.ts';

useIndexOnPostgres(await startPostgres({ after }));
await import('./find-oracle.test.ts');
await import('./find-relational.test.ts');
await import('./retrieve-oracle.test.ts');
