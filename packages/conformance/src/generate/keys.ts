// The keys of a query as the statement lists them: how each is matched follows from its VR. PS3.4 C.2.2.2.
import { describeTag, tagOf } from '@concord/dicom';
import { type KeyDeclaration, queryRetrieveSopClasses } from '@concord/network';
import type { QueryKey } from '../model/activity.ts';
import { attributeNamed } from './names.ts';

type Matching = QueryKey['matching'];

const matchingOfText: Matching = ['single value', 'universal', 'wildcard'];
const matchingOfRange: Matching = ['single value', 'universal', 'range'];
const matchingOfNumber: Matching = ['single value', 'universal'];
/** Beyond PS3.4 C.2.2.2.4: numbers that are text take wildcards as text does. */
const matchingOfNumberText: Matching = ['single value', 'universal', 'wildcard'];
const matchingByVr: Readonly<Record<string, Matching>> = {
  UI: ['single value', 'universal', 'list of UID'],
  DA: matchingOfRange,
  TM: matchingOfRange,
  DT: matchingOfRange,
  IS: matchingOfNumberText,
  DS: matchingOfNumberText,
  SQ: ['sequence', 'universal'],
};
const textual = new Set(['AE', 'CS', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UR', 'UT']);

const { studyRootFind, patientStudyOnlyFind } = queryRetrieveSopClasses;

/** The level of a key in a model: the Study Root has no PATIENT level, the Patient/Study Only model ends at STUDY. PS3.4 C.6 */
function levelIn(sopClass: string | undefined, level: string): string | undefined {
  if (sopClass === studyRootFind && level === 'PATIENT') return 'STUDY';
  if (sopClass === patientStudyOnlyFind && (level === 'SERIES' || level === 'IMAGE')) return undefined;
  return level;
}

/** Rows of the key table of a query; of one information model where it is named. */
export function queryKeys(keys: readonly KeyDeclaration[], sopClass?: string): QueryKey[] {
  const seen = new Set<string>();
  return keys.flatMap(({ level: declared, keyword, type, matched }) => {
    const level = levelIn(sopClass, declared);
    if (level === undefined || seen.has(`${level} ${keyword}`)) return [];
    seen.add(`${level} ${keyword}`);
    const vr = describeTag(tagOf(keyword))?.vr[0] ?? 'UN';
    return {
      level,
      ...attributeNamed(keyword),
      type,
      matching:
        matched === false ? ['universal'] : (matchingByVr[vr] ?? (textual.has(vr) ? matchingOfText : matchingOfNumber)),
      returned: true,
    };
  });
}
