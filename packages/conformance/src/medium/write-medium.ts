// A medium for a reader under test: instances of one test patient, a class that nobody knows, and records that must be passed over. PS3.10 8, PS3.3 Annex F
import { DataSet, explicitVrLittleEndian, readPart10, writePart10 } from '@concord/dicom';
import { freshUid, type TestInstance } from '../execute/test-data.ts';
import { directoryClass } from './directory.ts';

/** Files by their path on the medium. */
export type MediumFiles = ReadonlyMap<string, Uint8Array>;

/** A record, with those below it. */
interface Entry {
  readonly type: string;
  readonly values: Readonly<Record<string, string | number | readonly string[] | null>>;
  readonly below: readonly Entry[];
}

const valuesOf = (dataSet: DataSet, keywords: readonly string[]): Readonly<Record<string, string | null>> =>
  Object.fromEntries(keywords.map((keyword) => [keyword, dataSet.string(keyword) ?? null]));

const fileId = (path: string): readonly string[] => path.split('/');

function instanceEntry(type: string, path: string, instance: TestInstance, more: Entry['values']): Entry {
  return {
    type,
    values: {
      ReferencedFileID: fileId(path),
      ReferencedSOPClassUIDInFile: instance.sopClassUid,
      ReferencedSOPInstanceUIDInFile: instance.sopInstanceUid,
      ReferencedTransferSyntaxUIDInFile: instance.transferSyntaxUid,
      ...more,
    },
    below: [],
  };
}

/** Patient, study, series, instances: each instance in a series of its own. */
function entriesOf(placed: readonly (readonly [string, TestInstance])[], last: readonly Entry[]): readonly Entry[] {
  const [first] = placed;
  if (!first) return [];
  const { dataSet } = first[1];
  const series = placed.map(([path, instance]) => ({
    type: 'SERIES',
    values: valuesOf(instance.dataSet, ['Modality', 'SeriesInstanceUID', 'SeriesNumber']),
    below: [instanceEntry('IMAGE', path, instance, valuesOf(instance.dataSet, ['InstanceNumber']))],
  }));
  const study = {
    type: 'STUDY',
    values: valuesOf(dataSet, [
      'StudyDate',
      'StudyTime',
      'StudyDescription',
      'StudyInstanceUID',
      'StudyID',
      'AccessionNumber',
    ]),
    below: series,
  };
  return [{ type: 'PATIENT', values: valuesOf(dataSet, ['PatientName', 'PatientID']), below: [study] }, ...last];
}

interface Placed {
  readonly dataSet: DataSet;
  readonly entry: Entry;
  next: number;
  lower: number;
}

const none = -1;

/** Records in file order, linked by their numbers; returns the number of the first. */
function place(entries: readonly Entry[], placed: Placed[]): number {
  const numbers = entries.map((entry) => {
    const dataSet = new DataSet();
    dataSet.set('OffsetOfTheNextDirectoryRecord', 0);
    dataSet.set('RecordInUseFlag', 0xffff);
    dataSet.set('OffsetOfReferencedLowerLevelDirectoryEntity', 0);
    dataSet.set('DirectoryRecordType', entry.type);
    for (const [keyword, value] of Object.entries(entry.values)) dataSet.set(keyword, value);
    return placed.push({ dataSet, entry, next: none, lower: none }) - 1;
  });
  for (const [index, number] of numbers.entries()) {
    const record = placed[number];
    if (!record) continue;
    record.next = numbers[index + 1] ?? none;
    record.lower = place(record.entry.below, placed);
  }
  return numbers[0] ?? none;
}

function metaOf(sopInstanceUid: string): DataSet {
  const named = new DataSet();
  named.set('SOPClassUID', directoryClass);
  named.set('SOPInstanceUID', sopInstanceUid);
  return readPart10(writePart10({ dataSet: named, transferSyntaxUid: explicitVrLittleEndian })).meta;
}

/** The directory: written once to learn where its records begin, and again with these offsets, which have the same length. */
function directoryBytes(entries: readonly Entry[]): Uint8Array {
  const placed: Placed[] = [];
  const first = place(entries, placed);
  const meta = metaOf(freshUid());
  const written = (offsetOf: (number: number) => number): Uint8Array => {
    const dataSet = new DataSet();
    dataSet.set('FileSetID', 'ZZTEST');
    const last = entries.at(-1);
    const lastNumber = placed.findIndex(({ entry }) => entry === last);
    dataSet.set('OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity', offsetOf(first));
    dataSet.set('OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity', offsetOf(lastNumber));
    dataSet.set('FileSetConsistencyFlag', 0);
    for (const record of placed) {
      record.dataSet.set('OffsetOfTheNextDirectoryRecord', offsetOf(record.next));
      record.dataSet.set('OffsetOfReferencedLowerLevelDirectoryEntity', offsetOf(record.lower));
    }
    dataSet.set(
      'DirectoryRecordSequence',
      placed.map((record) => record.dataSet),
    );
    return writePart10({ dataSet, meta, transferSyntaxUid: explicitVrLittleEndian });
  };
  const draft = written(() => 0);
  const places = readPart10(draft).dataSet.items('DirectoryRecordSequence');
  return written((number) => places[number]?.offset ?? 0);
}

const partOf = ({ dataSet, transferSyntaxUid }: TestInstance): Uint8Array =>
  writePart10({ dataSet, transferSyntaxUid });

/**
 * The files of a medium. `stranger` is of a class that no profile has: it is named by a private record, and a record of a type that nobody knows stands beside it.
 */
export function mediumFiles(instances: readonly TestInstance[], stranger?: TestInstance): MediumFiles {
  const placed = instances.map((instance, index) => [`ZZTEST/IM${index + 1}`, instance] as const);
  const strange = 'ZZTEST/STRANGE';
  const extra: readonly Entry[] = stranger
    ? [
        instanceEntry('PRIVATE', strange, stranger, { PrivateRecordUID: freshUid() }),
        { type: 'ZZUNKNOWN', values: {}, below: [] },
      ]
    : [];
  return new Map([
    ...placed.map(([path, instance]) => [path, partOf(instance)] as const),
    ...(stranger ? [[strange, partOf(stranger)] as const] : []),
    ['DICOMDIR', directoryBytes(entriesOf(placed, extra))],
  ]);
}
