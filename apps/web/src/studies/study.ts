// A study as the list and its own page show it.
import { type DicomJson, nameAt, numberAt, textAt, textsAt } from '../dicom-json.ts';
import { ageAtStudy, shownDate, shownTime } from '../format/date-time.ts';
import { type ShownName, shownName } from '../format/person-name.ts';

export interface Study {
  readonly uid: string;
  readonly name: ShownName;
  readonly patientId: string;
  readonly birthDate: string;
  readonly sex: string;
  readonly age: string;
  readonly date: string;
  readonly time: string;
  readonly modalities: readonly string[];
  readonly description: string;
  readonly accession: string;
  readonly referringPhysician: ShownName;
  readonly institution: string;
  readonly series: number;
  readonly instances: number;
}

const sexes: Readonly<Record<string, string>> = { M: 'male', F: 'female', O: 'other' };

/** What QIDO-RS says of one study. PS3.18 Table 10.6.3-3. */
export const readStudy = (dataSet: DicomJson): Study => {
  const birthDate = textAt(dataSet, 'PatientBirthDate');
  const studyDate = textAt(dataSet, 'StudyDate');
  const sex = textAt(dataSet, 'PatientSex').toUpperCase();
  return {
    uid: textAt(dataSet, 'StudyInstanceUID'),
    name: shownName(nameAt(dataSet, 'PatientName')),
    patientId: textAt(dataSet, 'PatientID'),
    birthDate: shownDate(birthDate),
    sex: sexes[sex] ?? sex,
    age: ageAtStudy({ age: textAt(dataSet, 'PatientAge'), birthDate, studyDate }),
    date: shownDate(studyDate),
    time: shownTime(textAt(dataSet, 'StudyTime')),
    modalities: textsAt(dataSet, 'ModalitiesInStudy').filter((modality) => modality !== ''),
    description: textAt(dataSet, 'StudyDescription'),
    accession: textAt(dataSet, 'AccessionNumber'),
    referringPhysician: shownName(nameAt(dataSet, 'ReferringPhysicianName')),
    institution: textAt(dataSet, 'InstitutionName'),
    series: numberAt(dataSet, 'NumberOfStudyRelatedSeries') ?? 0,
    instances: numberAt(dataSet, 'NumberOfStudyRelatedInstances') ?? 0,
  };
};

/** What the server orders studies by, column by column. */
export const columns = {
  name: 'PatientName',
  id: 'PatientID',
  date: 'StudyDate',
  modality: 'ModalitiesInStudy',
  description: 'StudyDescription',
  accession: 'AccessionNumber',
  images: 'NumberOfStudyRelatedInstances',
} as const satisfies Record<string, string>;
export type Column = keyof typeof columns;

export interface Sorting {
  readonly column: Column;
  readonly descending: boolean;
}

/** The order in which the server lists: the newest first. */
export const usualSorting: Sorting = { column: 'date', descending: true };

export const readSorting = (text = ''): Sorting => {
  const column = text.replace(/^-/u, '');
  const known = Object.keys(columns).find((key): key is Column => key === column);
  return known === undefined ? usualSorting : { column: known, descending: text.startsWith('-') };
};

/** Undefined for the usual one, which the address need not say. */
export const writeSorting = ({ column, descending }: Sorting): string | undefined =>
  column === usualSorting.column && descending ? undefined : `${descending ? '-' : ''}${column}`;

/** The `orderby` of the search; undefined where the server orders so by itself. */
export const orderOf = ({ column, descending }: Sorting): string | undefined =>
  column === usualSorting.column && descending ? undefined : `${descending ? '-' : ''}${columns[column]}`;
