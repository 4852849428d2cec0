// A file-set as a person looks at it: patients, studies, series, instances. PS3.3 F.4, PS3.10 8
import { DataSet } from '@concord/dicom';
import type { MediaFinding } from './error.ts';

/** One file of the set. Texts that are absent are ''. */
export interface InstanceEntry {
  /** `IMAGE`, `SR DOCUMENT`, ... PS3.3 Table F.3-3 */
  readonly recordType: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** As the record says, components joined by `/`; in a scan the path. */
  readonly fileId: string;
  /** Where it lies on the medium; undefined where it does not. */
  readonly path: string | undefined;
  readonly keys: DataSet;
}

export interface SeriesEntry {
  readonly seriesInstanceUid: string;
  readonly modality: string;
  readonly keys: DataSet;
  readonly instances: readonly InstanceEntry[];
}

export interface StudyEntry {
  readonly studyInstanceUid: string;
  readonly keys: DataSet;
  readonly series: readonly SeriesEntry[];
}

export interface PatientEntry {
  readonly patientId: string;
  readonly patientName: string;
  readonly keys: DataSet;
  readonly studies: readonly StudyEntry[];
}

/** What a medium holds. */
export interface FileSet {
  /** Where it is known from: the DICOMDIR, or every file that was looked at. */
  readonly from: 'directory' | 'files';
  /** '' for files without a directory. */
  readonly fileSetId: string;
  readonly fileSetUid: string;
  readonly patients: readonly PatientEntry[];
  /** Files of no series: hanging protocols, and records at a level where they cannot stand. */
  readonly others: readonly InstanceEntry[];
  /** Files of records that are private or of no known type: nobody reads them. */
  readonly passedOver: readonly string[];
  /** Files that no record names; of a scan those that are no DICOM instances. */
  readonly unreferenced: readonly string[];
  readonly findings: readonly MediaFinding[];
}

/** Every instance that can be read, those of no series last. */
export function* instancesOf({ patients, others }: FileSet): Generator<InstanceEntry, void> {
  for (const { studies } of patients)
    for (const { series } of studies) for (const { instances } of series) yield* instances;
  yield* others;
}

interface Series extends SeriesEntry {
  readonly instances: InstanceEntry[];
}
interface Study extends StudyEntry {
  readonly series: Series[];
}
interface Patient extends PatientEntry {
  readonly studies: Study[];
}

/** Where a record stands: what is open around it. */
export interface Around {
  readonly patient?: Patient;
  readonly study?: Study;
  readonly series?: Series;
}

/** Puts a file-set together, entity by entity. */
export interface Assembly {
  readonly patients: readonly Patient[];
  openPatient(keys: DataSet): Around;
  openStudy(keys: DataSet, around: Around): Around;
  openSeries(keys: DataSet, around: Around): Around;
}

/** Entities that should be around a record and are not are made, without keys. */
export function startAssembly(): Assembly {
  const patients: Patient[] = [];
  const text = (keys: DataSet, keyword: string): string => keys.string(keyword) ?? '';
  const openPatient = (keys: DataSet) => {
    const patient: Patient = {
      patientId: text(keys, 'PatientID'),
      patientName: text(keys, 'PatientName'),
      keys,
      studies: [],
    };
    patients.push(patient);
    return { patient };
  };
  const openStudy = (keys: DataSet, around: Around) => {
    const { patient } = around.patient ? { patient: around.patient } : openPatient(new DataSet());
    const studyInstanceUid = text(keys, 'StudyInstanceUID') || text(keys, 'ReferencedSOPInstanceUIDInFile');
    const study: Study = { studyInstanceUid, keys, series: [] };
    patient.studies.push(study);
    return { patient, study };
  };
  const openSeries = (keys: DataSet, around: Around) => {
    const { patient, study } = around.study ? { ...around, study: around.study } : openStudy(new DataSet(), around);
    const series: Series = {
      seriesInstanceUid: text(keys, 'SeriesInstanceUID'),
      modality: text(keys, 'Modality'),
      keys,
      instances: [],
    };
    study.series.push(series);
    return { ...(patient && { patient }), study, series };
  };
  return { patients, openPatient, openStudy, openSeries };
}
