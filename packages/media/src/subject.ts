// An instance as the writer of a file-set sees it: what it is, where it belongs, and what its records will say. PS3.3 F.5
import {
  type DataSet,
  explicitVrLittleEndian,
  isUid,
  type Part10File,
  readDataSet,
  writeDataSet,
} from '@concord/dicom';
import { profileKeys } from './application-profiles.ts';
import { MediaError } from './error.ts';
import { identityOf } from './header.ts';
import {
  copyKey,
  copyKeys,
  hasValue,
  inCharacterSetOf,
  patientKeys,
  placeOfKey,
  seriesKeys,
  studyKeys,
} from './record-keys.ts';
import { keysOf, recordTypeOf, standsAtRoot } from './record-types.ts';

/** Of which an instance is written: a file, or an object in a store. */
export interface MediaSource {
  /** What people call it. */
  readonly name: string;
  /** Bytes of the whole file. */
  readonly size: number;
  /** As `Medium.read`. */
  readonly read: (offset: number, length: number) => Promise<Uint8Array>;
}

/** What is kept of an instance until the set is written: no header. */
export interface Subject {
  readonly source: MediaSource;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly dataSetOffset: number;
  readonly recordType: string;
  /** Keys of patient, study and series. */
  readonly upper: DataSet;
  /** The record of the instance, as far as the instance has what it needs. */
  readonly record: DataSet;
}

/** Stands in records of classes for which the standard has no record. PS3.3 F.6.1 */
const privateRecordUid = '2.25.150301283264370142935163722216041137321';

const upperKeys = [
  ...patientKeys,
  ...studyKeys,
  ...seriesKeys,
  'StudyInstanceUID',
  'SeriesInstanceUID',
  'SeriesDate',
  'SeriesTime',
  'AcquisitionDate',
  'AcquisitionTime',
  'ContentDate',
  'ContentTime',
  'InstanceCreationDate',
  'InstanceCreationTime',
  ...profileKeys.filter(({ from }) => from === 'any').map(({ keyword }) => keyword),
];

/** Of a document's content only the modifiers of its title. PS3.3 F.5.25 */
function copyModifiers(header: DataSet, record: DataSet): void {
  const modifiers = header
    .items('ContentSequence')
    .filter((item) => item.string('RelationshipType') === 'HAS CONCEPT MOD');
  if (modifiers.length > 0) record.set('ContentSequence', modifiers);
}

/** The same elements in bytes of their own: sequences would keep the whole header in memory. */
const detached = (record: DataSet): DataSet =>
  readDataSet(writeDataSet(record, explicitVrLittleEndian), explicitVrLittleEndian);

/** The record of an instance: the keys of its type, and those of the profiles. */
function instanceRecord(type: string, header: DataSet): DataSet {
  const record = inCharacterSetOf(header);
  for (const { keyword, type: need } of keysOf(type)) {
    if (need === '3') continue;
    if (keyword === 'ContentSequence') copyModifiers(header, record);
    else if (need !== '1C' || hasValue(header, keyword)) copyKey(header, record, keyword);
  }
  for (const key of profileKeys) {
    const place = key.records.includes(type) ? placeOfKey(header, key) : undefined;
    if (place && !hasValue(record, key.keyword)) copyKey(place, record, key.keyword);
  }
  if (type === 'PRIVATE') record.set('PrivateRecordUID', privateRecordUid);
  const related = header.strings('RelatedGeneralSOPClassUID');
  if (related.length > 0) record.set('ReferencedRelatedGeneralSOPClassUIDInFile', related);
  return detached(record);
}

/**
 * What a file-set needs to know of a file.
 * @throws MediaError `bad-instance` where it lacks what a directory must have
 */
export function subjectOf(source: MediaSource, file: Part10File): Subject {
  const { dataSet: header, dataSetOffset } = file;
  const identity = identityOf(file);
  const recordType = recordTypeOf(identity.sopClassUid);
  const needed = standsAtRoot(recordType) ? [] : ['StudyInstanceUID', 'SeriesInstanceUID'];
  if (!isUid(identity.sopClassUid) || !isUid(identity.sopInstanceUid))
    throw new MediaError('bad-instance', source.name, 'no SOP Class UID and SOP Instance UID');
  for (const keyword of needed)
    if (!isUid(header.string(keyword) ?? '')) throw new MediaError('bad-instance', source.name, `no ${keyword}`);
  const upper = copyKeys(header, upperKeys);
  return { source, ...identity, dataSetOffset, recordType, upper, record: instanceRecord(recordType, header) };
}
