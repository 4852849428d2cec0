// Single objects put back from a backup: those that the index has and whose file is missing or damaged.
import { join } from 'node:path';
import type { ReadDatabase } from '../database/database.ts';
import { openObjectReader } from '../objects/containers/container-reader.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
import { StoreError } from '../objects/object-store.ts';
import type { Finding } from '../verify/finding.ts';
import { createPace, sideBySide } from '../verify/pace.ts';
import { checkRow } from '../verify/verify.ts';
import { type VouchedRow, vouchedRows } from '../verify/vouched-rows.ts';
import { targetError } from './backup-error.ts';
import { seenIn } from './durable-file.ts';
import { readManifest } from './manifest.ts';
import type { Mender } from './mender.ts';
import { listSnapshots, manifestFile, objectsFolder, snapshotPath } from './snapshots.ts';

export interface PutBackParts {
  readonly database: Pick<ReadDatabase, 'all'>;
  readonly objects: ObjectReader;
  readonly mender: Mender;
}

export interface PutBackOptions {
  /** Folder of the backup. */
  readonly source: string;
  readonly parallel: number;
  /** 0: no limit. */
  readonly bytesPerSecond: number;
  readonly signal: AbortSignal;
  readonly putBack: (key: string) => void;
  /** What is damaged here and not whole in the backup either. */
  readonly notPutBack: (finding: Finding) => void;
}

/** What takes an object's place has the digest of the index; the archive may be at work. Throws BackupError. */
export async function putBackMissing(parts: PutBackParts, options: PutBackOptions): Promise<void> {
  const pace = createPace(options.bytesPerSecond, options.signal);
  const backedUp = openObjectReader(join(options.source, objectsFolder));
  const elsewhere: Damaged[] = [];
  const found = async ({ row, finding }: Damaged, key: string): Promise<boolean> => {
    if (!(await putBack(row, key, backedUp, parts.mender))) return false;
    options.putBack(finding.key);
    return true;
  };
  await sideBySide(vouchedRows(parts.database, {}), options.parallel, async (row) => {
    options.signal.throwIfAborted();
    const { finding } = await checkRow(parts.objects, row, pace);
    if (finding && !(await found({ row, finding }, row.key))) elsewhere.push({ row, finding });
  });
  const earlier = await earlierKeys(options.source, elsewhere);
  for (const damaged of elsewhere) {
    const key = earlier.get(damaged.row.number);
    if (key === undefined || !(await found(damaged, key))) options.notPutBack(damaged.finding);
  }
}

interface Damaged {
  readonly row: VouchedRow;
  readonly finding: Finding;
}

/** By number: where objects lay that have moved to another store since the backup was made. */
async function earlierKeys(source: string, objects: readonly Damaged[]): Promise<ReadonlyMap<number, string>> {
  const keys = new Map<number, string>();
  const newest = (await listSnapshots(source)).whole.at(-1);
  if (objects.length === 0 || newest === undefined) return keys;
  const wanted = new Map(objects.map(({ row }) => [row.number, row.key]));
  for await (const { number, key } of readManifest(manifestFile(snapshotPath(source, newest))))
    if (wanted.has(number) && wanted.get(number) !== key) keys.set(number, key);
  return keys;
}

/** False where the backup does not have it as it was received. */
async function putBack(row: VouchedRow, key: string, backedUp: ObjectReader, mender: Mender): Promise<boolean> {
  try {
    const from = row.dataSetOffset ?? 0;
    const bytes = () => backedUp.read(key);
    const { size, crc } = await seenIn(bytes(), from);
    if (size !== row.size || (row.digest !== null && crc !== row.digest)) return false;
    await mender.mend({ key: row.key, number: row.number, crc, from, bytes });
    return true;
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw targetError(error);
  }
}
