// Keys on their way from an instance into a directory record. PS3.3 F.5
import { DataSet } from '@concord/dicom';
import type { ProfileKey } from './application-profiles.ts';
import { keysOf } from './record-types.ts';

const keywordsOf = (type: string): readonly string[] =>
  keysOf(type)
    .filter(({ type: need }) => need !== '3')
    .map(({ keyword }) => keyword);

/** Keys of the three records above an instance, with those that people look for. */
export const patientKeys: readonly string[] = [...keywordsOf('PATIENT'), 'PatientBirthDate', 'PatientSex'];
export const studyKeys: readonly string[] = keywordsOf('STUDY');
export const seriesKeys: readonly string[] = [...keywordsOf('SERIES'), 'SeriesDescription'];

/** Whether an attribute is there with a value. */
export const hasValue = (dataSet: DataSet, keyword: string): boolean =>
  dataSet.items(keyword).length > 0 || dataSet.string(keyword) !== undefined;

const binary = new Set(['US', 'SS', 'UL', 'SL', 'FL', 'FD']);

/** Copies one attribute, with its value where it has one; text comes out in the character set that holds there. */
export function copyKey(from: DataSet, to: DataSet, keyword: string): void {
  const element = from.element(keyword);
  if (!element || element.reference) return;
  if (element.vr === 'SQ') to.set(keyword, from.items(keyword));
  else if (element.vr === 'UV' || element.vr === 'SV') to.set(keyword, from.bigints(keyword), element.vr);
  else if (binary.has(element.vr)) to.set(keyword, from.numbers(keyword), element.vr);
  else to.set(keyword, from.strings(keyword), element.vr === 'UN' ? undefined : element.vr);
}

/** A data set with nothing but the character set of another, where that has one. */
export function inCharacterSetOf(from: DataSet): DataSet {
  const keys = new DataSet();
  const terms = from.specificCharacterSet;
  if (terms.length > 0) keys.set('SpecificCharacterSet', terms);
  return keys;
}

/** A data set of these attributes, as far as they are there; without sequences, which would keep the whole header in memory. */
export function copyKeys(from: DataSet, keywords: readonly string[]): DataSet {
  const keys = inCharacterSetOf(from);
  for (const keyword of keywords) if (from.element(keyword)?.vr !== 'SQ') copyKey(from, keys, keyword);
  return keys;
}

/** The functional groups that all frames share, and what lies in them. PS3.3 C.7.6.16 */
function* sharedGroups(header: DataSet): Generator<DataSet> {
  const [shared] = header.items('SharedFunctionalGroupsSequence');
  if (!shared) return;
  yield shared;
  for (const { tag, vr } of shared.elements()) if (vr === 'SQ') yield* shared.items(tag);
}

/** The data set in which an instance has the value of a profile's key; undefined where it has none. */
export function placeOfKey(header: DataSet, { keyword, from }: ProfileKey): DataSet | undefined {
  if (hasValue(header, keyword)) return header;
  return from === 'groups' ? sharedGroups(header).find((group) => hasValue(group, keyword)) : undefined;
}
