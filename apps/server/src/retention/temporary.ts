// Objects that are kept for a while only: by the settings those that this server fetched, or those that others sent by themselves.
import { type Log, statusClass } from '@concord/network';
import type { Archive, Origin, Receipt } from '../archive/archive.ts';
import { isClosed, isInstanceSent, isNobodys } from '../archive/going-by-itself.ts';
import { refusal } from '../archive/outcome.ts';
import { type Database, join, type Query, sql } from '../database/database.ts';
import type { Configuration } from '../settings/settings.ts';

export interface TemporaryParts {
  readonly database: Database;
  readonly settings: Pick<Configuration, 'retrievedObjects' | 'unsolicitedObjects'>;
  readonly now: () => Date;
  readonly log: Log;
}

/**
 * The archive, with a mark on each object that is not to stay. The mark is there before success is said; where it cannot be made the
 * object stays. What comes again by a way that is for good stays.
 */
export function markingTemporary(archive: Archive, parts: TemporaryParts): Archive {
  const { settings } = parts;
  if (settings.retrievedObjects === 'keep' && settings.unsolicitedObjects === 'keep') return archive;
  const mark = async (receipt: Receipt, origin: Origin): Promise<Receipt> => {
    const { instance, already = false, status } = receipt;
    if (!instance || statusClass(status.code) === 'failure') return receipt;
    const { sopInstanceUid } = instance;
    const wish = origin.retrieved === true ? settings.retrievedObjects : settings.unsolicitedObjects;
    const query = statementFor(sopInstanceUid, { wish, already }, parts.now());
    if (!query) return receipt;
    try {
      await parts.database.batch([query]);
      if (!already || (await isThere(parts.database, sopInstanceUid))) return receipt;
      return { status: refusal(0xa701, 'it was just being removed: send it again'), sopInstanceUid };
    } catch (error) {
      parts.log.warn({ err: error, sopInstanceUid }, 'whether an object stays was not kept');
      return receipt;
    }
  };
  return {
    ...archive,
    receive: async (incoming) => mark(await archive.receive(incoming), incoming.origin),
    receivePart10: async (file, origin, signal) => mark(await archive.receivePart10(file, origin, signal), origin),
  };
}

/** Its time may have been over before somebody sent it to stay. */
const isThere = async (database: Database, uid: string): Promise<boolean> =>
  (await database.all(sql`select 1 as one from instance where sop_instance_uid = ${uid}`)).length > 0;

interface Came {
  readonly wish: Configuration['retrievedObjects'];
  readonly already: boolean;
}

/** What was here before is as it was, unless it now comes to stay. */
function statementFor(uid: string, { wish, already }: Came, now: Date): Query | undefined {
  if (wish === 'keep') return already ? keepForGood([uid]) : undefined;
  if (already) return undefined;
  return sql`insert into temporary_instance (sop_instance_uid, came_at) values (${uid}, ${now.toISOString()})
    on conflict (sop_instance_uid) do nothing`;
}

/** From now on they stay: somebody was told that they are committed here, or sent them to stay. */
export const keepForGood = (sopInstanceUids: readonly string[]): Query => sql`
  delete from temporary_instance where sop_instance_uid in (${join(
    sopInstanceUids.map((uid) => sql`${uid}`),
    ', ',
  )})`;

/** Objects that one look takes up. */
const atOnce = 200;

export interface RemovalParts extends Pick<TemporaryParts, 'database' | 'now'> {
  readonly archive: Pick<Archive, 'reject'>;
  readonly settings: Pick<Configuration, 'temporaryTime'>;
}

/** Deletes those whose time is over, but none that is still to be sent, is protected or waits to be put right; how many. */
export async function removeTemporary(parts: RemovalParts, signal: AbortSignal): Promise<number> {
  const { database, archive, settings, now } = parts;
  const before = new Date(now().getTime() - settings.temporaryTime * 3_600_000).toISOString();
  await database.batch([forgetGone(before)]);
  let removed = 0;
  for (let found = atOnce; found === atOnce && !signal.aborted; ) {
    const rows = await database.all<{ study: string; uid: string }>(overdue(before));
    found = rows.length;
    let gone = 0;
    for (const [study, instances] of Map.groupBy(rows, (row) => row.study)) {
      const sopInstanceUids = instances.map(({ uid }) => uid);
      const note = { by: 'temporary objects', reason: `kept for ${settings.temporaryTime} hours only` };
      const options = { byItself: true, temporary: true, forGood: true };
      const count = await archive.reject({ studyInstanceUid: study, sopInstanceUid: sopInstanceUids }, note, options);
      gone += count;
      if (count > 0) await database.batch([keepForGood(sopInstanceUids)]);
    }
    removed += gone;
    if (gone === 0) break;
  }
  return removed;
}

/** Marks of objects that somebody deleted. */
const forgetGone = (before: string): Query => sql`
  delete from temporary_instance where came_at < ${before} and not exists (
    select 1 from instance i where i.sop_instance_uid = temporary_instance.sop_instance_uid)`;

const overdue = (before: string): Query => sql`
  select s.study_instance_uid as study, t.sop_instance_uid as uid
  from temporary_instance t join instance i on i.sop_instance_uid = t.sop_instance_uid
    join series e on e.series_key = i.series_key join study s on s.study_key = e.study_key
  where t.came_at < ${before} and ${isNobodys} and ${isClosed} and ${isInstanceSent}
  order by t.came_at, t.sop_instance_uid limit ${atOnce}`;
