// What the index says of its archive's places on S3.
import { type Database, type Query, type ReadDatabase, sql } from '../../database/database.ts';

export interface Own {
  readonly id: string;
  /** 1 once a place on S3 says it. */
  readonly stands: number;
}

/** Undefined where no place on S3 was ever this archive's. */
export async function ownOf(database: Pick<ReadDatabase, 'all'>): Promise<Own | undefined> {
  const [own] = await database.all<{ id: string; stands: number }>(
    sql`select id, stands from archive_claim where name = 'archive'`,
  );
  return own;
}

/** Whether objects of this index were given numbers on S3, or were moved there. */
export const hasOnS3 = async (database: Pick<Database, 'all'>): Promise<boolean> =>
  (
    await database.all(sql`
      select 1 as one from object_counter where name = 's3' union all select 1 from moved_total where objects > 0`)
  ).length > 0;

/** `stands`: 1 once a place on S3 says it. */
export const naming = (id: string, stands: 0 | 1): Query => sql`
  insert into archive_claim (name, id, stands) values ('archive', ${id}, ${stands}) on conflict (name) do nothing`;

/** Objects of this archive are on S3, and nowhere else. */
export const keepsOnS3 = async (database: Pick<Database, 'all'>): Promise<boolean> =>
  (await ownOf(database))?.stands === 1 && (await hasOnS3(database));

export interface Stamps {
  /** What the place says, or is about to be told. */
  readonly stamp: string;
  /** What it was told before. */
  readonly before: string;
}

/** Undefined where no place was ever told one. */
export async function stampsOf(database: Pick<ReadDatabase, 'all'>): Promise<Stamps | undefined> {
  const [row] = await database.all<Stamps>(
    sql`select stamp, stamp_before as before from claim_stamp where name = 'archive'`,
  );
  return row;
}

export const stamping = ({ stamp, before }: Stamps): Query => sql`
  insert into claim_stamp (name, stamp, stamp_before) values ('archive', ${stamp}, ${before})
  on conflict (name) do update set stamp = excluded.stamp, stamp_before = excluded.stamp_before`;
