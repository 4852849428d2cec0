// QIDO-RS: the Search transaction. PS3.18 10.6.
import { type DataSet, toXml } from '@concord/dicom';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ArchiveError } from '../archive/archive.ts';
import { findInZone } from '../archive/find-in-zone.ts';
import type { Zone } from '../settings/time-zones.ts';
import { baseUrl } from '../web/base-url.ts';
import { HttpProblem } from '../web/problem.ts';
import { acceptanceOf, choose } from './acceptance.ts';
import { sendMultipart, sendSingle } from './answer.ts';
import { jsonArray } from './json-array.ts';
import { modelJsonTexts } from './model-json.ts';
import type { OutgoingPart } from './multipart.ts';
import type { DicomwebParts } from './parts.ts';
import { parseQuery } from './query.ts';
import { parseSearch, type Search, type SearchLevel } from './search-parameters.ts';
import { targetOf } from './target.ts';
import { warn, warnOfIgnored } from './warning.ts';

const offers = [
  { mediaType: 'application/dicom+json', defaultFor: 'category', packaging: 'single' },
  { mediaType: 'application/dicom+xml', packaging: 'multipart' },
] as const;

/** Answers that are gathered before the first is sent, so that a small result has its length and its warning. */
const gathered = 1000;

interface Found {
  readonly search: Search;
  /** The address of the service. */
  readonly service: string;
  readonly first: readonly DataSet[];
  /** What follows the first ones; undefined where they are all. */
  readonly rest: AsyncIterator<DataSet> | undefined;
}

/** Searches for studies, series or instances; an empty result is 200 with an empty list (decision 0021). */
export const search =
  (level: SearchLevel) => async (request: FastifyRequest, reply: FastifyReply, parts: DicomwebParts) => {
    const query = parseQuery(request.url);
    const exchange = { request, reply, parts };
    const wanted = parseSearch(query, level, targetOf(request));
    warnOfIgnored(exchange, wanted.ignored);
    const { offer } = choose(acceptanceOf(request, query), offers, ['single', 'multipart']);
    const found = await gather(wanted, `${baseUrl(request, parts.publicUrl)}/dicom-web`, parts);
    const remaining = await countRemaining(found, parts);
    if (remaining > 0) warn(exchange, more(remaining));
    reply.header('cache-control', 'no-store');
    return offer.mediaType === 'application/dicom+json'
      ? sendJson(request, reply, found)
      : sendMultipart(request, reply, { type: offer.mediaType, parts: xmlParts(all(found)) });
  };

/** A limit of 0 is a question for the number of answers only: the archive would take it for no limit. */
const gather = async (search: Search, service: string, parts: DicomwebParts): Promise<Found> => {
  const first: DataSet[] = [];
  if (search.limit === 0 || search.matchesNothing) return { search, service, first, rest: undefined };
  const { limit, offset, matching, level, keys, orderBy, isZoned } = search;
  const options = { ...matching, limit, offset, relational: true, ...(orderBy && { orderBy }) };
  const found = isZoned ? pageInZone(search, parts) : parts.archive.find(level, keys, options);
  const answers = found[Symbol.asyncIterator]();
  while (first.length < gathered) {
    const next = await answers.next().catch(refuse);
    if (next.done) return { search, service, first, rest: undefined };
    first.push(next.value);
  }
  return { search, service, first, rest: answers };
};

/** Answers whose moments, told in the zone of the query, match. PS3.18 8.3.4.1.1. */
const inZone = ({ level, keys, matching, orderBy }: Search, { archive, zone = utc }: DicomwebParts) => {
  const options = { ...matching, relational: true, ...(orderBy && { orderBy }) };
  return findInZone(archive, level, keys, { ...options, zone, constants: {} });
};

const utc: Zone = { offsetAt: () => 0 };

async function* pageInZone(search: Search, parts: DicomwebParts): AsyncGenerator<DataSet, void> {
  let count = 0;
  for await (const answer of inZone(search, parts)) {
    count += 1;
    if (count > search.offset) yield answer;
    if (count === search.offset + search.limit) return;
  }
}

const refuse = (error: unknown): never => {
  if (error instanceof ArchiveError && error.fault === 'keys-refused') {
    throw new HttpProblem('invalid-parameter', error.message, { cause: error });
  }
  throw error;
};

/** How many answers there are beyond the limit: counted only where the limit was reached. */
const countRemaining = async ({ search, first, rest }: Found, parts: DicomwebParts): Promise<number> => {
  const { level, keys, limit, offset, matching, isZoned, matchesNothing } = search;
  const { archive } = parts;
  if (matchesNothing) return 0;
  if (rest === undefined && first.length < limit) return 0;
  if (isZoned) {
    let count = 0;
    for await (const _answer of inZone(search, parts)) count += 1;
    return count - offset - limit;
  }
  return (await archive.count(level, keys, { ...matching, relational: true })) - offset - limit;
};

/** In the words of PS3.18 8.3.4.4.1. */
const more = (remaining: number): string => `There are ${remaining} additional results that can be requested`;

async function* all({ search, service, first, rest }: Found): AsyncGenerator<DataSet, void> {
  for (const answer of first) yield withLinks(answer, search.level, service);
  if (rest === undefined) return;
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    yield withLinks(next.value, search.level, service);
  }
}

/** Adds where the entity can be had, and that it is here. */
const withLinks = (answer: DataSet, level: SearchLevel, service: string): DataSet => {
  const steps: (readonly [string, string | undefined])[] = [['studies', answer.string('StudyInstanceUID')]];
  if (level !== 'STUDY') steps.push(['series', answer.string('SeriesInstanceUID')]);
  if (level === 'IMAGE') steps.push(['instances', answer.string('SOPInstanceUID')]);
  if (steps.every(([, uid]) => uid !== undefined)) {
    const path = steps.map(([name, uid = '']) => `${name}/${encodeURIComponent(uid)}`).join('/');
    answer.set('RetrieveURL', `${service}/${path}`);
  }
  if (level !== 'SERIES') answer.set('InstanceAvailability', 'ONLINE');
  return answer;
};

const sendJson = async (request: FastifyRequest, reply: FastifyReply, found: Found) => {
  const contentType = 'application/dicom+json';
  const body = jsonArray(jsonTexts(all(found)));
  if (found.rest !== undefined) return sendSingle(request, reply, { contentType, body, isText: true });
  const whole = Buffer.concat(await Array.fromAsync(body));
  return sendSingle(request, reply, { contentType, contentLength: whole.length, body: [whole], isText: true });
};

async function* jsonTexts(answers: AsyncIterable<DataSet>): AsyncGenerator<string, void> {
  const write = modelJsonTexts();
  for await (const answer of answers) yield write(answer);
}

async function* xmlParts(answers: AsyncIterable<DataSet>): AsyncGenerator<OutgoingPart, void> {
  for await (const answer of answers) {
    const body = Buffer.from(toXml(answer));
    yield { contentType: 'application/dicom+xml', contentLength: body.length, body: [body] };
  }
}
