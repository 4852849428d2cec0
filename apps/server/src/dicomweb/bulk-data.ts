// WADO-RS bulk data: one value of an instance, or a range of its bytes. PS3.18 10.4.1.1.1, 8.7.3.3.
import { parseTag } from '@concord/dicom';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Archive, ByteRange, StoredInstance } from '../archive/archive.ts';
import { keptUncompressed } from '../archive/conversion.ts';
import { outgoingMark } from '../archive/outgoing-changes.ts';
import { baseUrl } from '../web/base-url.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { type Acceptance, acceptanceOf, choose } from './acceptance.ts';
import { entityTag, isNotModified, sendMultipart, sendSingle } from './answer.ts';
import { sendFrames } from './frames.ts';
import { type ByteRun, headerValue } from './header-value.ts';
import { contentTypeOf, frameMediaTypes, type Offer } from './media-types.ts';
import type { DicomwebParts } from './parts.ts';
import { answerRange } from './range.ts';
import { instancePath, selectInstance } from './selection.ts';
import { targetOf } from './target.ts';
import { queryOf } from './warning.ts';

const pixelTags = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);
const maximumPath = 1024;

/** Bytes, and what they can be sent as. */
export interface Value extends ByteRun {
  readonly offers: readonly Offer[];
}

/** The value that a BulkDataURI names, whole or the range that is asked for. */
export const retrieveBulkData = async (request: FastifyRequest, reply: FastifyReply, parts: DicomwebParts) => {
  const query = queryOf({ request, reply, parts }, ['accept', 'charset']);
  const instance = await selectInstance(parts.archive, targetOf(request));
  const path = bulkPath(request);
  const acceptance = acceptanceOf(request, query);
  const marks = [outgoingMark(instance), path];
  if (!pixelTags.has(parseTag(path) ?? 0)) {
    const value = await elementValue(path, instance, parts.archive);
    return sendValue(request, reply, { acceptance, marks }, value);
  }
  const { runs: ranges = [] } = (await parts.archive.pixelData(instance)) ?? {};
  if (ranges.length === 0) throw new HttpProblem('not-found', 'The instance has no pixel data.');
  const value = pixelValue(instance, ranges, parts.archive);
  if (value !== undefined) return sendValue(request, reply, { acceptance, marks }, value);
  const place = `${baseUrl(request, parts.publicUrl)}/dicom-web${instancePath(instance)}`;
  return sendFrames(request, reply, { acceptance, instance, numbers: undefined, place }, parts);
};

/** @throws HttpProblem invalid-parameter */
const bulkPath = (request: FastifyRequest): string => {
  const path = Object.entries(request.params ?? {}).find(([name]) => name === 'path')?.[1];
  if (typeof path === 'string' && path.length <= maximumPath && /^[\w.,()[\]]+$/u.test(path)) return path;
  throw new HttpProblem('invalid-parameter', 'The address names no element of a data set.');
};

const octets: readonly Offer[] = [{ mediaType: 'application/octet-stream', defaultFor: 'category' }];

/** A value of the header. @throws HttpProblem not-found */
const elementValue = async (path: string, instance: StoredInstance, archive: Archive): Promise<Value> => {
  const value = headerValue(await archive.headerLeavingValues(instance), path, instance, archive);
  if (value === undefined) throw new HttpProblem('not-found', `The instance has no value at ${quote(path)}.`);
  return { offers: octets, ...value };
};

/** Pixels that lie in the file as they are sent: uncompressed ones, and video, which is one stream. PS3.18 8.7.3.3.2. */
export const pixelValue = (
  instance: StoredInstance,
  ranges: readonly ByteRange[],
  archive: Archive,
): Value | undefined => {
  const mediaType = frameMediaTypes.get(instance.transferSyntaxUid);
  const isVideo = mediaType?.startsWith('video/') === true;
  if (!isVideo && !keptUncompressed(instance.transferSyntaxUid)) return undefined;
  const stored: Offer[] = isVideo
    ? [{ mediaType, transferSyntaxUid: instance.transferSyntaxUid, defaultFor: 'type' }]
    : [];
  return {
    offers: [...stored, ...octets],
    length: ranges.reduce((sum, { length }) => sum + length, 0),
    bytes: (wanted) => bytesOf(instance, ranges, wanted, archive),
  };
};

/** The bytes from `start` to `end` of the runs as if they lay one behind the other. */
async function* bytesOf(
  instance: StoredInstance,
  ranges: readonly ByteRange[],
  { start, end }: { start: number; end: number },
  archive: Archive,
): AsyncGenerator<Uint8Array, void> {
  let passed = 0;
  for (const run of joined(ranges)) {
    const from = Math.max(start - passed, 0);
    const to = Math.min(end - passed, run.length);
    if (from < to) yield* archive.dataSetBytes(instance, { start: run.offset + from, end: run.offset + to });
    passed += run.length;
  }
}

/** Runs that touch are one: the frames of uncompressed pixels are read in one go. */
const joined = (ranges: readonly ByteRange[]): readonly ByteRange[] => {
  const runs: ByteRange[] = [];
  for (const range of ranges) {
    const last = runs.at(-1);
    if (last !== undefined && last.offset + last.length === range.offset) {
      runs[runs.length - 1] = { offset: last.offset, length: last.length + range.length };
    } else runs.push(range);
  }
  return runs;
};

/** Ranges are of the single part; a client that asks for one gets it so where it accepts both. */
const sendValue = (
  request: FastifyRequest,
  reply: FastifyReply,
  { acceptance, marks }: { acceptance: Acceptance; marks: readonly string[] },
  value: Value,
) => {
  const ranged = request.headers.range !== undefined;
  const { offer, packaging } = choose(
    acceptance,
    value.offers,
    ranged ? ['single', 'multipart'] : ['multipart', 'single'],
  );
  const whole = { start: 0, end: value.length };
  const contentType = contentTypeOf(offer);
  if (isNotModified(request, reply, entityTag([...marks, packaging, contentType]))) return reply;
  if (packaging === 'multipart') {
    const contentLocation = request.url.split('?', 1)[0] ?? '';
    const part = { contentType, contentLocation, contentLength: value.length, body: value.bytes(whole) };
    return sendMultipart(request, reply, { type: offer.mediaType, parts: [part], outline: [part] });
  }
  const { start, end } = answerRange(request, reply.header('content-disposition', 'attachment'), value.length);
  return sendSingle(request, reply, { contentType, contentLength: end - start, body: value.bytes({ start, end }) });
};
