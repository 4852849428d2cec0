// The suites of what servers do by themselves - forwarding, commitment, the ledger - once more, with the index on PostgreSQL: a database
// for each data folder.
import { after } from 'node:test';
import { inPostgres, startPostgres } from '../testing/postgres.ts';
import { useServersWith } from '../testing/programs.ts';

const server = await startPostgres({ after });
const databases = new Map<string, string>();
useServersWith(async (data) => {
  const known = databases.get(data);
  const name = known ?? `data_${databases.size}`;
  databases.set(data, name);
  if (known === undefined) await inPostgres(server.url, `create database ${name}`);
  return ['--database-url', server.url.replace('/postgres?', `/${name}?`)];
});
// The great many are tried on SQLite.
process.env.CONCORD_COMMITMENT_INSTANCES ??= '1000';
for (const suite of [
  './forwarding/forward.peer.test.ts',
  './commitment/commitment.peer.test.ts',
  './transfers/ledger/ledger.peer.test.ts',
])
  await import(suite);
