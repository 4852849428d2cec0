// Writing a DICOMDIR: records linked by the offsets at which they come to lie. PS3.3 Annex F
import { DataSet, explicitVrLittleEndian, fileMetaInformation, readPart10, writeDataSet } from '@concord/dicom';
import { directoryClass } from './read-directory.ts';

/** A record to be written, with those of the entity below it. */
export interface NewRecord {
  readonly type: string;
  readonly keys: DataSet;
  readonly below: readonly NewRecord[];
}

/** Who writes. PS3.10 Table 7.1-1 */
export interface Writer {
  readonly implementationClassUid: string;
  /** 1 to 16 characters. */
  readonly implementationVersionName: string;
  readonly sourceApplicationEntityTitle?: string | undefined;
}

/** What the set as a whole is called. */
export interface FileSetName {
  /** At most 16 of A-Z, 0-9 and underscore; may be ''. PS3.3 F.3.2.1 */
  readonly fileSetId: string;
  /** New for each set. */
  readonly fileSetUid: string;
}

/** A record that is not in use has 0000H. PS3.3 Table F.3-3 */
const inUse = 0xffff;
const [next, lower] = ['OffsetOfTheNextDirectoryRecord', 'OffsetOfReferencedLowerLevelDirectoryEntity'];

/** Records in the order of the file: each before those below it. */
function flat(records: readonly NewRecord[], into: NewRecord[]): readonly NewRecord[] {
  for (const record of records) {
    into.push(record);
    flat(record.below, into);
  }
  return into;
}

/** Sets the offsets of an entity's records, given where each record lies. */
function link(records: readonly NewRecord[], offsetOf: ReadonlyMap<NewRecord, number>): void {
  const at = (record: NewRecord | undefined): number => (record && offsetOf.get(record)) ?? 0;
  for (const [index, record] of records.entries()) {
    record.keys.set(next, at(records[index + 1]));
    record.keys.set(lower, at(record.below[0]));
    link(record.below, offsetOf);
  }
}

function prepared(records: readonly NewRecord[], { fileSetId }: FileSetName): DataSet {
  const dataSet = new DataSet();
  const all = flat(records, []);
  for (const { type, keys } of all) {
    keys.set(next, 0);
    keys.set('RecordInUseFlag', inUse);
    keys.set(lower, 0);
    keys.set('DirectoryRecordType', type);
  }
  dataSet.set('FileSetID', fileSetId === '' ? null : fileSetId);
  dataSet.set('OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity', 0);
  dataSet.set('OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity', 0);
  dataSet.set('FileSetConsistencyFlag', 0);
  const items = all.map(({ keys }) => keys);
  dataSet.set('DirectoryRecordSequence', items.length === 0 ? null : items);
  return dataSet;
}

/** A whole DICOMDIR. It is encoded once to learn where the records come to lie, and again with these offsets, which are as long. */
export function directoryBytes(records: readonly NewRecord[], name: FileSetName, writer: Writer): Uint8Array {
  const front = fileMetaInformation({
    ...writer,
    sopClassUid: directoryClass,
    sopInstanceUid: name.fileSetUid,
    transferSyntaxUid: explicitVrLittleEndian,
  });
  const dataSet = prepared(records, name);
  const written = (): Uint8Array => {
    const body = writeDataSet(dataSet, explicitVrLittleEndian);
    const whole = new Uint8Array(front.length + body.length);
    whole.set(front);
    whole.set(body, front.length);
    return whole;
  };
  const places = readPart10(written()).dataSet.items('DirectoryRecordSequence');
  const offsetOf = new Map(flat(records, []).map((record, at) => [record, places[at]?.offset ?? 0] as const));
  const at = (record: NewRecord | undefined): number => (record && offsetOf.get(record)) ?? 0;
  link(records, offsetOf);
  dataSet.set('OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity', at(records[0]));
  dataSet.set('OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity', at(records.at(-1)));
  return written();
}
