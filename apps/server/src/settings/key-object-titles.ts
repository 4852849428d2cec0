// Titles of key object selections that a site adds to those of the standard: one entry of `keyObjectTitles`. PS3.16 CID 7010
import { isUid } from '@concord/dicom';
import { standardTitles } from '../key-objects/titles.ts';
import { BadValue, readFields } from './kinds.ts';

export interface OwnTitle {
  /** Up to 16 characters. */
  readonly code: string;
  /** Up to 64 characters. */
  readonly meaning: string;
  readonly definition?: string;
  /** YYYY-MM-DD, or a moment in UTC such as 2026-08-30T07:05:00Z. */
  readonly added: string;
  /** The same: no document gets it from then on; it stays in the list for those that have it. */
  readonly retired?: string;
}

const readText = (name: string, value: unknown, most: number): string => {
  if (
    typeof value !== 'string' ||
    value.trim() !== value ||
    value === '' ||
    value.length > most ||
    /[\p{Cc}\\]/u.test(value)
  )
    throw new BadValue(`${name} must be 1 to ${most} printable characters without backslash`);
  return value;
};

const readMoment = (name: string, value: unknown): string => {
  const [, day, time = 'T00:00:00Z'] =
    (typeof value === 'string' && /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}:\d{2}Z)?$/.exec(value)) || [];
  if (typeof value !== 'string' || new Date(`${day}${time}`).toJSON()?.replace('.000', '') !== `${day}${time}`)
    throw new BadValue(`${name} must be a day such as 2026-08-30 or a moment such as 2026-08-30T07:05:00Z`);
  return value;
};

/** Throws BadValue. */
export const readOwnTitle = (value: unknown): OwnTitle => {
  const fields = readFields(value, ['code', 'meaning', 'definition', 'added', 'retired']);
  const code = readText('code', fields.get('code'), 16);
  if (standardTitles.some((title) => title.value === code)) throw new BadValue(`${code} is a code of the standard`);
  const [definition, retired] = [fields.get('definition'), fields.get('retired')];
  return {
    code,
    meaning: readText('meaning', fields.get('meaning'), 64),
    ...(definition !== undefined && { definition: readText('definition', definition, 1000) }),
    added: readMoment('added', fields.get('added')),
    ...(retired !== undefined && { retired: readMoment('retired', retired) }),
  };
};

/** A private coding scheme begins with 99. PS3.16 8.2; throws BadValue. */
export const readCodingScheme = (value: unknown): string => {
  if (typeof value !== 'string' || !/^99[A-Z0-9_]{1,14}$/.test(value))
    throw new BadValue(`must be 99 and up to 14 capitals, digits and _, not ${JSON.stringify(value)}`);
  return value;
};

/** Throws BadValue. */
export const readCreator = (value: unknown): string => {
  if (typeof value !== 'string' || !isUid(value) || value.startsWith('1.2.840.10008.'))
    throw new BadValue(`must be a UID of your organization, not ${JSON.stringify(value)}`);
  return value;
};
