// Takes chosen instances of a medium into an archive, the one that keeps them or the one that only shows them. PS3.10, PS3.4 I.
import { DicomError } from '@concord/dicom';
import { type InstanceEntry, isMediaClass, MediaError, type Medium, openInstance } from '@concord/media';
import { type Archive, ArchiveError, type Receipt, type StoredInstance } from '../archive/archive.ts';
import type { ActionReport } from './actions.ts';
import type { MediaLimits } from './limits.ts';

export interface TakeParts {
  readonly medium: Medium;
  readonly entries: readonly InstanceEntry[];
  readonly archive: Pick<Archive, 'receive'>;
  /** They are to stay there: those that are there already are told apart. */
  readonly isForGood: boolean;
  readonly report: ActionReport;
  readonly limits: Pick<MediaLimits, 'atOnce'>;
}

/** Of a file, read at a time, in bytes. */
const block = 262_144;

async function* bytesFrom(
  medium: Medium,
  path: string,
  start: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let offset = start; ; ) {
    signal.throwIfAborted();
    const bytes = await medium.read(path, offset, block);
    if (bytes.length === 0) return;
    yield bytes;
    offset += bytes.length;
  }
}

/** What is in the archive afterwards, taken or there before. Objects that cannot be taken are told of, and the rest goes on. */
export async function takeFiles(parts: TakeParts): Promise<readonly StoredInstance[]> {
  const { entries, report } = parts;
  const taken: StoredInstance[] = [];
  const left = entries.values();
  let done = 0;
  report.set({ total: entries.length });
  const work = async () => {
    for (const entry of left) {
      if (report.signal.aborted) return;
      const stored = await takeOne(entry, parts);
      if (stored) taken.push(stored);
      done += 1;
      report.set({ done });
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: parts.limits.atOnce }, work));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  return taken;
}

const nameOf = (entry: InstanceEntry): string => entry.fileId || (entry.path ?? entry.sopInstanceUid);

async function takeOne(entry: InstanceEntry, parts: TakeParts): Promise<StoredInstance | undefined> {
  const { report } = parts;
  const tell = (kind: 'skipped' | 'failed', text: string): undefined => {
    report.count(kind);
    report.note({ file: nameOf(entry), kind, text });
  };
  try {
    return await takeOpened(entry, parts, tell);
  } catch (error) {
    if (report.signal.aborted) return undefined;
    // A full disk or a lost index is no fault of this file, and the next would meet it as well.
    if (error instanceof ArchiveError) throw error;
    if (error instanceof MediaError || error instanceof DicomError || isOfTheDisk(error))
      return tell('failed', error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/** A medium that was taken out, a file that went away. */
const isOfTheDisk = (error: unknown): boolean => error instanceof Error && 'code' in error && 'syscall' in error;

async function takeOpened(
  entry: InstanceEntry,
  { medium, archive, report, isForGood }: TakeParts,
  tell: (kind: 'skipped' | 'failed', text: string) => undefined,
): Promise<StoredInstance | undefined> {
  const { file, findings } = await openInstance(medium, entry);
  const sopClassUid = file.dataSet.string('SOPClassUID') ?? entry.sopClassUid;
  if (!isMediaClass(sopClassUid))
    return tell('skipped', `objects of the SOP Class ${sopClassUid || 'that is not named'} are not read from media`);
  const receipt = await archive.receive({
    dataSet: bytesFrom(medium, entry.path ?? '', file.dataSetOffset, report.signal),
    transferSyntaxUid: file.transferSyntaxUid,
    origin: { via: 'import' },
    signal: report.signal,
  });
  const odd = findings[0]?.text;
  if (odd !== undefined) report.note({ file: nameOf(entry), kind: 'warning', text: odd });
  if (!isTaken(receipt)) return tell('failed', receipt.status.comment || `status ${receipt.status.code.toString(16)}`);
  report.count(isForGood && receipt.already ? 'already' : 'stored');
  return receipt.instance;
}

/** With success or a warning. */
const isTaken = ({ status, instance }: Receipt): boolean =>
  instance !== undefined && (status.code === 0 || status.code >> 12 === 0xb);
