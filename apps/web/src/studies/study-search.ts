// What is looked for: the search as it stands in the page's address, and as QIDO-RS is asked. PS3.18 8.3.4, 10.6.
import { dicomDate } from '../format/date-time.ts';
import { type JsonObject, textOf } from '../json.ts';
import { orderOf, readSorting } from './study.ts';

/** The search of the studies page; what is not looked for is absent, so that addresses stay short. */
export interface StudySearch {
  readonly name?: string;
  readonly id?: string;
  readonly accession?: string;
  readonly description?: string;
  readonly modality?: string;
  /** A preset of `datePresets`, or `YYYY-MM-DD..YYYY-MM-DD` with either side open. */
  readonly date?: string;
  /** A column, with `-` before it for descending. */
  readonly sort?: string;
  /** From 1. */
  readonly page?: number;
}

const texts = ['name', 'id', 'accession', 'description', 'modality', 'date', 'sort'] as const;
export type TextKey = (typeof texts)[number];
const longest = 128;

/** The search that an address means; what it does not understand is left out. */
export const readStudySearch = (query: JsonObject): StudySearch => {
  const found: Partial<Record<TextKey, string>> = {};
  for (const key of texts) {
    const text = textOf(query, key).trim().slice(0, longest);
    if (text !== '') found[key] = text;
  }
  const page = Number(textOf(query, 'page'));
  return { ...found, ...(Number.isInteger(page) && page > 1 && page < 1_000_000 ? { page } : {}) };
};

/** True where something narrows the list. */
export const isNarrowed = ({ sort: _sort, page: _page, ...filters }: StudySearch): boolean =>
  Object.values(filters).some((value) => value !== undefined && value !== '');

export const datePresets = {
  today: { label: 'Today', days: [0, 0] },
  yesterday: { label: 'Yesterday', days: [1, 1] },
  week: { label: 'Last 7 days', days: [6, 0] },
  month: { label: 'Last 30 days', days: [29, 0] },
  year: { label: 'Last 12 months', days: [364, 0] },
} as const satisfies Record<string, { label: string; days: readonly [number, number] }>;
export type DatePreset = keyof typeof datePresets;

export const isDatePreset = (text: string): text is DatePreset => Object.hasOwn(datePresets, text);

const daysBefore = (now: Date, days: number): string =>
  dicomDate(new Date(now.getFullYear(), now.getMonth(), now.getDate() - days));

const day = /^\d{4}-\d{2}-\d{2}$/u;

/** The two ends of a range as it stands in the address, '' for an open end; undefined where it is none. */
export const rangeEnds = (text: string): readonly [string, string] | undefined => {
  const [from = '', to = '', ...more] = text.split('..');
  if (!text.includes('..') || more.length > 0 || (from === '' && to === '')) return undefined;
  return [from, to].every((end) => end === '' || day.test(end)) ? [from, to] : undefined;
};

/** Range matching (PS3.4 C.2.2.2.5) for a preset or range; undefined where the text is neither. */
export const dateRange = (text: string, now: Date): string | undefined => {
  if (isDatePreset(text)) {
    const [first, last] = datePresets[text].days;
    const [from, to] = [daysBefore(now, first), daysBefore(now, last)];
    return from === to ? from : `${from}-${to}`;
  }
  return rangeEnds(text)
    ?.map((end) => end.replaceAll('-', ''))
    .join('-');
};

/** Text that may stand anywhere; who writes `*` or `?` has said where. A backslash would make it two values. */
export const anywhere = (text: string): string => {
  const plain = text.replaceAll('\\', ' ').trim();
  return /[*?]/u.test(plain) ? plain : `*${plain}*`;
};

/** A name as people write it, `doe, jane` or `doe jane`: its parts in that order, with anything between them. */
export const namePattern = (text: string): string => {
  const parts = text.split(/[\s,^=\\]+/u).filter((part) => part !== '');
  return /[*?]/u.test(text) ? parts.join('*') : `*${parts.join('*')}*`;
};

const matching = ({ name, id, accession, description, modality, date }: StudySearch, now: Date) => {
  const range = date === undefined ? undefined : dateRange(date, now);
  return {
    ...(name === undefined ? {} : { PatientName: namePattern(name) }),
    ...(id === undefined ? {} : { PatientID: anywhere(id) }),
    ...(accession === undefined ? {} : { AccessionNumber: anywhere(accession) }),
    ...(description === undefined ? {} : { StudyDescription: anywhere(description) }),
    ...(modality === undefined ? {} : { ModalitiesInStudy: modality.toUpperCase() }),
    ...(range === undefined ? {} : { StudyDate: range }),
  };
};

const fields = ['StudyDescription', 'PatientAge', 'InstitutionName'];

/** The address of QIDO-RS for `limit` studies after the first `offset`. */
export const studiesAddress = (
  search: StudySearch,
  { limit, offset, now }: { limit: number; offset: number; now: Date },
): string => {
  const orderby = orderOf(readSorting(search.sort));
  const query = new URLSearchParams({
    ...matching(search, now),
    ...(orderby && { orderby }),
    includefield: fields.join(','),
    limit: String(limit),
    offset: String(offset),
  });
  return `/dicom-web/studies?${query}`;
};
