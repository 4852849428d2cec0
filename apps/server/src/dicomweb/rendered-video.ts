// A stored video as the stream that it is, for players: nothing is decoded. PS3.18 Table 8.7.4-1, PS3.5 8.2.5 to 8.2.8.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ByteRange, StoredInstance } from '../archive/archive.ts';
import { HttpProblem } from '../web/problem.ts';
import { type Acceptance, choose } from './acceptance.ts';
import { entityTag, isNotModified, sendSingle } from './answer.ts';
import { pixelValue } from './bulk-data.ts';
import { frameMediaTypes } from './media-types.ts';
import type { DicomwebParts } from './parts.ts';
import { invalid, type Query } from './query.ts';
import { answerRange } from './range.ts';

export const isVideo = ({ transferSyntaxUid }: StoredInstance): boolean =>
  frameMediaTypes.get(transferSyntaxUid)?.startsWith('video/') === true;

/** Length of an MPEG-2 transport stream packet in bytes, each of which begins with 47H. ISO/IEC 13818-1 2.4.3.2. */
const packet = 188;

/**
 * The media type of what the stream is wrapped in: MPEG-4 streams lie in an MP4 file or an MPEG-2 transport stream (PS3.5
 * 8.2.6), MPEG-2 ones in a program stream or nothing. A player must know which.
 */
export const streamType = (transferSyntaxUid: string, start: Uint8Array): string => {
  const coded = frameMediaTypes.get(transferSyntaxUid) ?? 'application/octet-stream';
  if (Buffer.from(start.subarray(4, 8)).toString('latin1') === 'ftyp') return 'video/mp4';
  if (start[0] === 0x47 && start[packet] === 0x47) return 'video/mp2t';
  if (coded === 'video/mpeg2') return 'video/mpeg';
  return coded === 'video/mp4' ? 'video/h264' : coded;
};

/** A stream cannot be cut, scaled or written on here. @throws HttpProblem invalid-parameter */
export const refuseChanges = (query: Query, names: readonly string[]): void => {
  const changing = names.find((name) => query.has(name));
  if (changing !== undefined) throw invalid(changing, 'cannot be applied: a video is sent as it is stored');
};

interface VideoRequest {
  readonly acceptance: Acceptance;
  readonly instance: StoredInstance;
}

/** The whole stream or a range of it, as players ask for while they seek. @throws HttpProblem not-acceptable, not-found */
export const sendVideo = async (
  request: FastifyRequest,
  reply: FastifyReply,
  { acceptance, instance }: VideoRequest,
  { archive }: DicomwebParts,
): Promise<FastifyReply> => {
  const { runs = [] as readonly ByteRange[] } = (await archive.pixelData(instance)) ?? {};
  const value = pixelValue(instance, runs, archive);
  if (value === undefined || value.length === 0) throw new HttpProblem('not-found', 'The instance has no pixel data.');
  const head = Buffer.concat(await Array.fromAsync(value.bytes({ start: 0, end: Math.min(value.length, packet + 1) })));
  const contentType = streamType(instance.transferSyntaxUid, head);
  choose(acceptance, [{ mediaType: contentType, defaultFor: 'category' }], ['single']);
  if (isNotModified(request, reply, entityTag([instance.digest, instance.sopInstanceUid, contentType]))) return reply;
  const { start, end } = answerRange(request, reply, value.length);
  return sendSingle(request, reply, { contentType, contentLength: end - start, body: value.bytes({ start, end }) });
};
