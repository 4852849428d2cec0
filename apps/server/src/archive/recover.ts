// At the start: what the last run left unfinished. A whole object without a row is indexed, a half one goes, a row without its
// file is reported.
import type { Log } from '@concord/network';
import { type Database, sql } from '../database/database.ts';
import type { ObjectStore, UnsettledBucket } from '../objects/object-store.ts';
import { isMovedKey } from '../objects/s3/s3-names.ts';
import { kindsWithFile } from './conflicts.ts';
import type { Receiver } from './receive.ts';

export interface Recovery {
  /** Objects that were whole and had no index row: indexed. */
  readonly adopted: number;
  /** Objects that nobody was told are stored: removed. */
  readonly removed: number;
  /** Index rows whose object is not there or has another size: their keys. */
  readonly missing: readonly string[];
}

interface VouchedRow {
  readonly number: number;
  readonly object_key: string;
  readonly size: number;
  /** It is leaving the store: whether it is still there says nothing. */
  readonly leaving: number;
}

const vouchedFor = (database: Database, { first, end }: UnsettledBucket): Promise<readonly VouchedRow[]> =>
  database.all<VouchedRow>(sql`
    select instance_key as number, object_key, size, 0 as leaving from instance
    where instance_key >= ${first} and instance_key < ${end}
    union all
    select instance_key, object_key, size, 0 from rejected where instance_key >= ${first} and instance_key < ${end}
    union all
    select number, from_key, size, 1 from moving where number >= ${first} and number < ${end}
    union all
    select number, object_key, size, 1 from removing where number >= ${first} and number < ${end}
    union all
    select conflict_key, object_key, size, 0 from conflict
    where conflict_key >= ${first} and conflict_key < ${end} and kind in ${kindsWithFile}`);

/** Looks only at what the store says is unsettled. Throws DatabaseError and StoreError: a start without this is none. */
export async function recover(
  database: Database,
  store: ObjectStore,
  adopt: Receiver['adopt'],
  log: Log,
): Promise<Recovery> {
  const missing: string[] = [];
  let adopted = 0;
  let removed = 0;
  for await (const bucket of store.unsettled()) {
    const rows = await vouchedFor(database, bucket);
    const sizes = new Map(bucket.objects.map(({ key, size }) => [key, size]));
    const vouched = new Set(rows.map((row) => row.object_key));
    for (const object of bucket.objects) {
      if (vouched.has(object.key)) continue;
      const { about } = object;
      if (about !== undefined && (await adopt({ ...object, about }))) {
        adopted += 1;
        continue;
      }
      await store.remove(object.key);
      removed += 1;
    }
    const lost = rows.filter((row) => row.leaving === 0 && sizes.get(row.object_key) !== row.size);
    missing.push(...lost.map((row) => row.object_key).filter((key) => !isMovedKey(key)));
  }
  await store.settle();
  if (adopted > 0) log.info({ adopted }, 'indexed objects whose index rows an interrupted run had not kept');
  if (removed > 0) log.info({ removed }, 'removed what an interrupted run left half-stored');
  for (const key of missing) log.error({ key }, 'the index has an object whose file is missing or incomplete');
  return { adopted, removed, missing };
}
