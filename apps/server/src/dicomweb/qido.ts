// QIDO-RS: the Search transaction. PS3.18 10.6.
import { type DataSet, toXml } from '@concord/dicom';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WebForm } from '../archive/archive.ts';
import { baseUrl } from '../web/base-url.ts';
import { acceptanceOf, choose } from './acceptance.ts';
import { sendMultipart, sendSingle } from './answer.ts';
import { all, countRemaining, dataSetsOf, type Found, gather, type Pages, textsOf } from './found-answers.ts';
import { jsonArray } from './json-array.ts';
import type { OutgoingPart } from './multipart.ts';
import type { DicomwebParts } from './parts.ts';
import { parseQuery } from './query.ts';
import { parseSearch, type SearchLevel } from './search-parameters.ts';
import { targetOf } from './target.ts';
import { warn, warnOfIgnored } from './warning.ts';

const offers = [
  { mediaType: 'application/dicom+json', defaultFor: 'category', packaging: 'single' },
  { mediaType: 'application/dicom+xml', packaging: 'multipart' },
] as const;

/** Searches for studies, series or instances; an empty result is 200 with an empty list (decision 0021). */
export const search =
  (level: SearchLevel) => async (request: FastifyRequest, reply: FastifyReply, parts: DicomwebParts) => {
    const query = parseQuery(request.url);
    const exchange = { request, reply, parts };
    const wanted = parseSearch(query, level, targetOf(request));
    warnOfIgnored(exchange, wanted.ignored);
    const { offer } = choose(acceptanceOf(request, query), offers, ['single', 'multipart']);
    const form = webForm(level, `${baseUrl(request, parts.publicUrl)}/dicom-web`);
    const take = async <Answer>(pages: Pages<Answer>): Promise<Found<Answer>> => {
      const found = await gather(pages);
      leaveWith(reply, found);
      const remaining = await countRemaining(wanted, found, parts);
      if (remaining > 0) warn(exchange, more(remaining));
      reply.header('cache-control', 'no-store');
      return found;
    };
    if (offer.mediaType === 'application/dicom+json')
      return sendJson(request, reply, await take(textsOf(wanted, form, parts)));
    const found = await take(dataSetsOf(wanted, form, parts));
    return sendMultipart(request, reply, { type: offer.mediaType, parts: xmlParts(all(found)) });
  };

const steps = ['studies', 'series', 'instances'];

/** Where an entity can be had, and that it is here. */
const webForm = (level: SearchLevel, service: string): WebForm => ({
  constants: level === 'SERIES' ? {} : { InstanceAvailability: 'ONLINE' },
  retrieveUrl: (uids) => service + uids.map((uid, at) => `/${steps[at] ?? ''}/${encodeURIComponent(uid)}`).join(''),
});

/** Answers that nobody takes, as those to HEAD, would keep a query of the index open. */
const leaveWith = ({ raw }: FastifyReply, { rest }: Found<unknown>): void => {
  if (rest === undefined) return;
  const leave = () => void rest.return(undefined).catch(() => undefined);
  if (raw.destroyed) leave();
  else raw.once('close', leave);
};

/** In the words of PS3.18 8.3.4.4.1. */
const more = (remaining: number): string => `There are ${remaining} additional results that can be requested`;

const sendJson = (request: FastifyRequest, reply: FastifyReply, found: Found<string>): FastifyReply => {
  const contentType = 'application/dicom+json';
  if (found.rest) return sendSingle(request, reply, { contentType, body: jsonArray(all(found)), isText: true });
  const whole = Buffer.from(`[${found.first.join()}]`);
  return sendSingle(request, reply, { contentType, contentLength: whole.length, body: [whole], isText: true });
};

async function* xmlParts(answers: AsyncIterable<DataSet>): AsyncGenerator<OutgoingPart, void> {
  for await (const answer of answers) {
    const body = Buffer.from(toXml(answer));
    yield { contentType: 'application/dicom+xml', contentLength: body.length, body: [body] };
  }
}
