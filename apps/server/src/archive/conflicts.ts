// Objects that contradict what was there before them: noted, with the file where one was put aside.
import { type Database, literal, type Query, sql } from '../database/database.ts';
import { type NewInstance, receivedBy } from './instances.ts';
import type { Contradiction } from './place-study.ts';

/**
 * `other content`: a second object under a known SOP Instance UID; its file is kept, and it has no row of its own. `replaced`: a
 * first one, likewise. `lost`: a first one whose file was missing when it was sent again.
 */
export type ConflictKind = 'other content' | 'replaced' | 'lost' | 'renamed' | Contradiction;

/** Kinds of rows that vouch for a file, as the list of a statement. */
export const kindsWithFile = literal(`('other content', 'replaced')`);

/** Bytes of objects that were put aside. */
export const bytesAside = sql`(select coalesce(sum(size), 0) from conflict where kind in ${kindsWithFile})`;

/** Durable when the promise resolves. */
export async function addConflict(
  database: Database,
  instance: NewInstance,
  kind: ConflictKind,
  detail: string,
): Promise<void> {
  await database.batch([insertConflict(instance, kind, detail)]);
}

/**
 * Puts a second object aside, where the first is here still: false where somebody took that out meanwhile, so that the second is the
 * only one. Durable when the promise resolves.
 */
export async function putAside(
  database: Pick<Database, 'transaction'>,
  instance: NewInstance,
  first: string,
): Promise<boolean> {
  return database.transaction((within) => putAsideWithin(within, instance, first));
}

/** The same within a transaction. */
export async function putAsideWithin(
  within: Pick<Database, 'all'>,
  instance: NewInstance,
  first: string,
): Promise<boolean> {
  const [there] = await within.all(sql`
    select 1 as one from instance
    where sop_instance_uid = ${instance.identifiers.sopInstanceUid} and object_key = ${first}`);
  if (there) await within.all(insertConflict(instance, 'other content', `the first copy is ${first}`));
  return there !== undefined;
}

const insertConflict = (instance: NewInstance, kind: ConflictKind, detail: string): Query => sql`
  insert into conflict (conflict_key, kind, sop_instance_uid, study_instance_uid, object_key, size, detail, received_at,
    received_by, association_id)
  values (${instance.number}, ${kind}, ${instance.identifiers.sopInstanceUid}, ${instance.identifiers.studyInstanceUid},
    ${instance.objectKey}, ${instance.size}, ${detail}, ${instance.receivedAt}, ${receivedBy(instance.origin)},
    ${instance.origin.associationId ?? ''})
  on conflict (conflict_key) do update set detail = conflict.detail || '; ' || excluded.detail,
    kind = case when excluded.kind in ${kindsWithFile} then excluded.kind
      when conflict.kind in ${kindsWithFile} then conflict.kind else conflict.kind || ' and ' || excluded.kind end,
    object_key = excluded.object_key, size = excluded.size, resolved_at = ''`;

/** Whether a row of `conflict`, by that alias, says that its object got a UID of its own. */
export const saysRenamed = literal(`' and ' || c.kind || ' and ' like '% and renamed and %'`);
