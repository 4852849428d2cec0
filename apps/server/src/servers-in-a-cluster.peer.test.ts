// The suites of what servers do by themselves - forwarding, commitment, the ledger - once more, with the index on PostgreSQL and the
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
// The great many are tried on SQLite.
process.env.CONCORD_COMMITMENT_INSTANCES ??= '1000';
for (const suite of [
  './forwarding/forward.peer.test.ts',
  './commitment/commitment.peer.test.ts',
  './transfers/ledger/ledger.peer.test.ts',
])
  await import(suite);
