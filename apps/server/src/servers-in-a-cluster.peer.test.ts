// The suites of whole servers - queries and retrieval, sending, forwarding, the ledger - once more, with the index on PostgreSQL and the
// objects on S3: a database and a prefix for each data folder.
import { after } from 'node:test';
import { removeFromS3, startCluster } from '../testing/cluster-settings.ts';
import { useServersWith } from '../testing/programs.ts';

const another = await startCluster({ after }, 'servers-in-a-cluster');
const settings = new Map<string, readonly string[]>();
useServersWith(
  async (data) => {
    const known = settings.get(data) ?? (await another());
    settings.set(data, known);
    return known;
  },
  (data) => removeFromS3(settings.get(data) ?? []),
);
// What commitment keeps is tried on PostgreSQL by its own suite (on-postgres.peer.test.ts); all of it here too where this is asked for.
const suites = [
  './forwarding/forward.peer.test.ts',
  './transfers/ledger/ledger.peer.test.ts',
  './archive/query-retrieve.peer.test.ts',
  './transfers/send.peer.test.ts',
];
if (process.env.CONCORD_TEST_COMMITMENT_IN_A_CLUSTER === 'on') {
  // The great many are tried on SQLite.
  process.env.CONCORD_COMMITMENT_INSTANCES ??= '1000';
  suites.push('./commitment/commitment.peer.test.ts', './commitment/commitment-of-others.peer.test.ts');
}
for (const suite of suites) await import(suite);
