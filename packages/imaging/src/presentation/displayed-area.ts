// The part of an image that is shown, its turn and its size: Displayed Area and Spatial Transformation. PS3.3 C.10.4, C.10.6.
import type { DataSet } from '@concord/dicom';
import { type FrameIdentity, isFor } from './reference.ts';

/** What a state says of where and how large an image stands on the screen. */
export interface DisplayedArea {
  /** First and last column and row that are shown, from 1, in the image as it is stored; may lie outside of it. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly sizeMode: 'SCALE TO FIT' | 'TRUE SIZE' | 'MAGNIFY';
  /** Screen pixels for one image pixel; MAGNIFY only. */
  readonly magnification?: number;
  /** Distance of rows, or of columns where those are closer, in mm; TRUE SIZE needs it. The other direction is stretched to it. */
  readonly finerSpacing?: number;
  /** Height to width of one pixel of the stored image. */
  readonly pixelAspectRatio: number;
}

/** Turned clockwise by quarters first, then mirrored from left to right. */
export interface SpatialTransformation {
  readonly rotation: 0 | 90 | 180 | 270;
  readonly flip: boolean;
}

const sizeModes = ['SCALE TO FIT', 'TRUE SIZE', 'MAGNIFY'] as const;
const rotations = [0, 90, 180, 270] as const;

/** Height to width from spacing (row \\ column) or from the ratio itself. */
function aspectRatioOf(item: DataSet): number {
  for (const keyword of ['PresentationPixelSpacing', 'PresentationPixelAspectRatio'] as const) {
    const [vertical, horizontal] = item.numbers(keyword);
    if (vertical !== undefined && horizontal !== undefined && vertical > 0 && horizontal > 0) {
      const ratio = vertical / horizontal;
      if (ratio >= 1 / 64 && ratio <= 64) return ratio;
    }
  }
  return 1;
}

function areaOf(item: DataSet): DisplayedArea | undefined {
  // The corners are named by where they come to lie after turning; which is which does not matter for the area.
  const [x1, y1] = item.numbers('DisplayedAreaTopLeftHandCorner');
  const [x2, y2] = item.numbers('DisplayedAreaBottomRightHandCorner');
  if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) return undefined;
  const said = item.string('PresentationSizeMode');
  const magnification = item.number('PresentationPixelMagnificationRatio');
  const [vertical = 0, horizontal = vertical] = item.numbers('PresentationPixelSpacing');
  const finerSpacing = Math.min(vertical, horizontal);
  return {
    left: Math.min(x1, x2),
    top: Math.min(y1, y2),
    right: Math.max(x1, x2),
    bottom: Math.max(y1, y2),
    sizeMode: sizeModes.find((mode) => mode === said) ?? 'SCALE TO FIT',
    ...(magnification === undefined || magnification <= 0 ? {} : { magnification }),
    ...(finerSpacing > 0 ? { finerSpacing } : {}),
    pixelAspectRatio: aspectRatioOf(item),
  };
}

/** The area for a frame; undefined where the state has none for it, or an incomplete one. */
export function readDisplayedArea(state: DataSet, frame: FrameIdentity): DisplayedArea | undefined {
  const item = state.items('DisplayedAreaSelectionSequence').find((candidate) => isFor(candidate, frame));
  return item && areaOf(item);
}

/** The turn and flip of a state; none where it has none. */
export function readSpatialTransformation(state: DataSet): SpatialTransformation {
  const degrees = state.number('ImageRotation') ?? 0;
  const rotation = rotations.find((known) => known === ((degrees % 360) + 360) % 360) ?? 0;
  return { rotation, flip: state.string('ImageHorizontalFlip') === 'Y' };
}
