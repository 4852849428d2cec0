// WADO-RS frames: the pixels of single frames, as stored or decoded. PS3.18 10.4.1.1.1, Tables 8.7.3-4 and 8.7.3-5.

import { explicitVrLittleEndian } from '@concord/dicom';
import { checkTarget, describeImage, type ImageDescription } from '@concord/imaging';
import type { DecodeRequest, ImagingPool } from '@concord/imaging/node';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LentFrame, StoredInstance } from '../archive/archive.ts';
import { swappedVr } from '../archive/conversion.ts';
import { counted } from '../counted.ts';
import { baseUrl } from '../web/base-url.ts';
import { HttpProblem } from '../web/problem.ts';
import { type Acceptance, acceptanceOf, choose } from './acceptance.ts';
import { ahead, begun } from './ahead.ts';
import { entityTag, isNotModified, sendMultipart, sendOnePart, sendSingle } from './answer.ts';
import { wholeAnswer } from './answer-memory.ts';
import { checkFrameLength } from './frame-length.ts';
import { noFrame, noPicture } from './imaging-problem.ts';
import { contentTypeOf, frameMediaTypes, type Packaging } from './media-types.ts';
import type { OutgoingPart } from './multipart.ts';
import type { DicomwebParts } from './parts.ts';
import { answerRange } from './range.ts';
import { instancePath, selectInstance } from './selection.ts';
import { type FormOffer, frameOffers } from './stored-form.ts';
import { targetOf } from './target.ts';
import { queryOf } from './warning.ts';

/** Frames that are read or decoded before their turn to be sent. */
const begunAhead = 3;

export interface FrameRequest {
  readonly acceptance: Acceptance;
  readonly instance: StoredInstance;
  /** From 1; undefined: all. */
  readonly numbers: readonly number[] | undefined;
  /** Address of the instance. */
  readonly place: string;
}

/** The frames that the address lists, one part each; a single one also as it is, where a client asks for that. */
export const retrieveFrames = async (request: FastifyRequest, reply: FastifyReply, parts: DicomwebParts) => {
  const query = queryOf({ request, reply, parts }, ['accept', 'charset']);
  const target = targetOf(request);
  const instance = await selectInstance(parts.archive, target);
  const place = `${baseUrl(request, parts.publicUrl)}/dicom-web${instancePath(instance)}`;
  const acceptance = acceptanceOf(request, query);
  return sendFrames(request, reply, { acceptance, instance, numbers: target.frames, place }, parts);
};

export const sendFrames = async (
  request: FastifyRequest,
  reply: FastifyReply,
  { acceptance, instance, numbers: asked, place }: FrameRequest,
  parts: DicomwebParts,
) => {
  const numbers = existing(instance, asked);
  const offers = frameOffers(instance.transferSyntaxUid);
  const packagings: readonly Packaging[] = numbers.length === 1 ? ['multipart', 'single'] : ['multipart'];
  const { offer, packaging } = choose(acceptance, offers, packagings);
  const form = `${contentTypeOf(offer)}${offer.asStored ? '' : ', as described'}`;
  const tag = entityTag([instance.digest, instance.sopInstanceUid, form, packaging, numbers.join()]);
  if (isNotModified(request, reply, tag)) return reply;
  const contentType = contentTypeOf(offer);
  if (packaging === 'single') {
    const read = await frameReader(instance, offer, parts);
    return sendRange(request, reply, contentType, await read(numbers[0]));
  }
  if (offer.asStored && numbers.length === 1) {
    const frame = await storedFrame(instance, numbers[0], parts);
    if (frame.length <= wholeAnswer) {
      const part = { contentType, contentLength: frame.length, contentLocation: `${place}/frames/${numbers[0]}` };
      const fill = (memory: Uint8Array) => frame.readInto(memory).catch(noFrame);
      return sendOnePart(request, reply, { type: offer.mediaType, part, fill });
    }
  }
  const frames = ahead(numbers, begunAhead, await partReader(instance, offer, parts));
  const first = await frames.next(); // a frame that cannot be read is a problem, not a broken body
  if (first.done) throw new HttpProblem('not-found', 'The instance has no frames.');
  const all = async function* () {
    yield first.value;
    yield* frames;
  };
  return sendMultipart(request, reply, { type: offer.mediaType, parts: partsOf(all(), contentType, place) });
};

/** Every frame of an instance as a part, in the form of the offer. */
export async function* frameParts(
  instance: StoredInstance,
  offer: FormOffer,
  place: string,
  parts: DicomwebParts,
): AsyncGenerator<OutgoingPart, void> {
  const frames = ahead(existing(instance, undefined), begunAhead, await partReader(instance, offer, parts));
  yield* partsOf(frames, contentTypeOf(offer), place);
}

/** Frames beyond what the index says are 404 at once; without pixel data the first one that is read is. */
const existing = (
  { numberOfFrames, transferSyntaxUid }: StoredInstance,
  asked: readonly number[] | undefined,
): readonly [number, ...number[]] => {
  // However many fragments there are, each is a piece of one stream, cut anywhere. PS3.5 8.2.5.
  if (numberOfFrames > 1 && frameMediaTypes.get(transferSyntaxUid)?.startsWith('video/'))
    throw new HttpProblem(
      'not-found',
      'A video has no frames to be sent one by one: bulkdata/PixelData and rendered are its stream.',
    );
  const [first = 1, ...others] = asked ?? Array.from({ length: numberOfFrames }, (_, index) => index + 1);
  const missing = [first, ...others].find((number) => number > numberOfFrames);
  if (missing === undefined) return [first, ...others];
  throw new HttpProblem('not-found', `The instance has ${counted(numberOfFrames, 'frame')}, and no frame ${missing}.`);
};

interface Frame {
  readonly number: number;
  readonly length: number;
  readonly body: OutgoingPart['body'];
}

/** A frame as it is stored, with all of its cells. */
const storedFrame = async (
  instance: StoredInstance,
  number: number,
  { archive }: DicomwebParts,
): Promise<LentFrame> => {
  const frame = await archive.lendFrame(instance, number).catch(noFrame);
  await checkFrameLength(instance, frame.length, archive);
  return frame;
};

/** What reads one frame as a part: stored bytes pass from the file to the socket in memory that is used again. */
const partReader = async (instance: StoredInstance, offer: FormOffer, parts: DicomwebParts) => {
  if (offer.asStored)
    return async (number: number): Promise<Frame> => {
      const bytes = await storedFrame(instance, number, parts);
      return { number, length: bytes.length, body: await begun(bytes).catch(noFrame) };
    };
  const read = await frameReader(instance, offer, parts);
  return async (number: number): Promise<Frame> => {
    const bytes = await read(number);
    return { number, length: bytes.length, body: [bytes] };
  };
};

/** What reads one frame in the chosen form. */
const frameReader = async (instance: StoredInstance, offer: FormOffer, { archive, imaging }: DicomwebParts) => {
  const read = (number: number) => archive.frame(instance, number).catch(noFrame);
  if (offer.asStored)
    return async (number: number): Promise<Uint8Array> => {
      const bytes = await read(number);
      await checkFrameLength(instance, bytes.length, archive);
      return bytes;
    };
  const { transferSyntaxUid } = instance;
  const image = await imageOf(instance, archive);
  const vr = await swappedVr(instance, archive);
  const target = offer.transferSyntaxUid ?? explicitVrLittleEndian;
  return async (frameNumber: number): Promise<Uint8Array> => {
    const frame = { image, transferSyntaxUid, encoded: await read(frameNumber), frameNumber, ...vr };
    const toCells = target === explicitVrLittleEndian;
    // What the metadata say of plain cells holds for these: PS3.3 C.7.6.3.1.2. A code stream says itself what its samples are.
    const converted = toCells ? imaging.decode({ ...frame, asDescribed: true }) : encode(imaging, frame, target);
    return converted.catch((error: unknown) => cannotConvert(error, instance));
  };
};

const encode = async (imaging: ImagingPool, frame: DecodeRequest, target: string): Promise<Uint8Array> => {
  checkTarget(frame.image, target);
  return (await imaging.transcode({ ...frame, target })).bytes;
};

const imageOf = async (instance: StoredInstance, archive: DicomwebParts['archive']): Promise<ImageDescription> => {
  const header = await archive.header(instance);
  try {
    return describeImage(header);
  } catch (error) {
    return cannotConvert(error, instance);
  }
};

const cannotConvert = (error: unknown, { transferSyntaxUid }: StoredInstance): never =>
  noPicture(error, {
    text: 'The frame cannot be converted',
    offers: frameOffers(transferSyntaxUid).filter(({ asStored }) => asStored),
  });

const sendRange = (request: FastifyRequest, reply: FastifyReply, contentType: string, bytes: Uint8Array) => {
  const { start, end } = answerRange(request, reply, bytes.length);
  const body = bytes.subarray(start, end);
  return sendSingle(request, reply, { contentType, contentLength: body.length, body: [body] });
};

async function* partsOf(frames: AsyncIterable<Frame>, contentType: string, place: string) {
  for await (const { number, length, body } of frames)
    yield { contentType, contentLength: length, contentLocation: `${place}/frames/${number}`, body };
}
