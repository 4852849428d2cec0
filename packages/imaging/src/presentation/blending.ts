// A coloured image laid over a grey one, as a Blending Softcopy Presentation State says. PS3.3 A.33.4, C.11.14.
import type { DataSet } from '@concord/dicom';
import type { DecodedFrame } from '../codecs/codec.ts';
import { grayscaleTransformation, voiTransformation } from '../grayscale.ts';
import type { ImageDescription } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import { readPalette } from '../palette.ts';
import type { RenderedFrame } from '../render.ts';
import { renderSamples } from '../render.ts';
import { givesNegative, type Rendering, readModality, readVoiLuts, readWindows } from '../rendering.ts';
import { modalityRange } from '../stored-range.ts';
import { windowOfRange } from '../window.ts';
import type { Matrix } from './placement.ts';
import { areParallel, around, type Between, between, type Grid, type Plane, resampled } from './plane.ts';
import { type FrameIdentity, isFor } from './reference.ts';

/** One of the two images of a blending. */
export type BlendingPosition = 'UNDERLYING' | 'SUPERIMPOSED';

/** A frame that a state names, before it is decoded. */
export interface ReferencedImage extends FrameIdentity {
  readonly image: ImageDescription;
}

/** A frame that takes part, and what it is. */
export interface BlendedFrame extends ReferencedImage {
  readonly frame: DecodedFrame;
  /** Needed where its pixels do not lie on those of the other. */
  readonly plane?: Plane;
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
function renderingOfPart(state: DataSet, position: BlendingPosition, blended: ReferencedImage): Rendering {
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

/** A decoded frame, how it is shown, and where it lies; plain data. */
export interface BlendInput {
  readonly frame: DecodedFrame;
  readonly rendering: Rendering;
  readonly plane?: Plane;
}

/** How a state shows the frames that it blends; what is posted to a worker instead of data sets. */
export interface BlendReading {
  readonly underlying: Rendering;
  readonly superimposed: readonly Rendering[];
  /** Of what lies above, 0..1. */
  readonly opacity: number;
}

/** Throws ImagingError 'bad-request' where the state lacks one of the two images, 'bad-lut' where a table is incomplete. */
export function readBlending(
  state: DataSet,
  underlying: ReferencedImage,
  superimposed: readonly ReferencedImage[],
): BlendReading {
  return {
    underlying: renderingOfPart(state, 'UNDERLYING', underlying),
    superimposed: superimposed.map((one) => renderingOfPart(state, 'SUPERIMPOSED', one)),
    opacity: Math.min(1, Math.max(0, state.number('RelativeOpacity') ?? 0.5)),
  };
}

/** Presentation values 0..1 as fine as the transformations give them: a palette may have more than 256 entries. */
function presentationValues({ frame, rendering }: BlendInput): Grid {
  const transform = grayscaleTransformation(rendering, voiTransformation(frame, rendering, {}));
  const { rows, columns, samples } = frame;
  const values = new Float32Array(rows * columns);
  for (let index = 0; index < values.length; index += 1) values[index] = transform(samples[index] ?? 0);
  return { rows, columns, values };
}

const isSameGrid = (matrix: Matrix): boolean =>
  [1, 0, 0, 1, 0, 0].every((value, index) => Math.abs((matrix[index] ?? 0) - value) < 1e-3);

const canBeLaidOver = (a: Plane, b: Plane): boolean =>
  a.frameOfReferenceUid === b.frameOfReferenceUid && areParallel(a, b);

/** A frame at the pixels of another. Throws 'bad-request' where they have neither the same size nor a common place. */
function laidOver(above: BlendInput, { frame, plane }: BlendInput): Grid {
  const grid = presentationValues(above);
  const isSameSize = grid.rows === frame.rows && grid.columns === frame.columns;
  if (!plane || !above.plane) {
    if (isSameSize) return grid;
    throw new ImagingError('bad-request', 'the images to blend differ in size, and do not say where they lie');
  }
  if (plane.frameOfReferenceUid !== above.plane.frameOfReferenceUid || !areParallel(plane, above.plane))
    throw new ImagingError(
      'bad-request',
      'the images to blend are not parallel, or lie in different frames of reference',
    );
  const matrix = between(plane, above.plane);
  return isSameSize && isSameGrid(matrix) ? grid : resampled(grid, matrix, frame);
}

/** Several frames at one place, weighed by their shares. */
function weighed(parts: readonly Between<BlendInput>[], below: BlendInput): Float32Array {
  const { rows, columns } = below.frame;
  const sum = new Float32Array(rows * columns);
  for (const { item, share } of parts) {
    const { values } = laidOver(item, below);
    for (let index = 0; index < sum.length; index += 1) sum[index] = (sum[index] ?? 0) + (values[index] ?? 0) * share;
  }
  return parts.length === 0 ? sum.fill(Number.NaN) : sum;
}

/**
 * What of a stack lies at a frame. Frames that do not say where they lie are taken as they come: the first one. Throws
 * ImagingError 'bad-request' where the planes cannot be laid on each other.
 */
export function partsAt<T extends { readonly plane?: Plane }>(
  { plane }: { readonly plane?: Plane },
  stack: readonly T[],
): readonly Between<T>[] {
  const placed = stack.flatMap((item) => (item.plane ? [{ item, plane: item.plane }] : []));
  const [first] = stack;
  if (!plane || placed.length === 0) return first ? [{ item: first, share: 1 }] : [];
  if (placed.some((one) => !canBeLaidOver(one.plane, plane)))
    throw new ImagingError(
      'bad-request',
      'the images to blend are not parallel, or lie in different frames of reference',
    );
  return around(plane, placed).map(({ item, share }) => ({ item: item.item, share }));
}

/**
 * Blends what lies at the place of a frame (`partsAt`) with it by opacity, resampled where pixels do not lie on pixels.
 * Throws ImagingError 'bad-request' where the sizes differ and places are not known.
 */
export function blendSamples(below: BlendInput, parts: readonly Between<BlendInput>[], opacity: number): RenderedFrame {
  const lower = renderSamples(below.frame, below.rendering);
  const upper = weighed(parts, below);
  const palette = parts[0]?.item.rendering.pseudoColour;
  const { rows, columns, pixelAspectRatio } = lower;
  const pixels = new Uint8Array(rows * columns * 3);
  for (let index = 0; index < upper.length; index += 1) {
    const value = upper[index] ?? Number.NaN;
    const entry = palette && !Number.isNaN(value) ? Math.round(value * (palette.count - 1)) * 3 : 0;
    for (let channel = 0; channel < 3; channel += 1) {
      const under = lower.pixels[lower.channels === 3 ? index * 3 + channel : index] ?? 0;
      const over = palette ? (palette.colours[entry + channel] ?? 0) : value * 255;
      pixels[index * 3 + channel] = Number.isNaN(value) ? under : Math.round(over * opacity + under * (1 - opacity));
    }
  }
  return { rows, columns, channels: 3, pixels, pixelAspectRatio };
}

/**
 * Renders and blends a frame with those that may lie over it: one of the same size, or the slices of a stack. Throws ImagingError
 * 'bad-request' where they cannot be laid on each other.
 */
export function blendFrames(
  state: DataSet,
  underlying: BlendedFrame,
  ...superimposed: readonly BlendedFrame[]
): RenderedFrame {
  const reading = readBlending(state, underlying, superimposed);
  const below = { ...underlying, rendering: reading.underlying };
  const stack = superimposed.flatMap((one, index) => {
    const rendering = reading.superimposed[index];
    return rendering ? [{ ...one, rendering }] : [];
  });
  return blendSamples(below, partsAt(below, stack), reading.opacity);
}
