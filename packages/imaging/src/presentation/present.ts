// A frame as a presentation state wants it seen: rendered, cut out, turned; annotations are drawn over it elsewhere. PS3.4 N.2.
import type { DataSet } from '@concord/dicom';
import type { DecodedFrame } from '../codecs/codec.ts';
import { describeImage } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import { type RenderedFrame, type RenderOptions, renderSamples } from '../render.ts';
import { type Rendering, renderingOf } from '../rendering.ts';
import { readLayers } from './annotation.ts';
import { type DisplayedArea, readDisplayedArea, readSpatialTransformation } from './displayed-area.ts';
import { type Placement, placed, placementOf } from './placement.ts';
import { type PresentationState, presentedRendering, readPresentationState } from './presentation-state.ts';
import type { FrameIdentity } from './reference.ts';

/** A rendered frame with where the points of the stored image are in it. */
export interface PresentedFrame extends RenderedFrame {
  readonly placement: Placement;
}

/** The most pixels that an area larger than its image may ask for. */
const maximumPixels = 1 << 27;

/** Of a state, what is done with a picture once its pixels are made. */
export type StateLayout = Pick<PresentationState, 'area' | 'spatial' | 'layers'>;

/** What a state says of it for a frame. */
export function readLayout(state: DataSet, frame: FrameIdentity): StateLayout {
  const area = readDisplayedArea(state, frame);
  return {
    ...(area ? { area } : {}),
    spatial: readSpatialTransformation(state),
    layers: readLayers(state, frame),
  };
}

/** The area of a state, or all of the image. */
function areaOf(
  state: StateLayout,
  { rows, columns }: Pick<DecodedFrame, 'rows' | 'columns'>,
): Pick<DisplayedArea, 'left' | 'top' | 'right' | 'bottom'> {
  const area = state.area ?? { left: 1, top: 1, right: columns, bottom: rows };
  const size = (area.right - area.left + 1) * (area.bottom - area.top + 1);
  if (!(size <= maximumPixels)) throw new ImagingError('too-large', 'the displayed area');
  return area;
}

/** Presents with attributes that were read before (`presentedRendering`), as a worker does. */
export function presentSamples(
  frame: DecodedFrame,
  rendering: Rendering,
  state: PresentationState,
  options: RenderOptions = {},
): PresentedFrame {
  return laidOut(renderSamples(frame, rendering, options), state);
}

/** A rendered frame cut out, turned and mirrored. Throws ImagingError 'too-large' where the area is. */
export function laidOut(rendered: RenderedFrame, state: StateLayout): PresentedFrame {
  const placement = placementOf(areaOf(state, rendered), state.spatial);
  const sideways = state.spatial.rotation === 90 || state.spatial.rotation === 270;
  const ratio = rendered.pixelAspectRatio;
  return { ...placed(rendered, placement), placement, pixelAspectRatio: sideways ? 1 / ratio : ratio };
}

/**
 * Renders a frame under a presentation state. Throws ImagingError 'bad-request' where the state does not refer to the
 * frame, 'bad-lut' where a table is incomplete.
 */
export function presentFrame(
  frame: DecodedFrame,
  header: DataSet,
  state: DataSet,
  options: RenderOptions = {},
): PresentedFrame {
  const image = describeImage(header);
  const { frameNumber = 1 } = options;
  const sopInstanceUid = header.string('SOPInstanceUID') ?? '';
  const read = readPresentationState(state, { header, image, sopInstanceUid, frameNumber });
  if (!read) throw new ImagingError('bad-request', 'the presentation state does not refer to this frame');
  const rendering = presentedRendering(renderingOf(header, image, frameNumber), read, image);
  return presentSamples(frame, rendering, read, options);
}
