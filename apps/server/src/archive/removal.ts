// Objects that were deleted for good: in one commit the rows that vouched for them go, and rows here take their place; only then
// the store lets go of them, by the hand of whoever comes to it first.
import type { Log } from '@concord/network';
import { type Database, join, type Query, sql } from '../database/database.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { kindsWithFile } from './conflicts.ts';

export interface RemovalParts {
  readonly database: Database;
  readonly store: Pick<ObjectStore, 'remove'>;
  readonly log: Log;
}

/** Objects that are removed before the rows about them go. */
const atOnce = 100;

/** Whether another row needs the object: then it stays, whatever was decided. */
const isWanted = (number: Query, key: Query): Query => sql`(
  exists (select 1 from instance i where i.instance_key = ${number} and i.object_key = ${key})
  or exists (select 1 from conflict c where c.conflict_key = ${number} and c.object_key = ${key} and c.kind in ${kindsWithFile}))`;

export interface Deleted {
  /** Of instances. */
  readonly count: number;
  /** What the store has to let go of. */
  readonly keys: readonly string[];
}

/** Where objects were moved to another store lately, their files go too. */
const filesOfMoved = (within: Pick<Database, 'all'>, numbers: Query) =>
  within.all<{ key: string }>(sql`
    insert into removing (object_key, number, size)
    select from_key, number, size from moving
    where moved_at > '' and number in (${numbers}) on conflict do nothing
    returning object_key as key`);

/** Within a transaction: the rejected rows of the condition go. */
export async function deleteRejected(within: Pick<Database, 'all'>, which: Query): Promise<Deleted> {
  const files = await filesOfMoved(within, sql`select instance_key from rejected where ${which}`);
  const objects = await within.all<{ key: string }>(sql`
    insert into removing (object_key, number, size)
    select object_key, instance_key, size from rejected
    where ${which} and not ${isWanted(sql`rejected.instance_key`, sql`rejected.object_key`)} on conflict do nothing
    returning object_key as key`);
  const rows = await within.all(sql`delete from rejected where ${which} returning instance_key`);
  return { count: rows.length, keys: [...objects, ...files].map(({ key }) => key) };
}

/** Within a transaction: where nothing of the study is left, what was put aside of it goes, and what was noted about it. Keys of the objects. */
export async function deleteAside(within: Pick<Database, 'all'>, study: string): Promise<readonly string[]> {
  const isGone = sql`study_instance_uid = ${study}
    and not exists (select 1 from study s where s.study_instance_uid = ${study})
    and not exists (select 1 from rejected r where r.study_instance_uid = ${study})`;
  const aside = sql`${isGone} and kind in ${kindsWithFile}`;
  const files = await filesOfMoved(within, sql`select conflict_key from conflict where ${aside}`);
  const objects = await within.all<{ key: string }>(sql`
    insert into removing (object_key, number, size)
    select object_key, conflict_key, size from conflict where ${aside}
      and not exists (select 1 from instance i where i.instance_key = conflict_key and i.object_key = conflict.object_key)
    on conflict do nothing returning object_key as key`);
  await within.all(sql`delete from conflict where ${isGone}`);
  return [...objects, ...files].map(({ key }) => key);
}

/** Objects that have their rows in `removing`. Throws StoreError and DatabaseError: the next sweep goes on. */
export async function removeObjects({ database, store }: RemovalParts, keys: readonly string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += atOnce) {
    const some = keys.slice(at, at + atOnce);
    for (const key of some) await store.remove(key);
    await database.batch([gone(some)]);
  }
}

const gone = (keys: readonly string[]): Query => sql`
  delete from removing where object_key in (${join(
    keys.map((key) => sql`${key}`),
    ', ',
  )})`;

/** What a node that died, or a store that failed, has left: an object that the store does not give up now waits for the next time. */
export async function finishRemovals(parts: RemovalParts): Promise<void> {
  const { database, log } = parts;
  await database.batch([sql`delete from removing where ${isWanted(sql`removing.number`, sql`removing.object_key`)}`]);
  for (let after = ''; ; ) {
    const rows = await database.all<{ key: string }>(sql`
      select object_key as key from removing where object_key > ${after} order by object_key limit ${atOnce}`);
    for (const { key } of rows) {
      after = key;
      await removeObjects(parts, [key]).then(
        () => log.info({ key }, 'an object that was deleted for good left the store'),
        (error: unknown) => log.warn({ err: error, key }, 'an object that was deleted for good is in the store still'),
      );
    }
    if (rows.length < atOnce) return;
  }
}
