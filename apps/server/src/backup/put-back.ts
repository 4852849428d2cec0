// Single objects put back from a backup: those that the index has and whose file is missing or damaged.
import { join } from 'node:path';
import type { ReadDatabase } from '../database/database.ts';
import { openObjectReader } from '../objects/containers/container-reader.ts';
import { syncFolder } from '../objects/file-supply.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
import { StoreError } from '../objects/object-store.ts';
import type { Finding } from '../verify/finding.ts';
import { createPace, sideBySide } from '../verify/pace.ts';
import { checkRow } from '../verify/verify.ts';
import { type VouchedRow, vouchedRows } from '../verify/vouched-rows.ts';
import { targetError } from './backup-error.ts';
import { type Seen, writeWhole } from './durable-file.ts';
import { objectsFolder } from './snapshots.ts';

export interface PutBackParts {
  readonly database: Pick<ReadDatabase, 'all'>;
  readonly objects: ObjectReader;
  /** Where the store keeps its files. */
  readonly folder: string;
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

/** A file takes its place only when it has the digest of the index; the archive may be at work. Throws BackupError. */
export async function putBackMissing(parts: PutBackParts, options: PutBackOptions): Promise<void> {
  const pace = createPace(options.bytesPerSecond, options.signal);
  const backedUp = openObjectReader(join(options.source, objectsFolder));
  await sideBySide(vouchedRows(parts.database, {}), options.parallel, async (row) => {
    options.signal.throwIfAborted();
    const { finding } = await checkRow(parts.objects, row, pace);
    if (!finding) return;
    if (await putBack(row, backedUp, parts.folder)) options.putBack(row.key);
    else options.notPutBack(finding);
  });
}

async function putBack(row: VouchedRow, backedUp: ObjectReader, folder: string): Promise<boolean> {
  const accept = ({ size, crc }: Seen) => size === row.size && (row.digest === null || crc === row.digest);
  const path = join(folder, row.key);
  try {
    const seen = await writeWhole(path, backedUp.read(row.key), { crcFrom: row.dataSetOffset ?? 0, accept });
    if (!accept(seen)) return false;
    await syncFolder(join(path, '..'));
    return true;
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw targetError(error);
  }
}
