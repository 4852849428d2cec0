// The keys of a query, as they are declared to peers: what the index knows, with the types of PS3.4 C.6.
import type { DataSet } from '@concord/dicom';
import type { KeyDeclaration } from '@concord/network';
import { attributes, levels, uniqueKeys } from './attributes.ts';

/** PS3.4 Tables C.6-1 to C.6-5. */
const required: ReadonlySet<string> = new Set([
  'PatientName',
  'StudyDate',
  'StudyTime',
  'AccessionNumber',
  'StudyID',
  'Modality',
  'SeriesNumber',
  'InstanceNumber',
]);

const unique: ReadonlySet<string> = new Set(Object.values(uniqueKeys));

/** The type that PS3.4 C.6 gives a key. */
export const keyTypeOf = (keyword: string): KeyDeclaration['type'] =>
  unique.has(keyword) ? 'Unique' : required.has(keyword) ? 'Required' : 'Optional';

/** In a query it says in which zone the times of the query are; in an answer, in which zone those of the object are. PS3.4 C.4.1.1.3 */
export const saysOfQuery: ReadonlySet<string> = new Set(['TimezoneOffsetFromUTC']);

/** Names the character set of the answer, where that has characters beyond ASCII; no value of it restricts the search. PS3.4 C.4.1.1.3.2 */
const characterSetKeys = levels.map(
  (level): KeyDeclaration => ({ level, keyword: 'SpecificCharacterSet', type: 'Optional', matched: false }),
);

/** Every answer says by which title its instances are retrieved, asked for or not; no value of it restricts the search. PS3.4 C.4.1.1.3.2 */
const retrievalKeys = levels.map(
  (level): KeyDeclaration => ({ level, keyword: 'RetrieveAETitle', type: 'Optional', matched: false }),
);

/** What the index says of a study holds for everything in it, and is answered at the levels below too. */
const availabilityKeys = (['SERIES', 'IMAGE'] as const).map(
  (level): KeyDeclaration => ({ level, keyword: 'InstanceAvailability', type: 'Optional' }),
);

export const queryKeys: readonly KeyDeclaration[] = [
  ...characterSetKeys,
  ...retrievalKeys,
  ...availabilityKeys,
  ...attributes.map(({ keyword, level }) => ({
    level,
    keyword,
    type: keyTypeOf(keyword),
    ...(saysOfQuery.has(keyword) && { matched: false as const }),
  })),
];

/** Whether a key has a value, or one of its items an attribute that has. */
export function isSaid(keys: DataSet, tag: number): boolean {
  const element = keys.element(tag);
  if (element?.vr !== 'SQ') return (element?.length ?? 0) > 0;
  return keys.items(tag).some((item) => [...item.elements()].some((each) => isSaid(item, each.tag)));
}
