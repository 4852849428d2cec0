// Rejected instances come back: decided once for a study, and carried out by whoever comes to it until all of them are there again. Each object's row is
// either among the rejected or in the index, and it is never removed from the store here unless the index has the same bytes.
import { DicomError } from '@concord/dicom';
import type { Log } from '@concord/network';
import { type Database, DatabaseError, type Query, sql } from '../database/database.ts';
import { type ObjectStore, StoreError } from '../objects/object-store.ts';
import type { Configuration } from '../settings/settings.ts';
import { type AnnouncingParts, announce } from './announce.ts';
import type { Origin } from './archive.ts';
import { addConflict, putAsideWithin } from './conflicts.ts';
import { type DescribingParts, describeStored } from './describe-object.ts';
import { giveWay, renamedInstance } from './duplicates.ts';
import type { createInstances, NewInstance } from './instances.ts';
import { putBackCorrections } from './kept-corrections.ts';
import { deleteRejected, removeObjects } from './removal.ts';
import { compareContent } from './same-content.ts';
import { selectInstances } from './selection.ts';

export interface RestorationParts extends AnnouncingParts, DescribingParts {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly instances: Pick<ReturnType<typeof createInstances>, 'addWithin'>;
  readonly duplicates: Configuration['duplicates'];
  /** (0400,0563) Modifying System of what is changed here. */
  readonly system: string;
  readonly now: () => Date;
  readonly log: Log;
}

interface RejectedRow {
  readonly number: number;
  readonly object_key: string;
  readonly size: number;
  readonly transfer_syntax_uid: string;
  readonly received_at: string;
  readonly received_by: string;
  readonly association_id: string;
}

/** Objects that are read at once. */
const atOnce = 500;
/** Rounds in which somebody else stores, or takes away, what has the same UID. */
const mostRounds = 5;

/** From now on nothing of the study is deleted, and a sweep goes on where this breaks off. */
export const decideToRestore = (studyInstanceUid: string, now: Date): Query => sql`
  update rejected set restoring = ${now.toISOString()} where study_instance_uid = ${studyInstanceUid} and restoring = ''`;

/** Carries out what was decided about a study; how many came back. Throws StoreError and DatabaseError where another time may be better. */
export async function restoreDecided(parts: RestorationParts, studyInstanceUid: string): Promise<number> {
  let done = 0;
  for (let after = -1; ; ) {
    const rows = await parts.database.all<RejectedRow>(sql`
      select instance_key as number, object_key, size, transfer_syntax_uid, received_at, received_by, association_id
      from rejected where study_instance_uid = ${studyInstanceUid} and restoring > '' and instance_key > ${after}
      order by instance_key limit ${atOnce}`);
    for (const row of rows) {
      after = row.number;
      if (await restoreOne(parts, row)) done += 1;
    }
    if (rows.length < atOnce) return done;
  }
}

/** What a node that died, or a store that failed, has left: decided before the moment, since others may be at work on what is younger. */
export async function finishRestorations(parts: RestorationParts, before: Date): Promise<void> {
  const studies = await parts.database.all<{ study: string }>(sql`
    select distinct study_instance_uid as study from rejected
    where restoring > '' and restoring <= ${before.toISOString()} limit ${atOnce}`);
  for (const { study } of studies)
    await restoreDecided(parts, study).then(
      (count) => parts.log.warn({ studyInstanceUid: study, count }, 'a restoration that was interrupted went on'),
      (error: unknown) =>
        parts.log.warn({ err: error, studyInstanceUid: study }, 'rejected instances wait to come back'),
    );
}

async function restoreOne(parts: RestorationParts, row: RejectedRow): Promise<boolean> {
  const instance = await readObject(parts, row);
  const outcome = instance ? await putBack(parts, row, instance) : 'stays';
  if (outcome !== 'stays') return outcome === 'restored';
  await parts.database.batch([sql`update rejected set restoring = '' where ${at(row)}`]);
  return false;
}

/** Undefined where it will not be readable another time either. */
async function readObject(parts: RestorationParts, row: RejectedRow): Promise<NewInstance | undefined> {
  const { object_key: key, number, size, transfer_syntax_uid: transferSyntaxUid, received_at: receivedAt } = row;
  const origin: Origin = { ...JSON.parse(row.received_by), associationId: row.association_id };
  const giveUp = (err?: unknown) => {
    parts.log.error({ err, key }, 'a rejected object cannot be read, and stays rejected');
    return undefined;
  };
  try {
    const about = { transferSyntaxUid, origin, receivedAt };
    return (await describeStored(parts, { key, number, size }, about)) ?? giveUp();
  } catch (error) {
    const lost = error instanceof StoreError && (error.fault === 'not-there' || error.fault === 'cut-short');
    if (lost || error instanceof DicomError) return giveUp(error);
    throw error;
  }
}

/** `gone`: somebody else put it back. */
type Outcome = 'restored' | 'gone' | 'stays';

const at = ({ number, object_key: key }: RejectedRow): Query => sql`instance_key = ${number} and object_key = ${key}`;

const isRejected = async (within: Pick<Database, 'all'>, row: RejectedRow): Promise<boolean> =>
  (await within.all(sql`select 1 as one from rejected where ${at(row)}`)).length > 0;

/** The row moves in one commit: nobody finds the object in both places, or in none. */
async function putBack(parts: RestorationParts, row: RejectedRow, instance: NewInstance): Promise<Outcome> {
  const { database, instances } = parts;
  let wanted = instance;
  for (let round = 0; round < mostRounds; round += 1) {
    const { sopInstanceUid } = wanted.identifiers;
    const added = await database.transaction(async (within) => {
      if (!(await isRejected(within, row))) return 'gone';
      const [there] = await within.all<{ key: string }>(
        sql`select object_key as key from instance where sop_instance_uid = ${sopInstanceUid}`,
      );
      if (there && there.key !== row.object_key) return 'there already';
      await within.all(sql`delete from rejected where ${at(row)}`);
      if (there) return 'indexed';
      const made = await instances.addWithin(within, wanted);
      await putBackCorrections(within, wanted.identifiers.studyInstanceUid);
      return made;
    });
    if (added === 'gone') return 'gone';
    if (added === 'indexed') return 'restored';
    if (added !== 'there already') {
      await announce(parts, wanted, added);
      return 'restored';
    }
    const next = await settleKnown(parts, row, wanted, round);
    if (typeof next === 'string') return next;
    wanted = next;
  }
  throw new DatabaseError('busy', 'others store and remove objects of the same UID');
}

/** Another object came under its UID meanwhile. What is to be tried next, or how it ended. */
async function settleKnown(
  parts: RestorationParts,
  row: RejectedRow,
  instance: NewInstance,
  round: number,
): Promise<Outcome | NewInstance> {
  const { database, store, duplicates, log } = parts;
  const { sopInstanceUid } = instance.identifiers;
  const [first] = await selectInstances(database, { sopInstanceUid });
  if (!first) return instance;
  const compared = await compareContent(store, first, { ...instance, key: instance.objectKey });
  const way = { at: instance.receivedAt, following: instance, log };
  if (compared === 'same') return removeCopy(parts, row, first.key, instance);
  if (compared !== 'other') {
    await giveWay(database, first, { ...way, why: compared, size: await store.size(first.key) });
    return instance;
  }
  log.warn({ sopInstanceUid, duplicates, key: first.key }, 'another object came under the UID of a rejected one');
  if (duplicates === 'reject') return 'stays';
  if (duplicates === 'replace') {
    await giveWay(database, first, { ...way, why: 'replaced' });
    return instance;
  }
  if (duplicates === 'rename' && round === 0) {
    await addConflict(database, instance, 'renamed', `its own SOP Instance UID belongs to ${first.key}`);
    return renamedInstance(instance, parts);
  }
  return database.transaction(async (within) => {
    if (!(await isRejected(within, row))) return 'gone';
    if (!(await putAsideWithin(within, instance, first.key))) return instance;
    await within.all(sql`delete from rejected where ${at(row)}`);
    return 'restored';
  });
}

/** The index has the same bytes under another key: this copy goes, if that one is there still. */
async function removeCopy(
  parts: RestorationParts,
  row: RejectedRow,
  first: string,
  instance: NewInstance,
): Promise<Outcome | NewInstance> {
  const { sopInstanceUid } = instance.identifiers;
  const decided = await parts.database.transaction(async (within) => {
    const [there] = await within.all(
      sql`select 1 as one from instance where sop_instance_uid = ${sopInstanceUid} and object_key = ${first}`,
    );
    return there && deleteRejected(within, at(row));
  });
  if (!decided) return instance;
  await removeObjects(parts, decided.keys);
  return decided.count > 0 ? 'restored' : 'gone';
}
