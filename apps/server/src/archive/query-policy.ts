// Where a site wants less than the standard allows a query: nothing that asks for everything, keys that are only returned. PS3.4 C.4.1
import { type DataSet, parseTag } from '@concord/dicom';
import { DatabaseError } from '../database/database.ts';
import type { ArchiveError, Level } from './archive.ts';
import type { InformationModel } from './information-models.ts';

export interface QueryPolicy {
  /** A query at the root of its model none of whose keys of weight has a value: answered, or refused with C001. */
  readonly openQueries?: 'answer' | 'refuse' | undefined;
  /** Keywords or tags of keys that never restrict the answer, whatever value they have. */
  readonly neverMatched?: readonly string[] | undefined;
}

/** Those that restrict enough; a birth date or a sex alone do not. */
const ofPatient = ['PatientID', 'PatientName'] as const;
const ofStudy = [
  ...ofPatient,
  'StudyDate',
  'StudyTime',
  'AccessionNumber',
  'StudyID',
  'StudyInstanceUID',
  'ReferringPhysicianName',
  'StudyDescription',
] as const;

/** Whether a query at the root level of its model says so little that it would match nearly everything that is kept. */
export function isOpen({ levels }: InformationModel, level: Level, identifier: DataSet): boolean {
  const [root] = levels;
  if (level !== root) return false;
  const weighty = root === 'PATIENT' ? ofPatient : ofStudy;
  return !weighty.some((keyword) => identifier.strings(keyword).some((value) => value !== ''));
}

/** The identifier with those keys empty, which is universal matching. PS3.4 C.2.2.2.3 */
export function withoutMatching(identifier: DataSet, neverMatched: readonly string[]): DataSet {
  const tags = neverMatched.flatMap((text) => parseTag(text) ?? []);
  const given = tags.filter((tag) => (identifier.element(tag)?.length ?? 0) > 0);
  if (given.length === 0) return identifier;
  const copy = identifier.clone();
  for (const tag of given) copy.set(tag, null);
  return copy;
}

/** What a query is answered that the index could not carry out: A700 where it lacked room or its turn. PS3.4 Table C.4-1 */
export function searchFailure({ cause }: ArchiveError): { readonly code: 0xa700 | 0xc002; readonly comment: string } {
  if (cause instanceof DatabaseError && (cause.fault === 'full' || cause.fault === 'busy'))
    return { code: 0xa700, comment: cause.fault === 'full' ? 'no space left for the index' : 'the index is locked' };
  return { code: 0xc002, comment: 'the index failed' };
}
