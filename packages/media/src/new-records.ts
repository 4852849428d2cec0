// The records of a set that is to be written, and the File IDs of its files. PS3.3 F.4, F.5; PS3.10 8.2
import type { DataSet } from '@concord/dicom';
import { profileKeys } from './application-profiles.ts';
import type { PatientGroup, SeriesGroup, StudyGroup } from './group-subjects.ts';
import { copyKey, copyKeys, hasValue, patientKeys, seriesKeys, studyKeys } from './record-keys.ts';
import type { MediaSource, Subject } from './subject.ts';
import { type Made, type Supplied, supplyKeys } from './supplied-keys.ts';
import type { NewRecord } from './write-directory.ts';

/** A file of a set that is to be written. */
export interface PlannedFile {
  readonly source: MediaSource;
  /** Components of the File ID, which are also its path. */
  readonly fileId: readonly string[];
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** Where the data set begins in the source. */
  readonly dataSetOffset: number;
}

interface Making {
  readonly made: Made;
  readonly files: PlannedFile[];
  readonly supplied: Supplied[];
  /** Patient IDs of the instances: none that is supplied may be one of them. */
  readonly patientIds: ReadonlySet<string>;
}

/** `PA000001`: never more than eight characters, for 200,000 files at most. PS3.10 8.2 */
const component = (letters: string, number: number): string => letters + String(number).padStart(6, '0');

/** The topmost folder: beside it is room for what else a medium holds. */
const top = 'DICOM';

/** Keys of a profile that come from any instance below a record. */
function copyFromAny(type: string, subjects: readonly Subject[], keys: DataSet): void {
  for (const { keyword, records, from } of profileKeys) {
    if (from !== 'any' || !records.includes(type) || hasValue(keys, keyword)) continue;
    const holder = subjects.find(({ upper }) => hasValue(upper, keyword));
    if (holder) copyKey(holder.upper, keys, keyword);
    else keys.delete(keyword);
  }
}

interface NewEntity {
  readonly type: string;
  readonly keywords: readonly string[];
  readonly subjects: readonly Subject[];
  readonly number: number;
  readonly place: string;
  readonly patientId?: string;
}

/** The keys of a record above instances: those of the first, what others have and it lacks, and what must be supplied. */
function entityKeys(entity: NewEntity, { made, supplied }: Making): DataSet {
  const { type, keywords, subjects, number, place, patientId } = entity;
  const [first] = subjects;
  if (!first) throw new RangeError('a group has an instance');
  const keys = copyKeys(first.upper, keywords);
  copyFromAny(type, subjects, keys);
  for (const one of supplyKeys(type, keys, { header: first.upper, number, made, patientId }))
    supplied.push({ ...one, place });
  return keys;
}

function instanceRecord(subject: Subject, folder: readonly string[], number: number, making: Making): NewRecord {
  const { recordType, record, sopClassUid, sopInstanceUid, transferSyntaxUid, source, dataSetOffset } = subject;
  const fileId = [...folder, component(recordType === 'IMAGE' ? 'IM' : 'OB', number)];
  making.files.push({ source, fileId, sopClassUid, sopInstanceUid, transferSyntaxUid, dataSetOffset });
  record.set('ReferencedFileID', fileId);
  record.set('ReferencedSOPClassUIDInFile', sopClassUid);
  record.set('ReferencedSOPInstanceUIDInFile', sopInstanceUid);
  record.set('ReferencedTransferSyntaxUIDInFile', transferSyntaxUid);
  const circumstances = { header: subject.upper, number, made: making.made };
  const place = `${recordType} ${fileId.join('/')}`;
  for (const one of supplyKeys(recordType, record, circumstances)) making.supplied.push({ ...one, place });
  return { type: recordType, keys: record, below: [] };
}

function seriesRecord({ subjects }: SeriesGroup, above: readonly string[], number: number, making: Making): NewRecord {
  const folder = [...above, component('SE', number)];
  const place = `SERIES ${folder.join('/')}`;
  const keys = entityKeys({ type: 'SERIES', keywords: seriesKeys, subjects, number, place }, making);
  const below = subjects.map((subject, index) => instanceRecord(subject, folder, index + 1, making));
  return { type: 'SERIES', keys, below };
}

function studyRecord({ series }: StudyGroup, above: readonly string[], number: number, making: Making): NewRecord {
  const folder = [...above, component('ST', number)];
  const place = `STUDY ${folder.join('/')}`;
  const subjects = series.flatMap((one) => one.subjects);
  const keys = entityKeys({ type: 'STUDY', keywords: studyKeys, subjects, number, place }, making);
  const below = series.map((one, index) => seriesRecord(one, folder, index + 1, making));
  return { type: 'STUDY', keys, below };
}

/** An ID for a patient without one that is nobody else's. */
function freeId(number: number, taken: ReadonlySet<string>): string {
  for (let attempt = number; ; attempt += 1_000_000) if (!taken.has(`UNKNOWN_${attempt}`)) return `UNKNOWN_${attempt}`;
}

function patientRecord({ studies }: PatientGroup, number: number, making: Making): NewRecord {
  const folder = [top, component('PA', number)];
  const place = `PATIENT ${folder.join('/')}`;
  const subjects = studies.flatMap(({ series }) => series.flatMap((one) => one.subjects));
  const patientId = freeId(number, making.patientIds);
  const keys = entityKeys({ type: 'PATIENT', keywords: patientKeys, subjects, number, place, patientId }, making);
  const below = studies.map((one, index) => studyRecord(one, folder, index + 1, making));
  return { type: 'PATIENT', keys, below };
}

/** Records and files of a set, in the order of the groups. */
export function recordsOf(groups: readonly PatientGroup[], others: readonly Subject[], made: Made) {
  const everybody = groups.flatMap(({ studies }) =>
    studies.flatMap(({ series }) => series.flatMap((one) => one.subjects)),
  );
  const patientIds = new Set(everybody.map(({ upper }) => upper.string('PatientID') ?? ''));
  const making: Making = { made, files: [], supplied: [], patientIds };
  const records = [
    ...groups.map((one, index) => patientRecord(one, index + 1, making)),
    ...others.map((one, index) => instanceRecord(one, [top, 'OTHER'], index + 1, making)),
  ];
  return { records, files: making.files, supplied: making.supplied };
}
