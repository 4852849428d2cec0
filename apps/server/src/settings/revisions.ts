// The revision history that the conformance statement prints: one entry of `documentRevisions`. PS3.2 A.3.1
import { BadValue, readFields } from './kinds.ts';

export interface ConfiguredRevision {
  /** Of the document. */
  readonly version: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly author?: string;
  readonly text: string;
}

const mostText = 1000;

const readText = (name: string, value: unknown, most: number): string => {
  if (typeof value !== 'string' || value === '' || value.length > most || /\p{Cc}/u.test(value))
    throw new BadValue(`${name} must be 1 to ${most} printable characters`);
  return value;
};

/** A day of the calendar, not only eight digits. */
const isDay = (text: unknown): text is string =>
  typeof text === 'string' &&
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;

/** Throws BadValue. */
export const readRevision = (value: unknown): ConfiguredRevision => {
  const fields = readFields(value, ['version', 'date', 'author', 'text']);
  const date = fields.get('date');
  if (!isDay(date)) throw new BadValue(`date must be a day such as 2026-08-30, not ${JSON.stringify(date)}`);
  const author = fields.get('author');
  return {
    version: readText('version', fields.get('version'), 64),
    date,
    ...(author !== undefined && { author: readText('author', author, 64) }),
    text: readText('text', fields.get('text'), mostText),
  };
};
