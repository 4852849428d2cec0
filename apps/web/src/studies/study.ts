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

/** What a study is sorted by, column by column. */
export const sortKeys = {
  name: ({ name }: Study) => name.main ?? '',
  id: ({ patientId }: Study) => patientId,
  date: ({ date, time }: Study) => `${date} ${time}`,
  modality: ({ modalities }: Study) => modalities.join(),
  description: ({ description }: Study) => description,
  accession: ({ accession }: Study) => accession,
  images: ({ instances }: Study) => instances,
} as const satisfies Record<string, (study: Study) => string | number>;
export type Column = keyof typeof sortKeys;

export interface Sorting {
  readonly column: Column;
  readonly descending: boolean;
}

/** The order in which the server lists: the newest first. */
export const usualSorting: Sorting = { column: 'date', descending: true };

export const readSorting = (text = ''): Sorting => {
  const column = text.replace(/^-/u, '');
  const known = Object.keys(sortKeys).find((key): key is Column => key === column);
  return known === undefined ? usualSorting : { column: known, descending: text.startsWith('-') };
};

/** Undefined for the usual one, which the address need not say. */
export const writeSorting = ({ column, descending }: Sorting): string | undefined =>
  column === usualSorting.column && descending ? undefined : `${descending ? '-' : ''}${column}`;

const compareTexts = new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare;

/** Sorted; what has no value comes last either way, and equals stay in the order they came. */
export const sortStudies = (studies: readonly Study[], { column, descending }: Sorting): readonly Study[] => {
  const direction = descending ? -1 : 1;
  return studies.toSorted((one, other) => {
    const [a, b] = [sortKeys[column](one), sortKeys[column](other)];
    if (a === b) return 0;
    if (a === '' || b === '') return a === '' ? 1 : -1;
    return direction * (typeof a === 'number' && typeof b === 'number' ? a - b : compareTexts(String(a), String(b)));
  });
};
