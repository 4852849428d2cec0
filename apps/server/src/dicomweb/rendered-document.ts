// Instances that hold text as what other programs can read: reports as pages, text or PDF, encapsulated documents as what
// they are, PDFs also as their text. PS3.18 8.7.4, Table 8.7.4-1.
import type { DataSet } from '@concord/dicom';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StoredInstance } from '../archive/archive.ts';
import { outgoingMark } from '../archive/outgoing-changes.ts';
import { baseUrl } from '../web/base-url.ts';
import { HttpProblem } from '../web/problem.ts';
import { type Acceptance, chooseFrom } from './acceptance.ts';
import { entityTag, isNotModified, sendSingle } from './answer.ts';
import {
  isEncapsulated,
  type Made,
  type Making,
  makingsOf,
  type OpenDocument,
  type Unmade,
} from './document-makings.ts';
import { type ByteRun, headerValue } from './header-value.ts';
import { noPicture } from './imaging-problem.ts';
import { notAcceptable, type Offer } from './media-types.ts';
import { namer } from './metadata.ts';
import type { DicomwebParts } from './parts.ts';
import { answerRange } from './range.ts';
import { warn } from './warning.ts';

interface DocumentRequest {
  readonly acceptance: Acceptance;
  readonly instance: StoredInstance;
}

interface Exchange extends DocumentRequest {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly parts: DicomwebParts;
  readonly service: string;
}

/** One document. The page's policy lets nothing in it run. @throws HttpProblem not-acceptable, not-found, overloaded */
export const sendDocument = (
  request: FastifyRequest,
  reply: FastifyReply,
  { acceptance, instance }: DocumentRequest,
  parts: DicomwebParts,
): Promise<FastifyReply> => {
  const service = `${baseUrl(request, parts.publicUrl)}/dicom-web`;
  return sendOneOf(makingsOf(instance), { request, reply, acceptance, instance, parts, service });
};

/** What is accepted most of what can be made; where that turns out to be impossible, for which `why` is kept, the next. */
const sendOneOf = async (makings: readonly Making[], exchange: Exchange, why?: string): Promise<FastifyReply> => {
  const { request, reply, acceptance, instance, service } = exchange;
  const offers = makings.map(({ mediaType }, index): Offer => ({ mediaType, ...(index === 0 ? byDefault : {}) }));
  const { offer } = chooseFrom(acceptance, offers, ['single']) ?? {};
  const making = makings.find(({ mediaType }) => mediaType === offer?.mediaType);
  if (making === undefined) throw notAcceptable(offers, ['single'], why);
  if (isNotModified(request, reply, entityTag([outgoingMark(instance), making.mediaType, service]))) return reply;
  const made = await making.make(await open(exchange));
  if (typeof made === 'object' && 'why' in made) {
    const others = makings.filter(({ ofText }) => !ofText);
    return sendOneOf(others, exchange, made.why);
  }
  if (why !== undefined) warn(exchange, why);
  return sendMade(made, making, exchange);
};

const byDefault = { defaultFor: 'category' } as const;

const open = async ({ request, reply, instance, parts, service }: Exchange): Promise<OpenDocument> => {
  const { archive, pdfTexts } = parts;
  const bulkDataUri = namer(instance, service);
  if (!isEncapsulated(instance)) {
    const noPdf = () => Promise.reject(new TypeError('a report is no PDF'));
    return { header: await archive.header(instance), own: { length: 0, bytes: () => [] }, bulkDataUri, pdfText: noPdf };
  }
  const header = await archive.headerLeavingValues(instance);
  const own = encapsulatedDocument(header, instance, parts);
  const pdfText = async () => {
    const gone = new AbortController();
    const leave = () => gone.abort(new HttpProblem('too-slow', 'The caller went away.'));
    reply.raw.once('close', leave);
    if (request.raw.destroyed) leave();
    return pdfTexts.read(own, gone.signal).catch((error: unknown) => noPicture(error, { text: 'It cannot be read' }));
  };
  return { header, own, bulkDataUri, pdfText };
};

/** Without the byte that makes it even. PS3.3 Table C.24-2. @throws HttpProblem not-found */
const encapsulatedDocument = (header: DataSet, instance: StoredInstance, { archive }: DicomwebParts): ByteRun => {
  const value = headerValue(header, 'EncapsulatedDocument', instance, archive);
  if (value === undefined) throw new HttpProblem('not-found', 'The instance holds no document.');
  const length = header.number('EncapsulatedDocumentLength') ?? value.length;
  return { ...value, length: Math.min(length, value.length) };
};

/** What is stored comes in ranges too, and has a character set of its own; RTF and PDF say theirs themselves. */
const sendMade = (made: Exclude<Made, Unmade>, { mediaType }: Making, { request, reply }: Exchange): FastifyReply => {
  if (typeof made === 'object' && 'bytes' in made) {
    const { start, end } = answerRange(request, reply, made.length);
    const body = made.bytes({ start, end });
    return sendSingle(request, reply, { contentType: mediaType, contentLength: end - start, body });
  }
  const body = Buffer.from(made);
  const isText = mediaType.startsWith('text/') && mediaType !== 'text/rtf';
  const contentType = `${mediaType}${isText ? '; charset=utf-8' : ''}`;
  return sendSingle(request, reply, { contentType, contentLength: body.length, body: [body] });
};
