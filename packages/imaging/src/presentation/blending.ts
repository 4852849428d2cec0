// A coloured image laid over a grey one, as a Blending Softcopy Presentation State says. PS3.3 A.33.4, C.11.14.
import type { DataSet } from '@concord/dicom';
import type { DecodedFrame } from '../codecs/codec.ts';
import type { ImageDescription } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import { readPalette } from '../palette.ts';
import type { RenderedFrame } from '../render.ts';
import { renderSamples } from '../render.ts';
import { givesNegative, type Rendering, readModality, readVoiLuts, readWindows } from '../rendering.ts';
import { modalityRange } from '../stored-range.ts';
import { windowOfRange } from '../window.ts';
import { type FrameIdentity, isFor } from './reference.ts';

/** One of the two images of a blending. */
export type BlendingPosition = 'UNDERLYING' | 'SUPERIMPOSED';

/** A frame that takes part, and what it is. */
export interface BlendedFrame extends FrameIdentity {
  readonly frame: DecodedFrame;
  readonly image: ImageDescription;
}

/** The item of Blending Sequence for a place. */
const partOf = (state: DataSet, position: BlendingPosition): DataSet | undefined =>
  state.items('BlendingSequence').find((item) => item.string('BlendingPosition') === position);

/** Which of the two images a frame is; undefined where the state names it for neither. */
export function blendingPosition(
  state: DataSet,
  { sopInstanceUid, frameNumber }: FrameIdentity,
): BlendingPosition | undefined {
  const named = (position: BlendingPosition): boolean =>
    (partOf(state, position)?.items('ReferencedSeriesSequence') ?? []).some((series) =>
      series.items('ReferencedImageSequence').some((image) => {
        const frames = image.numbers('ReferencedFrameNumber');
        return (
          image.string('ReferencedSOPInstanceUID') === sopInstanceUid &&
          (frames.length === 0 || frames.includes(frameNumber))
        );
      }),
    );
  return (['UNDERLYING', 'SUPERIMPOSED'] as const).find(named);
}

/** Modality and VOI transformation of a part; the palette belongs to what lies above. */
function renderingOfPart(state: DataSet, position: BlendingPosition, blended: BlendedFrame): Rendering {
  const part = partOf(state, position);
  if (!part) throw new ImagingError('bad-request', `the state blends no ${position} image`);
  const modality = readModality(part, blended.image.pixelRepresentation === 1);
  const voi = part.items('SoftcopyVOILUTSequence').find((item) => isFor(item, blended));
  const voiLuts = voi ? readVoiLuts(voi, givesNegative(modality, blended.image)) : [];
  const windows = voi ? readWindows(voi) : [];
  const full = windowOfRange(...modalityRange(modality, blended.image));
  const palette = position === 'SUPERIMPOSED' ? readPalette(state, false) : undefined;
  return {
    modality,
    windows: windows.length > 0 || voiLuts.length > 0 ? windows : [full],
    voiLuts,
    presentation: { kind: 'shape', inverse: false },
    supplemental: false,
    ...(palette ? { pseudoColour: palette } : {}),
    overlays: [],
    pixelAspectRatio: 1,
  };
}

/**
 * Renders both frames and blends them by Relative Opacity. The frames must lie on each other pixel by pixel: images of
 * different geometry have to be resampled before. Throws ImagingError 'bad-request' where they do not.
 */
export function blendFrames(state: DataSet, underlying: BlendedFrame, superimposed: BlendedFrame): RenderedFrame {
  const below = renderSamples(underlying.frame, renderingOfPart(state, 'UNDERLYING', underlying));
  const above = renderSamples(superimposed.frame, renderingOfPart(state, 'SUPERIMPOSED', superimposed));
  if (below.rows !== above.rows || below.columns !== above.columns) {
    throw new ImagingError('bad-request', 'the images to blend differ in size');
  }
  const opacity = Math.min(1, Math.max(0, state.number('RelativeOpacity') ?? 0.5));
  const pixels = new Uint8Array(below.rows * below.columns * 3);
  for (let at = 0; at < pixels.length; at += 1) {
    const lower = below.pixels[below.channels === 3 ? at : Math.floor(at / 3)] ?? 0;
    const upper = above.pixels[above.channels === 3 ? at : Math.floor(at / 3)] ?? 0;
    pixels[at] = Math.round(upper * opacity + lower * (1 - opacity));
  }
  return { rows: below.rows, columns: below.columns, channels: 3, pixels, pixelAspectRatio: below.pixelAspectRatio };
}
