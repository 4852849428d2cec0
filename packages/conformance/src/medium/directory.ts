// The directory of a medium: its records in the order in which they are linked, and what is wrong with links and keys. PS3.3 Annex F, PS3.10 8
import { type DataSet, readPart10 } from '@concord/dicom';

/** One directory record. */
export interface DirectoryRecord {
  readonly type: string;
  readonly dataSet: DataSet;
  /** Components joined by `/`; undefined for a record without a file. */
  readonly file?: string;
}

export interface Directory {
  readonly records: readonly DirectoryRecord[];
  readonly faults: readonly string[];
}

export const directoryClass = '1.2.840.10008.1.3.10';
const explicitLittle = '1.2.840.10008.1.2.1';
/** Keys of Type 1 by record type. PS3.3 Tables F.5-1 to F.5-4 */
const keys: Readonly<Record<string, readonly string[]>> = {
  PATIENT: ['PatientID'],
  STUDY: ['StudyDate', 'StudyTime', 'StudyID'],
  SERIES: ['Modality', 'SeriesInstanceUID', 'SeriesNumber'],
  IMAGE: ['InstanceNumber'],
  PRIVATE: ['PrivateRecordUID'],
};

/** A File ID has one to eight components of one to eight characters. PS3.10 8.2, 8.5 */
const isFileId = (parts: readonly string[]): boolean =>
  parts.length >= 1 && parts.length <= 8 && parts.every((part) => /^[A-Z0-9_]{1,8}$/.test(part));

function recordOf(dataSet: DataSet, faults: string[]): DirectoryRecord {
  const type = dataSet.string('DirectoryRecordType') ?? '';
  if (type === '') faults.push('a record has no Directory Record Type');
  for (const key of keys[type] ?? []) if (!dataSet.string(key)) faults.push(`a ${type} record has no value of ${key}`);
  const parts = dataSet.strings('ReferencedFileID');
  if (parts.length === 0) return { type, dataSet };
  if (!isFileId(parts)) faults.push(`File ID ${parts.join('\\')} has components that PS3.10 does not allow`);
  return { type, dataSet, file: parts.join('/') };
}

/** Records that are reached from the root, each once; what leads nowhere or in a circle is a fault. */
function linked(root: number, byOffset: ReadonlyMap<number, DataSet>, faults: string[]): readonly DataSet[] {
  const found = new Map<number, DataSet>();
  const waiting = [root];
  for (let offset = waiting.pop(); offset !== undefined; offset = waiting.pop()) {
    if (offset === 0) continue;
    const record = byOffset.get(offset);
    if (!record) faults.push(`offset ${offset} leads to no record`);
    else if (found.has(offset)) faults.push(`the record at ${offset} is reached twice`);
    else {
      found.set(offset, record);
      waiting.push(record.number('OffsetOfTheNextDirectoryRecord') ?? 0);
      waiting.push(record.number('OffsetOfReferencedLowerLevelDirectoryEntity') ?? 0);
    }
  }
  return [...found.values()];
}

/** Reads a DICOMDIR. Never throws: what cannot be read is a fault. */
export function readDirectory(bytes: Uint8Array): Directory {
  const faults: string[] = [];
  try {
    const { meta, dataSet, transferSyntaxUid, preamble } = readPart10(bytes, { truncated: 'throw' });
    if (!preamble) faults.push('DICOMDIR is no DICOM file: it has no preamble');
    if (meta.string('MediaStorageSOPClassUID') !== directoryClass)
      faults.push('DICOMDIR is not of the class Media Storage Directory Storage');
    if (transferSyntaxUid !== explicitLittle)
      return { records: [], faults: [...faults, 'DICOMDIR is not in Explicit VR Little Endian'] };
    const items = dataSet.items('DirectoryRecordSequence');
    const byOffset = new Map(items.map((item) => [item.offset, item] as const));
    const root = dataSet.number('OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity') ?? 0;
    const records = linked(root, byOffset, faults);
    const lost = items.filter((each) => !records.includes(each) && each.number('RecordInUseFlag') !== 0).length;
    if (lost > 0) faults.push(`${lost} records are linked from nowhere`);
    return { records: records.map((each) => recordOf(each, faults)), faults };
  } catch (error) {
    return {
      records: [],
      faults: [...faults, `DICOMDIR cannot be read: ${error instanceof Error ? error.message : error}`],
    };
  }
}
