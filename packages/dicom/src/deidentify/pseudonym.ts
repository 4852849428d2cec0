// Replacements that are the same each time for who has the secret, and tell nothing to others: UIDs, names, shifted dates.

import { formatDate, formatDateTime, parseDate, parseDateTime } from '../date-time.ts';
import { DicomError } from '../error.ts';
import { newUid } from '../uid/uid.ts';
import { hmacSha256 } from './sha-256.ts';

/** Derives replacements from one secret. */
export interface Pseudonyms {
  /** A UID of 2.25 for a UID: the same for every object that names it. */
  uid(original: string): string;
  /** A short name for a patient. */
  patient(key: string): string;
  /** Whole days to go back, 1 to 3650, the same for all objects of a patient. */
  daysBack(key: string): number;
}

const least = 16;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** @throws DicomError `bad-value` for a secret shorter than 16 bytes */
export function pseudonyms(secret: Uint8Array): Pseudonyms {
  if (secret.length < least)
    throw new DicomError('bad-value', -1, '', `a secret of ${secret.length} bytes; at least ${least}`);
  const digest = (kind: string, text: string): Uint8Array => hmacSha256(secret, bytesOf(`${kind}:${text}`));
  const number = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return {
    uid: (original) => newUid(digest('uid', original).subarray(0, 16)),
    patient: (key) => `P${number(digest('patient', key)).toString(36).toUpperCase().padStart(7, '0')}`,
    daysBack: (key) => 1 + (number(digest('days', key)) % 3650),
  };
}

const day = 86_400_000;

function moved(year: number, month: number, date: number, days: number): { year: number; month: number; day: number } {
  const at = new Date(Date.UTC(2000, month - 1, date));
  at.setUTCFullYear(year);
  const then = new Date(at.getTime() - days * day);
  return { year: Math.max(0, then.getUTCFullYear()), month: then.getUTCMonth() + 1, day: then.getUTCDate() };
}

/** A DA value some days earlier; undefined for one that names no day (a month alone cannot be moved by days). */
export function shiftDate(text: string, days: number): string | undefined {
  const date = parseDate(text);
  if (date?.month === undefined || date.day === undefined || date.doubts.includes('impossible')) return undefined;
  return formatDate(moved(date.year, date.month, date.day, days));
}

/** A DT value some days earlier, its time and offset as they were. */
export function shiftDateTime(text: string, days: number): string | undefined {
  const value = parseDateTime(text);
  if (value?.date.month === undefined || value.date.day === undefined || value.doubts.includes('impossible'))
    return undefined;
  const date = { ...moved(value.date.year, value.date.month, value.date.day, days), doubts: [] };
  return formatDateTime({ ...value, date });
}
