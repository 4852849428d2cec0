// What the pool is asked for, and what a worker gets of it.
import type { DataSet } from '@concord/dicom';
import type { EncodeOptions } from '../codecs/codec.ts';
import { describeImage, type ImageDescription } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import {
  type PresentationState,
  presentedRendering,
  readPresentationState,
  subtractsMask,
} from '../presentation/presentation-state.ts';
import type { RenderOptions } from '../render.ts';
import { renderingOf } from '../rendering.ts';
import type { AnimationFormat } from './animation.ts';
import type { PictureOptions } from './picture.ts';
import type { FrameTask, RenderTask } from './tasks.ts';

/** One frame of an image, as it stands in a data set. */
export interface DecodeRequest extends FrameTask {
  readonly signal?: AbortSignal;
}

/** One frame and the header (the data set up to Pixel Data) that says how it is to be shown. */
export interface RenderRequest extends RenderOptions, Omit<PictureOptions, 'magnification'> {
  readonly header: DataSet;
  readonly transferSyntaxUid: string;
  readonly encoded: Uint8Array;
  readonly pixelDataVr?: string;
  /** A softcopy presentation state that refers to the frame: applied, its annotations drawn in. */
  readonly presentationState?: DataSet;
  readonly signal?: AbortSignal;
}

/** All frames of an image, or some of them. */
export interface AnimateRequest extends Omit<RenderRequest, 'encoded' | 'format' | 'frameNumber'> {
  readonly format: AnimationFormat;
  /** Encoded bytes of a frame, from 1. */
  frame(number: number): Promise<Uint8Array>;
  /** Which, in this order. Default: all. */
  readonly frameNumbers?: readonly number[];
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
  if (subtractsMask(presentationState)) throw new ImagingError('bad-request', 'the state subtracts a mask');
  const sopInstanceUid = header.string('SOPInstanceUID') ?? '';
  const state = readPresentationState(presentationState, { header, image, sopInstanceUid, frameNumber });
  if (!state) throw new ImagingError('bad-request', 'the presentation state does not refer to this frame');
  return { rendering: presentedRendering(own, state, image), state };
}

function pictureOf(
  { format, quality, viewport, profileUse }: RenderRequest,
  state?: PresentationState,
): PictureOptions {
  const magnification = state?.area?.sizeMode === 'MAGNIFY' ? state.area.magnification : undefined;
  return {
    format,
    ...(quality === undefined ? {} : { quality }),
    ...(viewport ? { viewport } : {}),
    ...(profileUse === undefined ? {} : { profileUse }),
    ...(magnification === undefined ? {} : { magnification }),
  };
}

/** What a worker gets of a request: no data sets and no signal, which cannot be posted. */
export function renderTask(request: RenderRequest): RenderTask {
  const { transferSyntaxUid, encoded, pixelDataVr, frameNumber = 1 } = request;
  const { window, voiLut, invert, overlays, shutter } = request;
  const image: ImageDescription = describeImage(request.header);
  const display = displayOf(request, image);
  return {
    kind: 'render',
    image,
    transferSyntaxUid,
    encoded,
    frameNumber,
    ...(pixelDataVr === undefined ? {} : { pixelDataVr }),
    ...display,
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
