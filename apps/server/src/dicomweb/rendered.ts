// WADO-RS rendered and thumbnail: pictures for programs that know nothing of DICOM. PS3.18 10.4.1.1.3, 10.4.1.1.4.
import type { DataSet } from '@concord/dicom';
import { videoFormat } from '@concord/imaging/node';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StoredInstance } from '../archive/archive.ts';
import { outgoingMark } from '../archive/outgoing-changes.ts';
import { baseUrl } from '../web/base-url.ts';
import { HttpProblem } from '../web/problem.ts';
import { type Acceptance, acceptanceOf, choose } from './acceptance.ts';
import { ahead } from './ahead.ts';
import { entityTag, isNotModified, sendMultipart, sendSingle } from './answer.ts';
import type { Stack } from './blended.ts';
import { isDocument } from './document-makings.ts';
import { notAcceptable, type Offer, type Packaging } from './media-types.ts';
import { movingFrames, sendMoving } from './moving-picture.ts';
import type { DicomwebParts } from './parts.ts';
import { lendPicture, renderPicture } from './picture.ts';
import { isPresentationState, presentedFrames } from './presented.ts';
import { sendDocument } from './rendered-document.ts';
import { isMoving, isStill, type RenderedMediaType, stillMediaTypes } from './rendered-media-types.ts';
import {
  changingParameterNames,
  type ProfileUse,
  parseRendered,
  profileUses,
  type RenderedParameters,
  renderedParameterNames,
  type Viewport,
} from './rendered-parameters.ts';
import { isVideo, refuseChanges, sendVideo } from './rendered-video.ts';
import { middle, representative, type SomeInstances } from './representative.ts';
import { instancePath, selectInstances } from './selection.ts';
import { targetOf } from './target.ts';
import { queryOf, warn } from './warning.ts';

interface RenderedOffer extends Offer {
  readonly mediaType: RenderedMediaType;
}

const stills: readonly RenderedOffer[] = stillMediaTypes.map((mediaType, index) => ({
  mediaType,
  ...(index === 0 ? { defaultFor: 'category' } : {}),
}));
/** Only of several frames. */
const video: RenderedOffer = { mediaType: videoFormat, packaging: 'single' };

/** Pictures that are made before their turn to be sent. */
const begunAhead = 3;

const thumbnailSize: Viewport = { columns: 128, rows: 128 };

export interface RenderedRequest {
  readonly acceptance: Acceptance;
  readonly instances: SomeInstances;
  /** Frames of the one instance; undefined: the frame that stands for each instance. */
  readonly numbers: readonly number[] | undefined;
  readonly options: RenderedParameters;
  /** What else the answer depends on. */
  readonly marks?: readonly string[];
  /** Pictures that a presentation state asks for, instead of those that instances and numbers mean. */
  readonly pictures?: readonly Picture[];
}

export const retrieveRendered = async (request: FastifyRequest, reply: FastifyReply, parts: DicomwebParts) => {
  const query = queryOf({ request, reply, parts }, renderedParameterNames);
  const options = parseRendered(query);
  const target = targetOf(request);
  const instances = await selectInstances(parts.archive, target);
  const acceptance = acceptanceOf(request, query);
  const [instance] = instances;
  const asked = { acceptance, instances, numbers: target.frames, options };
  if (target.sopInstanceUid === undefined) return sendRendered(request, reply, asked, parts);
  if (isDocument(instance)) return sendDocument(request, reply, { acceptance, instance }, parts);
  if (isVideo(instance) && target.frames === undefined) {
    refuseChanges(query, changingParameterNames);
    return sendVideo(request, reply, { acceptance, instance }, parts);
  }
  if (!isPresentationState(instance)) return sendRendered(request, reply, asked, parts);
  if (options.window !== undefined) throw new HttpProblem('invalid-parameter', 'A state has its own window.');
  const pictures = await presentedFrames(instance, parts.archive);
  return sendRendered(request, reply, { ...asked, pictures, marks: [outgoingMark(instance)] }, parts);
};

/** One small picture that stands for the whole target. */
export const retrieveThumbnail = async (request: FastifyRequest, reply: FastifyReply, parts: DicomwebParts) => {
  const query = queryOf({ request, reply, parts }, ['accept', 'charset', 'viewport']);
  const { viewport = thumbnailSize } = parseRendered(query);
  if (viewport.region !== undefined)
    throw new HttpProblem('invalid-parameter', 'The viewport of a thumbnail is vw,vh.');
  const target = targetOf(request);
  const instance = representative(await selectInstances(parts.archive, target));
  const numbers = [target.frames?.[0] ?? middle(instance.numberOfFrames)];
  const acceptance = acceptanceOf(request, query);
  return sendRendered(request, reply, { acceptance, instances: [instance], numbers, options: { viewport } }, parts);
};

interface Picture {
  readonly instance: StoredInstance;
  /** Undefined: the one that stands for the instance. */
  readonly number: number | undefined;
  readonly state?: DataSet;
  readonly over?: Stack;
}

export const sendRendered = async (
  request: FastifyRequest,
  reply: FastifyReply,
  { acceptance, instances, numbers, options, pictures: presented, marks: others = [] }: RenderedRequest,
  parts: DicomwebParts,
) => {
  const frames = movingFrames({ instances, numbers, ...(presented ? { pictures: presented } : {}) });
  const offers = frames === undefined ? stills : [...stills, video];
  const { offer, packaging } = choose(acceptance, offers, ['single', 'multipart']);
  const contentType = offer.mediaType;
  checkProfile(options, contentType);
  const all = presented ?? picturesOf(instances, numbers, packaging);
  const pictures = presented !== undefined && packaging === 'single' ? all.slice(0, 1) : all;
  const marks = pictures.map(({ instance, number }) => `${outgoingMark(instance)}/${number}`);
  const tag = entityTag([contentType, packaging, JSON.stringify(options), ...marks, ...others]);
  if (options.unsupported !== undefined) {
    const text = `The following annotation values are not supported: ${options.unsupported.join(', ')}`;
    warn({ request, reply, parts }, text);
  }
  if (isNotModified(request, reply, tag)) return reply;
  if (frames !== undefined && packaging === 'single' && isMoving(contentType))
    return sendMoving(request, reply, { ...frames, options, contentType }, parts);
  if (!isStill(contentType)) throw notAcceptable(stills, ['single', 'multipart']);
  const service = `${baseUrl(request, parts.publicUrl)}/dicom-web`;
  const describe = (picture: Picture, bytes: Uint8Array) => ({
    contentType,
    contentLength: bytes.length,
    contentLocation: `${service}${pathOf(picture)}`,
    body: [bytes],
  });
  const [only, another] = pictures;
  if (packaging === 'single' && only !== undefined && another === undefined) {
    const { bytes, giveBack } = await lendPicture({ ...only, options, contentType }, parts);
    if (!reply.raw.destroyed) reply.raw.once('close', giveBack);
    return sendSingle(request, reply, describe(only, bytes));
  }
  const render = async (picture: Picture) =>
    describe(picture, await renderPicture({ ...picture, options, contentType }, parts));
  const made = ahead(pictures, begunAhead, render);
  const first = await made.next(); // what cannot be rendered is a problem, not a broken body
  if (first.done) throw new HttpProblem('not-found', 'There is nothing to render.');
  const rest = async function* () {
    yield first.value;
    yield* made;
  };
  return sendMultipart(request, reply, { type: contentType, parts: rest() });
};

/** Where a picture is found alone. */
const pathOf = ({ instance, number }: Picture): string =>
  `${instancePath(instance)}${number === undefined ? '' : `/frames/${number}`}/rendered`;

/** What each format can do with a profile here. PS3.18 8.3.5.1.5. */
const usesIn: Readonly<Record<RenderedMediaType, readonly ProfileUse[]>> = {
  'image/jpeg': profileUses,
  'image/png': profileUses,
  'image/gif': ['no'],
  'image/webp': ['no'],
  'image/jp2': profileUses,
  'video/mp4': ['no'],
};

const checkProfile = ({ profileUse = 'no' }: RenderedParameters, mediaType: RenderedMediaType): void => {
  if (usesIn[mediaType].includes(profileUse)) return;
  throw new HttpProblem('invalid-parameter', `A picture of ${mediaType} holds no colour profile here.`);
};

/** The listed frames; or one picture of each image for a multipart answer; or the one that stands for all. */
const picturesOf = (
  instances: SomeInstances,
  numbers: readonly number[] | undefined,
  packaging: Packaging,
): readonly Picture[] => {
  const [instance] = instances;
  if (numbers !== undefined) return numbers.map((number) => ({ instance, number }));
  if (packaging === 'single') return [{ instance: representative(instances), number: undefined }];
  const images = instances.filter(({ rows }) => rows !== undefined);
  return images.map((image) => ({ instance: image, number: undefined }));
};
