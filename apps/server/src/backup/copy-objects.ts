// Copies what rows vouch for into the backup's object folder; what is there already, with the right digest, is not copied again.
import { join } from 'node:path';
import { sizeOf } from '../objects/file-reader.ts';
import { syncFolder } from '../objects/file-supply.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
import { StoreError } from '../objects/object-store.ts';
import type { Finding } from '../verify/finding.ts';
import { type Pace, sideBySide } from '../verify/pace.ts';
import type { VouchedRow } from '../verify/vouched-rows.ts';
import { BackupError, targetError } from './backup-error.ts';
import { type Seen, seenOf, writeWhole } from './durable-file.ts';
import type { ManifestEntry } from './manifest.ts';

export interface CopyParts {
  readonly objects: ObjectReader;
  /** The backup's folder of objects. */
  readonly folder: string;
  /** What an earlier list says of the row's object. */
  readonly earlier: (row: VouchedRow) => Promise<ManifestEntry | undefined>;
  /** Where the object with the number lies by now; undefined where no row has it any more. */
  readonly keyNow: (number: number) => Promise<string | undefined>;
  readonly parallel: number;
  readonly pace: Pace;
  /** Reads again what is there already, instead of trusting the earlier list. */
  readonly recheck: boolean;
}

export type Copied =
  | { readonly kind: 'copied' | 'kept'; readonly entry: ManifestEntry }
  | { readonly kind: 'not copied'; readonly row: VouchedRow; readonly finding: Finding };

/** Rows that are dealt with together: their lines stand in the list in order, their folders are synced once. */
const rowsAtOnce = 256;

/** In the order of the rows, batch by batch; each batch is durable when it is given. */
export async function* copyObjects(
  rows: AsyncIterable<VouchedRow>,
  parts: CopyParts,
): AsyncGenerator<readonly Copied[]> {
  let batch: VouchedRow[] = [];
  for await (const row of rows) {
    if (batch.push(row) < rowsAtOnce) continue;
    yield await copyBatch(batch, parts);
    batch = [];
  }
  if (batch.length > 0) yield await copyBatch(batch, parts);
}

async function copyBatch(rows: readonly VouchedRow[], parts: CopyParts): Promise<readonly Copied[]> {
  const earlier: (ManifestEntry | undefined)[] = [];
  for (const row of rows) earlier.push(await parts.earlier(row));
  const done: Copied[] = [];
  await sideBySide(rows.entries(), parts.parallel, async ([index, row]) => {
    done[index] = await copyOne(row, earlier[index], parts);
  });
  const folders = new Set(
    done.flatMap((each) => (each.kind === 'copied' ? [join(parts.folder, each.entry.key, '..')] : [])),
  );
  for (const folder of folders) await syncFolder(folder);
  return done;
}

async function copyOne(row: VouchedRow, earlier: ManifestEntry | undefined, parts: CopyParts): Promise<Copied> {
  const path = join(parts.folder, row.key);
  const entryOf = ({ size, sha256 }: Pick<Seen, 'size' | 'sha256'>): ManifestEntry => {
    const { source, number, key, sopInstanceUid, digest } = row;
    return { source, number, key, size, sha256, sopInstanceUid, digest };
  };
  const there = await sizeOf(path);
  if (there === undefined) return copyAnew(row, path, entryOf, parts);
  const listed = earlier?.key === row.key ? earlier : undefined;
  const sure = listed !== undefined && isOf(listed, row);
  if (sure && there === row.size && !parts.recheck) return { kind: 'kept', entry: entryOf(listed) };
  const seen = await seenOf(path, row.dataSetOffset ?? 0, parts.pace.take);
  const isAsListed = listed !== undefined && seen.sha256 === listed.sha256;
  const right = seen.size === row.size && (sure ? isAsListed : row.digest !== null && seen.crc === row.digest);
  if (right) return { kind: 'kept', entry: entryOf(seen) };
  // A good copy of something else, which an earlier snapshot needs.
  if (isAsListed && !sure && listed.sopInstanceUid !== row.sopInstanceUid) throw new BackupError('another', row.key);
  if (isAsListed && !sure) return otherBytes(row, seen);
  return copyAnew(row, path, entryOf, parts);
}

/** Of an object that was damaged before its index was made anew: the copy may be the better one. */
const otherBytes = (row: VouchedRow, { size, crc }: Seen): Copied => {
  const { key, studyInstanceUid, sopInstanceUid } = row;
  const detail = `the backup has other bytes of it: ${size}, CRC-32 ${crc}; the index has ${row.size}, ${row.digest}`;
  return { kind: 'not copied', row, finding: { kind: 'wrong digest', key, studyInstanceUid, sopInstanceUid, detail } };
};

/** Whether the list speaks of the same object: one of another archive may have its name and length. */
const isOf = ({ size, sopInstanceUid, digest }: ManifestEntry, row: VouchedRow): boolean =>
  size === row.size &&
  (sopInstanceUid === undefined ? row.digest === null : sopInstanceUid === row.sopInstanceUid) &&
  (digest ?? row.digest) === row.digest;

async function copyAnew(
  row: VouchedRow,
  path: string,
  entryOf: (seen: Seen) => ManifestEntry,
  { objects, pace, keyNow }: CopyParts,
): Promise<Copied> {
  const { key, size, digest, studyInstanceUid, sopInstanceUid } = row;
  const failed = (kind: Finding['kind'], detail: string): Copied => ({
    kind: 'not copied',
    row,
    finding: { kind, key, studyInstanceUid, sopInstanceUid, detail },
  });
  const isRight = (seen: Seen) => seen.size === size && (digest === null || seen.crc === digest);
  const how = { crcFrom: row.dataSetOffset ?? 0, before: pace.take, accept: isRight };
  try {
    const seen = await writeWhole(path, objects.read(key), how).catch(async (error: unknown) => {
      const now = error instanceof StoreError && error.fault === 'not-there' ? await keyNow(row.number) : undefined;
      if (now === undefined || now === key) throw error;
      // It has moved to the second store since the index was copied.
      return writeWhole(path, objects.read(now), how);
    });
    if (isRight(seen)) return { kind: 'copied', entry: entryOf(seen) };
    return seen.size === size
      ? failed('wrong digest', `CRC-32 ${digest} is expected, it is ${seen.crc}`)
      : failed('wrong size', `${size} bytes are expected, ${seen.size} are there`);
  } catch (error) {
    if (!(error instanceof StoreError)) throw targetError(error);
    return failed(error.fault === 'not-there' ? 'missing file' : 'unreadable', error.message);
  }
}
