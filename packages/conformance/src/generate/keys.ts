// The keys of a query as the statement lists them: how each is matched follows from its VR. PS3.4 C.2.2.2.
import { describeTag, tagOf } from '@concord/dicom';
import type { KeyDeclaration } from '@concord/network';
import type { QueryKey } from '../model/activity.ts';
import { attributeNamed } from './names.ts';

type Matching = QueryKey['matching'];

const matchingOfText: Matching = ['single value', 'universal', 'wildcard'];
const matchingOfRange: Matching = ['single value', 'universal', 'range'];
const matchingOfNumber: Matching = ['single value', 'universal'];
const matchingByVr: Readonly<Record<string, Matching>> = {
  UI: ['single value', 'universal', 'list of UID'],
  DA: matchingOfRange,
  TM: matchingOfRange,
  DT: matchingOfRange,
  SQ: ['sequence', 'universal'],
};
const textual = new Set(['AE', 'CS', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UR', 'UT']);

/** Rows of the query's key table. */
export const queryKeys = (keys: readonly KeyDeclaration[]): QueryKey[] =>
  keys.map(({ level, keyword, type }) => {
    const vr = describeTag(tagOf(keyword))?.vr[0] ?? 'UN';
    return {
      level,
      ...attributeNamed(keyword),
      type,
      matching: matchingByVr[vr] ?? (textual.has(vr) ? matchingOfText : matchingOfNumber),
      returned: true,
    };
  });
