// What was found when commitment was asked for, as far as it holds when it is said: perhaps hours later. PS3.4 J.3.3.
import type { Database } from '../database/database.ts';
import type { JobInstance } from '../jobs/job.ts';
import { hereOf } from './promises.ts';

/** What is said of an instance that was here when the request came, and no longer is. */
export const goneSince = { status: 0x0112, detail: 'taken out of the archive since it was asked for' } as const;

/** What a person took out since is not committed: who hears so late would delete the only other copy. At most as many as a statement takes. */
export async function asOfNow(
  database: Pick<Database, 'all'>,
  found: readonly JobInstance[],
): Promise<{ readonly instances: readonly JobInstance[]; readonly gone: readonly string[] }> {
  const good = found.flatMap(({ status, sopInstanceUid }) => (status === 0 ? [sopInstanceUid] : []));
  const here = await hereOf(database, good);
  const instances = found.map((each) =>
    each.status === 0 && !here.has(each.sopInstanceUid) ? { ...each, ...goneSince } : each,
  );
  return { instances, gone: good.filter((uid) => !here.has(uid)) };
}
