// The contents of a medium as patients, studies, series and instances, each with a name to choose it by. PS3.10 7, PS3.3 F.5.
import type { FileSet, InstanceEntry, PatientEntry, SeriesEntry, StudyEntry } from '@concord/media';
import { MediaRefusal } from './media-refusal.ts';

/** A branch of the medium: its place among its brothers, level by level, as in `0.2.1`; `others.3` is an object of no series. */
export type Item = string;

export interface SeriesContents {
  readonly item: Item;
  readonly seriesInstanceUid: string;
  readonly modality: string;
  readonly number: string;
  readonly description: string;
  readonly instances: number;
}

export interface StudyContents {
  readonly item: Item;
  readonly studyInstanceUid: string;
  readonly date: string;
  readonly time: string;
  readonly description: string;
  readonly accessionNumber: string;
  readonly series: readonly SeriesContents[];
}

export interface PatientContents {
  readonly item: Item;
  readonly name: string;
  readonly patientId: string;
  readonly birthDate: string;
  readonly sex: string;
  readonly studies: readonly StudyContents[];
}

export interface InstanceContents {
  readonly item: Item;
  readonly recordType: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly number: string;
  readonly file: string;
  /** False: the directory names it, and the medium does not have it. */
  readonly isThere: boolean;
}

const others = 'others';

const contentsOfSeries = (item: Item, { seriesInstanceUid, modality, keys, instances }: SeriesEntry) => ({
  ...{ item, seriesInstanceUid, modality },
  number: keys.string('SeriesNumber') ?? '',
  description: keys.string('SeriesDescription') ?? '',
  instances: instances.length,
});

const contentsOfStudy = (item: Item, { studyInstanceUid, keys, series }: StudyEntry): StudyContents => ({
  ...{ item, studyInstanceUid },
  date: keys.string('StudyDate') ?? '',
  time: keys.string('StudyTime') ?? '',
  description: keys.string('StudyDescription') ?? '',
  accessionNumber: keys.string('AccessionNumber') ?? '',
  series: series.map((each, at) => contentsOfSeries(`${item}.${at}`, each)),
});

const contentsOfPatient = (item: Item, { patientId, patientName, keys, studies }: PatientEntry): PatientContents => ({
  ...{ item, name: patientName, patientId },
  birthDate: keys.string('PatientBirthDate') ?? '',
  sex: keys.string('PatientSex') ?? '',
  studies: studies.map((each, at) => contentsOfStudy(`${item}.${at}`, each)),
});

/** All but the single instances. */
export const patientsOf = ({ patients }: FileSet): readonly PatientContents[] =>
  patients.map((patient, at) => contentsOfPatient(String(at), patient));

const contentsOfInstance = (item: Item, entry: InstanceEntry): InstanceContents => ({
  item,
  recordType: entry.recordType,
  sopClassUid: entry.sopClassUid,
  sopInstanceUid: entry.sopInstanceUid,
  transferSyntaxUid: entry.transferSyntaxUid,
  number: entry.keys.string('InstanceNumber') ?? '',
  file: entry.fileId || (entry.path ?? ''),
  isThere: entry.path !== undefined,
});

/** Those of a series, or `others`. Throws MediaRefusal 'nothing-chosen'. */
export function instancesIn(fileSet: FileSet, item: Item): readonly InstanceContents[] {
  const branch = item === others ? fileSet.others : seriesAt(fileSet, item)?.instances;
  if (!branch) throw new MediaRefusal('nothing-chosen', item.slice(0, 80));
  return branch.map((entry, at) => contentsOfInstance(`${item}.${at}`, entry));
}

const seriesAt = ({ patients }: FileSet, item: Item): SeriesEntry | undefined => {
  const [patient = '', study = '', series = '', ...more] = item.split('.');
  if (more.length > 0 || ![patient, study, series].every((part) => /^\d{1,6}$/u.test(part))) return undefined;
  return patients[Number(patient)]?.studies[Number(study)]?.series[Number(series)];
};

/** Every instance with its item, in the order of the medium. */
function* everyInstance(fileSet: FileSet): Generator<readonly [Item, InstanceEntry]> {
  for (const [p, { studies }] of fileSet.patients.entries())
    for (const [s, { series }] of studies.entries())
      for (const [e, { instances }] of series.entries())
        for (const [i, entry] of instances.entries()) yield [`${p}.${s}.${e}.${i}`, entry];
  for (const [i, entry] of fileSet.others.entries()) yield [`${others}.${i}`, entry];
}

/** The instances of the chosen branches, each once; of the whole medium where none is named. Throws MediaRefusal 'nothing-chosen'. */
export function chosenInstances(fileSet: FileSet, items: readonly Item[]): readonly InstanceEntry[] {
  const wanted = new Set(items);
  const isWanted = (item: Item): boolean => {
    if (wanted.size === 0 || wanted.has(item)) return true;
    for (let at = item.lastIndexOf('.'); at > 0; at = item.lastIndexOf('.', at - 1))
      if (wanted.has(item.slice(0, at))) return true;
    return false;
  };
  const found = [...everyInstance(fileSet)].filter(([item]) => isWanted(item)).map(([, entry]) => entry);
  if (found.length === 0) throw new MediaRefusal('nothing-chosen', items.slice(0, 3).join(', ').slice(0, 80));
  return found;
}
