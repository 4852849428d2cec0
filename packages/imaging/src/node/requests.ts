// What the pool is asked for, and what a worker gets of it.
import type { DataSet } from '@concord/dicom';
import type { EncodeOptions } from '../codecs/codec.ts';
import { describeImage, type ImageDescription } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import type { Captions } from '../presentation/caption-svg.ts';
import { readMask } from '../presentation/mask.ts';
import {
  type PresentationState,
  presentedRendering,
  readPresentationState,
} from '../presentation/presentation-state.ts';
import type { RecolourStep } from '../recolour-frame.ts';
import type { RenderOptions } from '../render.ts';
import { renderingOf } from '../rendering.ts';
import type { AnimationFormat } from './animation.ts';
import type { PictureOptions } from './picture.ts';
import type { DecodeTask, FrameTask, RenderTask } from './tasks.ts';

/** One frame of an image, as it stands in a data set. */
export interface DecodeRequest extends FrameTask, Pick<DecodeTask, 'asDescribed'> {
  readonly signal?: AbortSignal;
}

/** One frame and the header (the data set up to Pixel Data) that says how it is to be shown. */
export interface RenderRequest extends RenderOptions, Omit<PictureOptions, 'magnification'> {
  readonly header: DataSet;
  readonly transferSyntaxUid: string;
  readonly encoded: Uint8Array;
  readonly pixelDataVr?: string;
  /** Distance of the pixels of the screen in mm: what a state asks to be shown in TRUE SIZE is then; without it, unscaled. */
  readonly displayPitch?: number;
  /** A softcopy presentation state that refers to the frame: applied, its annotations drawn in. */
  readonly presentationState?: DataSet;
  /** Written over the picture. */
  readonly captions?: Captions;
  /** Encoded bytes of other frames, from 1: needed by a state that subtracts a mask. */
  frame?(number: number): Promise<Uint8Array>;
  readonly signal?: AbortSignal;
}

/** All frames of an image, or some of them. */
export interface MovingRequest extends Omit<RenderRequest, 'encoded' | 'format' | 'frameNumber' | 'frame'> {
  /** Encoded bytes of a frame, from 1. */
  frame(number: number): Promise<Uint8Array>;
  /** Which, in this order. Default: all. */
  readonly frameNumbers?: readonly number[];
}

/** Frames as a picture file that moves. */
export interface AnimateRequest extends MovingRequest {
  readonly format: AnimationFormat;
}

/** Frames as a video. */
export interface VideoRequest extends MovingRequest {
  /** The same for the same video: who asks for it again within a while gets what was made. */
  readonly key?: string;
}

/** One frame and what is done with it (`Recolouring.step`). */
export interface RecolourRequest extends DecodeRequest {
  readonly step: RecolourStep;
}

/** One frame and the syntax it is wanted in. */
export interface TranscodeRequest extends DecodeRequest {
  readonly target: string;
  readonly options?: EncodeOptions;
}

/** How the frame is to be shown: as its own data set says, or as the presentation state does. */
function displayOf({ header, presentationState, frameNumber = 1 }: RenderRequest, image: ImageDescription) {
  const own = renderingOf(header, image, frameNumber);
  if (!presentationState) return { rendering: own };
  const sopInstanceUid = header.string('SOPInstanceUID') ?? '';
  const state = readPresentationState(presentationState, { header, image, sopInstanceUid, frameNumber });
  if (!state) throw new ImagingError('bad-request', 'the presentation state does not refer to this frame');
  return { rendering: presentedRendering(own, state, image), state };
}

/** No screen has pixels closer than this, in mm: a mistake here would cost a huge picture. */
const finestPitch = 0.01;

/** Screen pixels for one image pixel, where the state says how large the image is to be. PS3.3 C.10.4. */
function magnificationOf(state: PresentationState | undefined, displayPitch: number | undefined): number | undefined {
  const { sizeMode, magnification, finerSpacing } = state?.area ?? {};
  if (sizeMode === 'MAGNIFY') return magnification;
  if (sizeMode !== 'TRUE SIZE' || displayPitch === undefined || finerSpacing === undefined) return undefined;
  if (!(displayPitch >= finestPitch))
    throw new ImagingError('bad-request', `a screen with pixels of ${displayPitch} mm`);
  return finerSpacing / displayPitch;
}

function pictureOf(
  { format, quality, viewport, profileUse, displayPitch }: RenderRequest,
  state?: PresentationState,
): PictureOptions {
  const magnification = magnificationOf(state, displayPitch);
  return {
    format,
    ...(quality === undefined ? {} : { quality }),
    ...(viewport ? { viewport } : {}),
    ...(profileUse === undefined ? {} : { profileUse }),
    ...(magnification === undefined ? {} : { magnification }),
  };
}

/** The frames that a state subtracts or averages, fetched. */
async function maskOf(request: RenderRequest, image: ImageDescription): Promise<RenderTask['mask']> {
  const { presentationState, frameNumber = 1 } = request;
  const mask = presentationState && readMask(presentationState, frameNumber, image.numberOfFrames);
  if (!mask) return undefined;
  if (!request.frame) throw new ImagingError('bad-request', 'the state subtracts a mask, whose frames are not at hand');
  const encoded = new Map<number, Uint8Array>([[frameNumber, request.encoded]]);
  for (const number of [...mask.maskFrames, ...mask.contrastFrames]) {
    if (!encoded.has(number)) encoded.set(number, await request.frame(number));
  }
  return { ...mask, encoded };
}

/** What a worker gets of a request: no data sets and no signal, which cannot be posted. */
export async function renderTask(request: RenderRequest): Promise<RenderTask> {
  const { transferSyntaxUid, encoded, pixelDataVr, frameNumber = 1 } = request;
  const { window, voiLut, invert, overlays, shutter } = request;
  const image: ImageDescription = describeImage(request.header);
  const display = displayOf(request, image);
  const mask = await maskOf(request, image);
  return {
    kind: 'render',
    image,
    transferSyntaxUid,
    encoded,
    frameNumber,
    ...(pixelDataVr === undefined ? {} : { pixelDataVr }),
    ...display,
    ...(mask ? { mask } : {}),
    ...(request.captions ? { captions: request.captions } : {}),
    choice: {
      ...(window ? { window } : {}),
      ...(voiLut ? { voiLut } : {}),
      ...(invert === undefined ? {} : { invert }),
      ...(overlays === undefined ? {} : { overlays }),
      ...(shutter === undefined ? {} : { shutter }),
    },
    picture: pictureOf(request, display.state),
  };
}
