// Several frames of one instance in one part: a format that can move shows them one after the other. PS3.18 8.7.4.
import type { DataSet } from '@concord/dicom';
import { type MovingRequest, type Video, videoFormat } from '@concord/imaging/node';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StoredInstance } from '../archive/archive.ts';
import { swappedVr } from '../archive/conversion.ts';
import { HttpProblem } from '../web/problem.ts';
import { sendSingle } from './answer.ts';
import { noFrame, noPicture } from './imaging-problem.ts';
import type { DicomwebParts } from './parts.ts';
import { checkDecodable, shown } from './picture.ts';
import type { PresentedFrame } from './presented.ts';
import { answerRange } from './range.ts';
import { type MovingMediaType, stillMediaTypes } from './rendered-media-types.ts';
import type { RenderedParameters } from './rendered-parameters.ts';
import { representative, type SomeInstances } from './representative.ts';

export interface MovingFrames {
  readonly instance: StoredInstance;
  /** From 1; undefined: all. */
  readonly numbers: readonly number[] | undefined;
  /** A presentation state that is for the frames. */
  readonly state?: DataSet;
}

interface Asked {
  readonly instances: SomeInstances;
  readonly numbers: readonly number[] | undefined;
  readonly pictures?: readonly (Omit<PresentedFrame, 'state'> & { readonly state?: DataSet })[];
}

/** The frames that can move: several of one instance; undefined where there is one, or where each is an image of its own. */
export const movingFrames = ({ instances, numbers, pictures }: Asked): MovingFrames | undefined => {
  const frames =
    pictures === undefined
      ? { instance: numbers === undefined ? representative(instances) : instances[0], numbers }
      : presentedTogether(pictures);
  return frames && (frames.numbers?.length ?? frames.instance.numberOfFrames) > 1 ? frames : undefined;
};

/** Frames that a state shows, where they are of one image and nothing lies over them; a state that names none is for all. */
const presentedTogether = (pictures: NonNullable<Asked['pictures']>): MovingFrames | undefined => {
  const [first] = pictures;
  if (first === undefined || first.over !== undefined) return undefined;
  const { instance, state } = first;
  if (pictures.some((picture) => picture.instance.sopInstanceUid !== instance.sopInstanceUid)) return undefined;
  const numbers = pictures.flatMap(({ number }) => number ?? []);
  if (numbers.length !== pictures.length && pictures.length > 1) return undefined;
  return { instance, numbers: numbers.length === 0 ? undefined : numbers, ...(state === undefined ? {} : { state }) };
};

export interface MovingPicture extends MovingFrames {
  readonly options: RenderedParameters;
  readonly contentType: MovingMediaType;
}

/** What can be had of a single frame. */
const stills = stillMediaTypes.map((mediaType) => ({ mediaType }));

/** As fast as the instance says. @throws HttpProblem as `renderPicture` */
export const sendMoving = async (
  request: FastifyRequest,
  reply: FastifyReply,
  { contentType, ...picture }: MovingPicture,
  parts: DicomwebParts,
): Promise<FastifyReply> => {
  checkDecodable(picture.instance);
  if (contentType === videoFormat && request.method === 'HEAD')
    return sendSingle(request, reply.header('accept-ranges', 'bytes'), { contentType, body: [] }); // to know its length would be to make it
  const asked = { ...(await requestOf(picture, parts)), signal: whileWaiting(request, reply) };
  const failed = (error: unknown) => noPicture(error, { text: 'No moving picture can be made of it', offers: stills });
  if (contentType !== videoFormat) {
    const bytes = await parts.imaging.animate({ ...asked, format: contentType }).catch(failed);
    return sendSingle(request, reply, { contentType, contentLength: bytes.length, body: [bytes] });
  }
  const key = reply.getHeader('etag');
  const video = await parts.imaging.video({ ...asked, ...(typeof key === 'string' ? { key } : {}) }).catch(failed);
  disposeWhenSent(video, request, reply);
  const range = answerRange(request, reply, video.length);
  const contentLength = range.end - range.start;
  return sendSingle(request, reply, { contentType, contentLength, body: video.bytes(range) });
};

const requestOf = async (
  { instance, numbers, state, options }: Omit<MovingPicture, 'contentType'>,
  { archive }: DicomwebParts,
): Promise<MovingRequest> => {
  const header = await archive.header(instance);
  return {
    header,
    transferSyntaxUid: instance.transferSyntaxUid,
    frame: (number) => archive.frame(instance, number).catch(noFrame),
    ...(await swappedVr(instance, archive)),
    ...(numbers === undefined ? {} : { frameNumbers: numbers }),
    ...shown(options, header, numbers?.[0] ?? 1),
    ...(state === undefined ? {} : { presentationState: state }),
  };
};

/** Aborted when the caller goes away: nothing is made for nobody. */
const whileWaiting = (request: FastifyRequest, reply: FastifyReply): AbortSignal => {
  const gone = new AbortController();
  const leave = (): void => gone.abort(new HttpProblem('too-slow', 'The caller went away.'));
  reply.raw.once('close', leave);
  if (request.raw.destroyed) leave();
  return gone.signal;
};

/** Sent, or not: nothing of it stays. */
const disposeWhenSent = (video: Video, request: FastifyRequest, reply: FastifyReply): void => {
  const dispose = (): void => {
    Promise.resolve(video[Symbol.asyncDispose]()).catch((error: unknown) =>
      request.log.warn(error, 'a video was not taken away'),
    );
  };
  if (reply.raw.destroyed) dispose();
  else reply.raw.once('close', dispose);
};
