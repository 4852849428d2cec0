// The largest numbers that the index has for objects of a data folder. Its files alone do not say it: what was moved or restored to S3 has none there.
import { type Database, join, literal, type Query, sql } from '../database/database.ts';
import { firstNumber as firstInContainers } from './containers/container-names.ts';
import { firstNumber as firstOnS3 } from './s3/s3-names.ts';

export interface GivenNumbers {
  /** Of objects in files of their own; undefined where there is none. */
  readonly inFiles: number | undefined;
  /** Of objects in containers; undefined where there is none. */
  readonly inContainers: number | undefined;
}

/** Rows that have the number of an object as their own, which no later one may get. */
const columns = [
  ['patient', 'patient_key'],
  ['study', 'study_key'],
  ['series', 'series_key'],
  ['instance', 'instance_key'],
  ['rejected', 'instance_key'],
  ['conflict', 'conflict_key'],
  ['moving', 'number'],
  ['removing', 'number'],
] as const;

const largestOf = (from: number, end: number): Query => sql`
  select max(number) as number from (${join(
    columns.map(
      ([table, column]) => sql`select max(${literal(column)}) as number from ${literal(table)}
        where ${literal(column)} >= ${from} and ${literal(column)} < ${end}`,
    ),
    ' union all ',
  )}) as numbers`;

/** Throws DatabaseError. */
export async function givenNumbers(database: Pick<Database, 'all'>): Promise<GivenNumbers> {
  const largest = async (from: number, end: number): Promise<number | undefined> => {
    const [row] = await database.all<{ number: number | null }>(largestOf(from, end));
    return row?.number ?? undefined;
  };
  return { inFiles: await largest(0, firstInContainers), inContainers: await largest(firstInContainers, firstOnS3) };
}
