// STOW-RS: the Store transaction. PS3.18 10.5.
import { DicomError, toJson, toXml } from '@concord/dicom';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ArchiveError, type Origin, type Receipt } from '../archive/archive.ts';
import { baseUrl } from '../web/base-url.ts';
import { decodedBody } from '../web/decoded-body.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { acceptanceOf, choose } from './acceptance.ts';
import { sendMultipart } from './answer.ts';
import { type MediaType, parseMediaType } from './media-range.ts';
import { isBoundary, readMultipart } from './multipart.ts';
import type { DicomwebParts } from './parts.ts';
import { checkInstances, type Outcome, storeResponse } from './store-response.ts';
import { metadataTypes, storeDescribed, type WholeInstance } from './stow-metadata.ts';
import { type Checked, checkStudy } from './study-check.ts';
import { targetOf } from './target.ts';
import { queryOf } from './warning.ts';

const responses = [
  { mediaType: 'application/dicom+json', defaultFor: 'category', packaging: 'single' },
  { mediaType: 'application/dicom+xml' },
] as const;

/** Objects that are on their way to the disk while the next one is read: their commits overlap. */
const underWay = 16;

const processingFailure = 0x0110;
const outOfResources = 0xa700;
const doesNotMatch = 0xa900;
const cannotUnderstand = 0xc000;
/** Warning Reason of PS3.18 Table I.2-1. */
const doesNotMatchSopClass = 0xb007;

/** Stores one instance, or as many as the multipart body holds, and says of each what became of it. */
export const storeInstances = async (request: FastifyRequest, reply: FastifyReply, parts: DicomwebParts) => {
  const query = queryOf({ request, reply, parts }, ['accept', 'charset']);
  const { studyInstanceUid } = targetOf(request);
  const { offer, packaging } = choose(acceptanceOf(request, query), responses, ['single', 'multipart']);
  const type = contentTypeOf(request);
  const limits = { ...parts.limits, bytes: parts.limits.storeBodyBytes };
  const sent = decodedBody(request.raw, limits, { lent: !metadataTypes.has(rootOf(type)) });
  const sender: Sender = {
    parts,
    origin: { via: 'STOW-RS', address: request.ip },
    url: `${baseUrl(request, parts.publicUrl)}${request.url}`,
    ...(studyInstanceUid === undefined ? {} : { studyInstanceUid }),
  };
  const outcomes = await storeBody(sender, sent, type);
  const { status, dataSet, headers } = storeResponse(outcomes, `${baseUrl(request, parts.publicUrl)}/dicom-web`);
  const { mediaType } = offer;
  const body = Buffer.from(mediaType === 'application/dicom+json' ? JSON.stringify(toJson(dataSet)) : toXml(dataSet));
  reply.code(status).headers({ ...headers, 'cache-control': 'no-store' });
  if (packaging === 'single') return reply.header('content-type', mediaType).send(body);
  const part = { contentType: mediaType, contentLength: body.length, body: [body] };
  return sendMultipart(request, reply, { type: mediaType, parts: [part], outline: [part] });
};

interface Sender {
  readonly parts: DicomwebParts;
  readonly origin: Origin;
  /** Of the request. */
  readonly url: string;
  /** The study of the address, to which every instance has to belong. */
  readonly studyInstanceUid?: string;
}

const supported = [
  'multipart/related; type="application/dicom"',
  'application/dicom',
  'multipart/related; type="application/dicom+json"',
  'multipart/related; type="application/dicom+xml"',
];

const rootTypes: ReadonlySet<string> = new Set(['application/dicom', ...metadataTypes]);

const contentTypeOf = (request: FastifyRequest): MediaType => {
  const given = request.headers['content-type'] ?? '';
  const type = parseMediaType(given);
  const root = type?.parameters.get('type') ?? 'application/dicom';
  if (type === undefined || !rootTypes.has(root.toLowerCase())) throw unsupported(given);
  if (rootTypes.has(type.type)) return type;
  if (type.type !== 'multipart/related') throw unsupported(given);
  if (isBoundary(type.parameters.get('boundary') ?? '')) return type;
  throw new HttpProblem('malformed-request', 'The Content-Type has no boundary, or one that cannot be one.');
};

/** What the parts of a body are. */
const rootOf = (type: MediaType): string => type.parameters.get('type')?.toLowerCase() ?? type.type;

const unsupported = (given: string) =>
  new HttpProblem('unsupported-media-type', `${quote(given)} cannot be stored.`, { members: { supported } });

/** One instance, many, or descriptions of many with their bulk data. */
const storeBody = async (
  sender: Sender,
  body: AsyncIterable<Uint8Array>,
  type: MediaType,
): Promise<readonly Outcome[]> => {
  if (type.type === 'application/dicom') return [await storeOne(sender, body)];
  if (!metadataTypes.has(rootOf(type))) return storeParts(sender, body, type);
  const { studyInstanceUid, url, origin, parts } = sender;
  const store = (instance: WholeInstance) => settled(() => parts.archive.receive({ ...instance, origin }));
  const mostInstances = parts.limits.storeInstances;
  using hold = parts.holdBody();
  return await storeDescribed({
    hold,
    body,
    type,
    url,
    store,
    mostInstances,
    ...(studyInstanceUid === undefined ? {} : { studyInstanceUid }),
  });
};

/** Reads the parts one after the other; up to `underWay` of them wait for their commits meanwhile. */
const storeParts = async (sender: Sender, body: AsyncIterable<Uint8Array>, type: MediaType): Promise<Outcome[]> => {
  const outcomes: Promise<Outcome>[] = [];
  let broken: HttpProblem | undefined;
  try {
    for await (const part of readMultipart(body, type.parameters.get('boundary') ?? '')) {
      checkInstances(outcomes.length + 1, sender.parts.limits.storeInstances);
      const partType = parseMediaType(part.headers.get('content-type') ?? 'application/dicom')?.type;
      if (partType !== 'application/dicom') {
        outcomes.push(
          Promise.resolve({ code: cannotUnderstand, comment: `part ${outcomes.length + 1} is not application/dicom` }),
        );
        continue;
      }
      const reading = watched(part.body);
      const outcome = storeOne(sender, reading.bytes);
      outcome.catch(() => undefined);
      outcomes.push(outcome);
      await Promise.race([reading.ended, outcome.catch(() => undefined)]);
      await outcomes.at(-underWay);
    }
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    broken = error;
  }
  return settle(outcomes, broken);
};

/** What is stored is stored: once something is, a body that broke off later is one failure among the outcomes. */
const settle = async (begun: readonly Promise<Outcome>[], broken: HttpProblem | undefined): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  let problem = broken;
  for (const result of await Promise.allSettled(begun)) {
    if (result.status === 'fulfilled') outcomes.push(result.value);
    else if (result.reason instanceof HttpProblem) problem ??= result.reason;
    else throw result.reason;
  }
  if (problem === undefined && outcomes.length > 0) return outcomes;
  if (problem === undefined) throw new HttpProblem('malformed-request', 'The multipart body has no parts.');
  if (!outcomes.some(({ code }) => code === 0)) throw problem;
  return [...outcomes, { code: processingFailure, comment: problem.message }];
};

/** The bytes of a part, and a promise that resolves when they have all been read. */
const watched = (source: AsyncIterable<Uint8Array>) => {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const bytes = (async function* () {
    try {
      yield* source;
    } finally {
      resolve();
    }
  })();
  return { bytes, ended };
};

/** @throws HttpProblem where the body itself broke off; every other failure is an outcome. */
const storeOne = async (sender: Sender, body: AsyncIterable<Uint8Array>): Promise<Outcome> => {
  let broken: unknown;
  const source = (async function* () {
    try {
      yield* body;
    } catch (error) {
      broken = error;
      throw error;
    }
  })();
  try {
    return sender.studyInstanceUid === undefined
      ? await receive(sender, source)
      : await receiveInto(sender.studyInstanceUid, sender, source);
  } catch (error) {
    if (broken !== undefined) throw broken;
    throw error;
  }
};

const receive = ({ parts, origin }: Sender, bytes: AsyncIterable<Uint8Array>): Promise<Outcome> =>
  settled(() => parts.archive.receivePart10(bytes, origin));

/** What became of an instance that was handed to the archive. */
const settled = async (store: () => Promise<Receipt>): Promise<Outcome> => {
  let receipt: Receipt;
  try {
    receipt = await store();
  } catch (error) {
    if (error instanceof DicomError) return { code: cannotUnderstand, comment: error.message };
    if (error instanceof ArchiveError) return { code: outOfResources, comment: error.message };
    throw error;
  }
  // Decision 0230: over the web it is said whatever peers are told by C-STORE.
  const isFlawed = receipt.status.code === 0 && receipt.flaw !== undefined;
  const code = isFlawed ? doesNotMatchSopClass : receipt.status.code;
  const comment = receipt.status.comment ?? receipt.flaw?.comment;
  return { code, ...(comment === undefined ? {} : { comment }), ...(receipt.instance ?? identity(receipt)) };
};

/** Refuses an instance of another study before a byte of it is stored. */
const receiveInto = async (study: string, sender: Sender, source: AsyncIterable<Uint8Array>): Promise<Outcome> => {
  const checked = await checkStudy(source);
  if (checked.studyInstanceUid === undefined || checked.studyInstanceUid === study)
    return receive(sender, checked.bytes);
  return { code: doesNotMatch, comment: 'it belongs to another study than the address', ...identity(checked) };
};

const identity = ({ sopClassUid, sopInstanceUid }: Pick<Checked, 'sopClassUid' | 'sopInstanceUid'>) => ({
  ...(sopClassUid === undefined ? {} : { sopClassUid }),
  ...(sopInstanceUid === undefined ? {} : { sopInstanceUid }),
});
