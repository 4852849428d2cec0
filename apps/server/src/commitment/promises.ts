// What was promised to peers: the studies they were told are committed here, which never go by themselves. PS3.4 J.1.
import { type Database, join, type Query, sql } from '../database/database.ts';
import { keepForGood } from '../retention/temporary.ts';

export interface Promised {
  readonly studyInstanceUids: ReadonlySet<string>;
  readonly peer: string;
  /** ISO 8601. */
  readonly at: string;
}

const promiseRow = (study: string, { peer, at }: Promised): Query => sql`
  insert into committed_study (study_instance_uid, peer, committed_at) values (${study}, ${peer}, ${at})
  on conflict (study_instance_uid, peer) do update set committed_at = excluded.committed_at`;

/**
 * Notes the promise, and then looks which of the instances are still here: retention looks at the note in the transaction that takes a
 * study out, so that what is here after it stays. Resolves with the SOP Instance UIDs that are.
 */
export async function promise(
  database: Pick<Database, 'all' | 'batch'>,
  promised: Promised,
  sopInstanceUids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (sopInstanceUids.length === 0) return new Set();
  const rows = [...promised.studyInstanceUids].map((study) => promiseRow(study, promised));
  await database.batch([...rows, keepForGood(sopInstanceUids)]);
  return hereOf(database, sopInstanceUids);
}

/** Those of the instances that are in the archive: not the rejected ones. At most as many as a statement takes. */
export async function hereOf(
  database: Pick<Database, 'all'>,
  sopInstanceUids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (sopInstanceUids.length === 0) return new Set();
  const list = join(
    sopInstanceUids.map((uid) => sql`${uid}`),
    ', ',
  );
  const stored = await database.all<{ uid: string }>(sql`
    select sop_instance_uid as uid from instance where sop_instance_uid in (${list})`);
  return new Set(stored.map(({ uid }) => uid));
}
