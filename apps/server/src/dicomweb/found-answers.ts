// What a search finds: its answers as they come from the archive, and how many there are beyond its limit. PS3.18 10.6.
import type { DataSet } from '@concord/dicom';
import { completeForWeb, webText } from '../archive/answer-texts.ts';
import { ArchiveError, type WebForm } from '../archive/archive.ts';
import { findInZone } from '../archive/find-in-zone.ts';
import type { Zone } from '../settings/time-zones.ts';
import { HttpProblem } from '../web/problem.ts';
import type { DicomwebParts } from './parts.ts';
import type { Search } from './search-parameters.ts';

/** Answers that are gathered before the first is sent, so that a small result has its length and its warning. */
const gathered = 1000;

/** Some answers at a time; at the end it may be known how many there are without limit and offset. */
export type Pages<Answer> = AsyncGenerator<Iterable<Answer>, number | undefined>;

export interface Found<Answer> {
  readonly first: readonly Answer[];
  /** What follows the first ones; undefined where they are all. Left before its end it has to be returned. */
  readonly rest: Pages<Answer> | undefined;
  /** Without limit and offset; undefined where that was not found out on the way. */
  readonly total: number | undefined;
}

const optionsOf = ({ matching, orderBy }: Search) => ({ ...matching, relational: true, ...(orderBy && { orderBy }) });

/** A limit of 0 is a question for the number of answers only: the archive would take it for no limit. */
const isEmpty = ({ limit, matchesNothing }: Search): boolean => limit === 0 || matchesNothing;

/** Answers as texts of the DICOM JSON model. */
export async function* textsOf(search: Search, form: WebForm, parts: DicomwebParts): Pages<string> {
  const { level, keys, limit, offset, isZoned } = search;
  if (isEmpty(search)) return undefined;
  if (!isZoned) return yield* parts.archive.findTexts(level, keys, { ...optionsOf(search), limit, offset, form });
  for await (const answer of pageInZone(search, parts)) yield [webText(completeForWeb(answer, level, form))];
  return undefined;
}

export async function* dataSetsOf(search: Search, form: WebForm, parts: DicomwebParts): Pages<DataSet> {
  const { level, keys, limit, offset, isZoned } = search;
  if (isEmpty(search)) return undefined;
  const found = isZoned
    ? pageInZone(search, parts)
    : parts.archive.find(level, keys, { ...optionsOf(search), limit, offset });
  for await (const answer of found) yield [completeForWeb(answer, level, form)];
  return undefined;
}

/** Answers whose moments, told in the zone of the query, match. PS3.18 8.3.4.1.1. */
const inZone = (search: Search, { archive, zone = utc }: DicomwebParts) =>
  findInZone(archive, search.level, search.keys, { ...optionsOf(search), zone, constants: {} });

const utc: Zone = { offsetAt: () => 0 };

async function* pageInZone(search: Search, parts: DicomwebParts): AsyncGenerator<DataSet, void> {
  let count = 0;
  for await (const answer of inZone(search, parts)) {
    count += 1;
    if (count > search.offset) yield answer;
    if (count === search.offset + search.limit) return;
  }
}

/** @throws HttpProblem invalid-parameter where the index cannot carry it out */
export const gather = async <Answer>(pages: Pages<Answer>): Promise<Found<Answer>> => {
  const first: Answer[] = [];
  while (first.length < gathered) {
    const next = await pages.next().catch(refuse);
    if (next.done) return { first, rest: undefined, total: next.value };
    first.push(...next.value);
  }
  return { first, rest: pages, total: undefined };
};

const refuse = (error: unknown): never => {
  if (error instanceof ArchiveError && error.fault === 'keys-refused') {
    throw new HttpProblem('invalid-parameter', error.message, { cause: error });
  }
  throw error;
};

export async function* all<Answer>({ first, rest }: Found<Answer>): AsyncGenerator<Answer, void> {
  yield* first;
  if (rest) for await (const answers of rest) yield* answers;
}

/** How many answers there are beyond the limit: counted only where the limit was reached. */
export const countRemaining = async (
  search: Search,
  { first, rest, total }: Found<unknown>,
  parts: DicomwebParts,
): Promise<number> => {
  const { level, keys, limit, offset, isZoned, matchesNothing } = search;
  if (matchesNothing) return 0;
  if (rest === undefined && first.length < limit) return 0;
  if (total !== undefined) return total - offset - limit;
  if (isZoned) {
    let count = 0;
    for await (const _answer of inZone(search, parts)) count += 1;
    return count - offset - limit;
  }
  return (await parts.archive.count(level, keys, optionsOf(search))) - offset - limit;
};
