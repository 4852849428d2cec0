// Instances sorted into patients, studies and series, in an order that follows from themselves alone. PS3.3 F.4

import { standsAtRoot } from './record-types.ts';
import type { Subject } from './subject.ts';

export interface SeriesGroup {
  readonly subjects: readonly Subject[];
}
export interface StudyGroup {
  readonly series: readonly SeriesGroup[];
}
export interface PatientGroup {
  readonly studies: readonly StudyGroup[];
}

type Key = (subject: Subject) => string;

const upper =
  (...keywords: readonly string[]): Key =>
  ({ upper: keys }) =>
    keywords.map((keyword) => keys.string(keyword) ?? '').join('\n');

/** One patient for each Patient ID; without one nothing says that two studies are of one patient. */
const patientOf: Key = (subject) => {
  const id = upper('PatientID')(subject);
  return id === '' ? `\n${upper('StudyInstanceUID')(subject)}` : id;
};

/** Numbers in their order, and before the UID that settles equal ones. */
const numbered = (number: number | undefined, uid: string): string =>
  `${String((number ?? 0) + 2 ** 33).padStart(12, '0')}\n${uid}`;

const studyOrder = upper('StudyDate', 'StudyTime', 'StudyInstanceUID');
const seriesOrder: Key = ({ upper: keys }) =>
  numbered(keys.number('SeriesNumber'), keys.string('SeriesInstanceUID') ?? '');
const instanceOrder: Key = ({ record, sopInstanceUid }) => numbered(record.number('InstanceNumber'), sopInstanceUid);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const sorted = (subjects: readonly Subject[], order: Key): readonly Subject[] =>
  subjects
    .map((subject) => ({ subject, key: order(subject) }))
    .sort((one, other) => compare(one.key, other.key))
    .map(({ subject }) => subject);

/** Groups of one key each, by the order of their first members. */
const grouped = (subjects: readonly Subject[], key: Key, order: Key): readonly (readonly Subject[])[] => [
  ...Map.groupBy(sorted(subjects, order), key).values(),
];

/** Patients with all below them, and the instances of no patient. */
export function groupSubjects(subjects: readonly Subject[]): {
  readonly groups: readonly PatientGroup[];
  readonly others: readonly Subject[];
} {
  const others = sorted(
    subjects.filter(({ recordType }) => standsAtRoot(recordType)),
    ({ recordType, sopInstanceUid }) => `${recordType}\n${sopInstanceUid}`,
  );
  const placed = subjects.filter(({ recordType }) => !standsAtRoot(recordType));
  const groups = grouped(placed, patientOf, patientOf).map((ofPatient) => ({
    studies: grouped(ofPatient, upper('StudyInstanceUID'), studyOrder).map((ofStudy) => ({
      series: grouped(ofStudy, upper('SeriesInstanceUID'), seriesOrder).map((ofSeries) => ({
        subjects: sorted(ofSeries, instanceOrder),
      })),
    })),
  }));
  return { groups, others };
}
