// Reading a DICOMDIR: records as their offsets link them, whatever those offsets say. PS3.3 Annex F
import { type DataSet, DicomError, explicitVrLittleEndian, type Part10File, readPart10 } from '@concord/dicom';
import { type Findings, MediaError, type MediaFinding, startFindings } from './error.ts';

/** A record of the directory, with those of the entity that it refers to. */
export interface DirectoryRecord {
  readonly type: string;
  /** Of its item, in bytes from the beginning of the file. */
  readonly offset: number;
  readonly keys: DataSet;
  readonly below: readonly DirectoryRecord[];
}

/** A directory, read. */
export interface Directory {
  readonly fileSetId: string;
  /** SOP Instance UID of the DICOMDIR. PS3.3 F.3.2.1 */
  readonly fileSetUid: string;
  readonly records: readonly DirectoryRecord[];
  /** Records in use that were reached. */
  readonly count: number;
  readonly findings: readonly MediaFinding[];
}

/** Bounds of a directory. */
export interface DirectoryLimits {
  /** Bytes of the file. Default 256 MiB. */
  readonly bytes: number;
  /** Data elements in all records: some fifteen make a record. Default 3,000,000. */
  readonly elements: number;
}

/** The bounds where a caller names none: some 200,000 files. */
export const directoryLimits: DirectoryLimits = { bytes: 256 * 1024 ** 2, elements: 3_000_000 };

/** Media Storage Directory Storage. PS3.6 */
export const directoryClass = '1.2.840.10008.1.3.10';

/** Whether the record is in use: 0000H says no, anything else is taken for FFFFH. PS3.3 Table F.3-3 */
const inUse = (record: DataSet): boolean => record.number('RecordInUseFlag') !== 0;

function parsed(bytes: Uint8Array, place: string, limits: DirectoryLimits): Part10File {
  if (bytes.length > limits.bytes) throw new MediaError('bad-directory', place, `more than ${limits.bytes} bytes`);
  try {
    return readPart10(bytes, { limits: { elements: limits.elements } });
  } catch (cause) {
    if (!(cause instanceof DicomError)) throw cause;
    throw new MediaError('bad-directory', place, cause.message, { cause });
  }
}

/** What is odd about the file itself. @throws MediaError `bad-directory` where it is no directory */
function judgeFile(
  { meta, dataSet, preamble, transferSyntaxUid, findings }: Part10File,
  place: string,
  found: Findings,
) {
  const named = meta.string('MediaStorageSOPClassUID');
  if (!dataSet.has('DirectoryRecordSequence'))
    throw new MediaError('bad-directory', place, 'it has no directory records');
  if (!preamble) found.add('bad-meta', 'warning', place, 'no preamble and prefix');
  if (named !== directoryClass) found.add('bad-meta', 'warning', place, `SOP Class ${named ?? 'missing'}`);
  if (transferSyntaxUid !== explicitVrLittleEndian) found.add('bad-meta', 'warning', place, `in ${transferSyntaxUid}`);
  for (const { severity, text } of findings) if (severity === 'error') found.add('cut-directory', 'error', place, text);
}

interface Chain {
  readonly first: number;
  readonly into: DirectoryRecord[];
  readonly from: string;
}

interface Linking {
  readonly byOffset: ReadonlyMap<number, DataSet>;
  readonly seen: Set<number>;
  readonly findings: Findings;
}

/** One entity: its records from the first to the last. Returns the entities below them. */
function followChain({ first, into, from }: Chain, { byOffset, seen, findings }: Linking): Chain[] {
  const lower: Chain[] = [];
  let place = from;
  for (let at = first; at !== 0; ) {
    const keys = byOffset.get(at);
    if (!keys) findings.add('bad-offset', 'error', place, String(at));
    else if (seen.has(at)) findings.add('cycle', 'error', place, String(at));
    if (!keys || seen.has(at)) break;
    seen.add(at);
    const type = keys.string('DirectoryRecordType') ?? '';
    place = `${type} record at ${at}`;
    const below: DirectoryRecord[] = [];
    if (inUse(keys)) into.push({ type, offset: at, keys, below });
    // Below a record that is not in use nothing is shown, and nothing is lost either.
    lower.push({ first: keys.number('OffsetOfReferencedLowerLevelDirectoryEntity') ?? 0, into: below, from: place });
    at = keys.number('OffsetOfTheNextDirectoryRecord') ?? 0;
  }
  return lower;
}

/** Every entity from the root on, each record once; no recursion, however deep the entities lie. */
function linked(first: number, linking: Linking): readonly DirectoryRecord[] {
  const records: DirectoryRecord[] = [];
  const waiting: Chain[] = [{ first, into: records, from: 'the root' }];
  for (let chain = waiting.pop(); chain; chain = waiting.pop())
    for (const lower of followChain(chain, linking)) if (lower.first !== 0) waiting.push(lower);
  return records;
}

/**
 * Reads a directory. What is wrong with its records is among the findings; those that can be reached are read.
 * @param place what the file is called in findings
 * @throws MediaError `bad-directory` where this is no directory, or one beyond the limits
 */
export function readDirectory(bytes: Uint8Array, place: string, limits: DirectoryLimits = directoryLimits): Directory {
  const findings = startFindings();
  const file = parsed(bytes, place, limits);
  judgeFile(file, place, findings);
  const { dataSet, meta } = file;
  const items = dataSet.items('DirectoryRecordSequence');
  const seen = new Set<number>();
  const byOffset = new Map(items.map((item) => [item.offset, item] as const));
  const first = dataSet.number('OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity') ?? 0;
  const records = linked(first, { byOffset, seen, findings });
  const lost = items.filter((item) => !seen.has(item.offset) && inUse(item));
  for (const item of lost)
    findings.add('lost-record', 'warning', `${item.string('DirectoryRecordType') ?? ''} record at ${item.offset}`);
  return {
    fileSetId: dataSet.string('FileSetID') ?? '',
    fileSetUid: meta.string('MediaStorageSOPInstanceUID') ?? '',
    records,
    count: seen.size,
    findings: findings.list,
  };
}
