// How much is stored, since when, and of what: for people who plan disks.
import { bytesAside } from '../archive/conflicts.ts';
import { type Database, sql } from '../database/database.ts';
import type { Configuration } from '../settings/settings.ts';
import { type MovedTotal, movedTotal } from '../tiers/moving-rows.ts';

export interface StorageUse {
  /** Of objects that are found, and of those that are rejected and not deleted yet. */
  readonly bytes: number;
  readonly rejectedBytes: number;
  /** Of objects that were put aside: second ones under a known UID, and those that made way for them. */
  readonly asideBytes: number;
  readonly studies: number;
  readonly protectedStudies: number;
  /** Of which something was committed to a peer. */
  readonly committedStudies: number;
  /** What was moved to the second store so far, and when last, ISO 8601; '' for never. */
  readonly moved: MovedTotal;
  /** In bytes; 0: none. */
  readonly quota: number;
  readonly quotaPolicy: string;
  /** What came in each month that is still here, the oldest first. */
  readonly months: readonly { readonly month: string; readonly bytes: number; readonly studies: number }[];
  readonly modalities: readonly { readonly modality: string; readonly bytes: number; readonly studies: number }[];
}

const gibibyte = 2 ** 30;
/** How old an answer may get, in ms: it walks through all studies. */
const freshFor = 10_000;

export function createStorageUse(
  database: Database,
  { quota, quotaPolicy }: Pick<Configuration, 'quota' | 'quotaPolicy'>,
  now: () => number = performance.now.bind(performance),
) {
  let known: Promise<StorageUse> | undefined;
  let asked = Number.NEGATIVE_INFINITY;
  const ask = async (): Promise<StorageUse> => {
    const [total] = await database.all<
      Record<'bytes' | 'studies' | 'kept' | 'rejected' | 'aside' | 'committed', number>
    >(sql`
      select coalesce(sum(bytes), 0) as bytes, count(*) as studies, coalesce(sum(protected), 0) as kept,
        (select coalesce(sum(size), 0) from rejected) as rejected, ${bytesAside} as aside,
        (select count(distinct c.study_instance_uid) from committed_study c
          join study k on k.study_instance_uid = c.study_instance_uid) as committed
      from study`);
    const months = await database.all<StorageUse['months'][number]>(sql`
      select substr(received_at, 1, 7) as month, sum(bytes) as bytes, count(*) as studies from study
      group by substr(received_at, 1, 7) order by substr(received_at, 1, 7)`);
    const modalities = await database.all<StorageUse['modalities'][number]>(sql`
      select modalities as modality, sum(bytes) as bytes, count(*) as studies from study
      group by modalities order by sum(bytes) desc limit 20`);
    return {
      bytes: total?.bytes ?? 0,
      rejectedBytes: total?.rejected ?? 0,
      asideBytes: total?.aside ?? 0,
      studies: total?.studies ?? 0,
      protectedStudies: total?.kept ?? 0,
      committedStudies: total?.committed ?? 0,
      moved: await movedTotal(database),
      quota: quota * gibibyte,
      quotaPolicy,
      months,
      modalities,
    };
  };
  return (): Promise<StorageUse> => {
    if (known === undefined || now() - asked > freshFor) {
      asked = now();
      known = ask();
      known.catch(() => {
        known = undefined;
      });
    }
    return known;
  };
}
