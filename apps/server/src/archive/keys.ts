// The keys of a query, as they are declared to peers: what the index knows, with the types of PS3.4 C.6.
import type { KeyDeclaration } from '@concord/network';
import { attributes, uniqueKeys } from './attributes.ts';

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

export const queryKeys: readonly KeyDeclaration[] = attributes.map(({ keyword, level }) => ({
  level,
  keyword,
  type: keyTypeOf(keyword),
}));
