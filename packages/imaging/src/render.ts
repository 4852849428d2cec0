// From a decoded frame to pixels for a screen or a picture file: grayscale, palette, colour, overlays, shutter. PS3.4 N.2.
import type { DataSet } from '@concord/dicom';
import type { DecodedFrame } from './codecs/codec.ts';
import {
  fitsTable,
  type GrayscaleChoice,
  grayLevels,
  grayscaleTransformation,
  tabulate,
  voiTransformation,
} from './grayscale.ts';
import { describeImage } from './image-description.ts';
import { eachOverlayPixel, type OverlaidFrame, type Shade } from './overlay.ts';
import { colourIndex, type Palette } from './palette.ts';
import { toRgb } from './photometric.ts';
import { type Rendering, renderingOf } from './rendering.ts';
import { eachCoveredPixel, type Shutter } from './shutter.ts';

/** What a caller may choose. */
export interface RenderOptions extends GrayscaleChoice {
  /** 1 for the first; matters where the header is given, for functional groups and overlays. */
  readonly frameNumber?: number;
  /** Default true. */
  readonly overlays?: boolean;
  /** Default true. */
  readonly shutter?: boolean;
}

/** Pixels of 8 bits, by rows; colour ones as red, green, blue. */
export interface RenderedFrame {
  readonly rows: number;
  readonly columns: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
  /** Height to width of one pixel; other than 1 the picture has to be stretched to look right. */
  readonly pixelAspectRatio: number;
}

function renderGray(frame: DecodedFrame, rendering: Rendering, options: RenderOptions): Uint8Array {
  const { samples } = frame;
  const voi = voiTransformation(frame, rendering, options);
  const transform = grayscaleTransformation(rendering, voi, options.invert);
  if (fitsTable(frame)) return grayLevels(frame, tabulate(frame, transform));
  const pixels = new Uint8Array(samples.length);
  for (let index = 0; index < samples.length; index += 1) {
    pixels[index] = Math.round(transform(samples[index] ?? 0) * 255);
  }
  return pixels;
}

/** Grey levels as places in a palette, as fine as the palette is. */
function renderPseudoColour(frame: DecodedFrame, rendering: Rendering, options: RenderOptions, palette: Palette) {
  const voi = voiTransformation(frame, rendering, options);
  const transform = grayscaleTransformation(rendering, voi, options.invert);
  const pixels = new Uint8Array(frame.samples.length * 3);
  for (let index = 0; index < frame.samples.length; index += 1) {
    const from = Math.round(transform(frame.samples[index] ?? 0) * (palette.count - 1)) * 3;
    pixels.set(palette.colours.subarray(from, from + 3), index * 3);
  }
  return pixels;
}

function renderPalette({ samples }: DecodedFrame, palette: Palette): Uint8Array {
  const pixels = new Uint8Array(samples.length * 3);
  for (let index = 0; index < samples.length; index += 1) {
    const from = colourIndex(palette, samples[index] ?? 0);
    pixels[index * 3] = palette.colours[from] ?? 0;
    pixels[index * 3 + 1] = palette.colours[from + 1] ?? 0;
    pixels[index * 3 + 2] = palette.colours[from + 2] ?? 0;
  }
  return pixels;
}

/** Grey where the palette maps nothing, colour where it does. PS3.3 C.7.6.19. */
function renderSupplemental(frame: DecodedFrame, rendering: Rendering, options: RenderOptions, palette: Palette) {
  const gray = renderGray(frame, rendering, options);
  const pixels = renderPalette(frame, palette);
  for (let index = 0; index < gray.length; index += 1) {
    const stored = frame.samples[index] ?? 0;
    if (stored >= palette.firstMapped) continue;
    pixels.fill(gray[index] ?? 0, index * 3, index * 3 + 3);
  }
  return pixels;
}

/** Colour samples of any depth as 8-bit RGB. */
function renderColour(frame: DecodedFrame, { invert = false }: RenderOptions): Uint8Array {
  const { samples, bitsStored } = frame;
  const half = frame.pixelRepresentation === 1 ? 2 ** (bitsStored - 1) : 0;
  const scale = 255 / (2 ** bitsStored - 1);
  const bytes =
    samples instanceof Uint8Array && bitsStored === 8
      ? samples
      : Uint8Array.from(samples, (sample: number) => Math.round((sample + half) * scale));
  const rgb = toRgb(bytes, frame.photometricInterpretation);
  return invert ? rgb.map((value) => 255 - value) : rgb === samples ? rgb.slice() : rgb;
}

/** Covers what the shutter hides, with the grey level of its P-Value, over colour with its colour where it has one. */
function applyShutter(target: RenderedFrame, shutter: Shutter, frame: OverlaidFrame, rendering: Rendering): void {
  const { pixels, channels } = target;
  const level = shutter.presentationValue >>> 8;
  const cover = (pixel: number): void => {
    if (channels === 3 && shutter.colour) pixels.set(shutter.colour, pixel * 3);
    else pixels.fill(level, pixel * channels, (pixel + 1) * channels);
  };
  if (shutter.rectangle || shutter.circle || shutter.polygon) eachCoveredPixel(shutter, target, cover);
  const bitmap = rendering.overlays.find(({ group }) => group === shutter.bitmapGroup);
  if (bitmap) eachOverlayPixel(bitmap, frame, cover);
}

function renderPixels(frame: DecodedFrame, rendering: Rendering, options: RenderOptions): Uint8Array {
  const { palette, supplemental, pseudoColour } = rendering;
  if (frame.samplesPerPixel >= 3) return renderColour(frame, options);
  if (palette && supplemental) return renderSupplemental(frame, rendering, options, palette);
  if (pseudoColour) return renderPseudoColour(frame, rendering, options, pseudoColour);
  return palette ? renderPalette(frame, palette) : renderGray(frame, rendering, options);
}

/** Renders with attributes that were read before (`renderingOf`), as a worker does. */
export function renderSamples(frame: DecodedFrame, rendering: Rendering, options: RenderOptions = {}): RenderedFrame {
  const channels = frame.samplesPerPixel >= 3 || rendering.palette || rendering.pseudoColour ? 3 : 1;
  return withPlanes({ pixels: renderPixels(frame, rendering, options), channels }, frame, rendering, options);
}

const white: Shade = { gray: 255, colour: [255, 255, 255] };

/** Draws overlays and shutter into pixels that are rendered already. */
export function withPlanes(
  { pixels, channels }: Pick<RenderedFrame, 'pixels' | 'channels'>,
  frame: OverlaidFrame,
  rendering: Rendering,
  options: Pick<RenderOptions, 'overlays' | 'shutter'>,
): RenderedFrame {
  const { rows, columns } = frame;
  const rendered: RenderedFrame = { rows, columns, channels, pixels, pixelAspectRatio: rendering.pixelAspectRatio };
  const { shutter } = rendering;
  for (const overlay of options.overlays === false ? [] : rendering.overlays) {
    if (overlay.group === shutter?.bitmapGroup) continue;
    const { gray, colour } = overlay.shade ?? white;
    eachOverlayPixel(overlay, frame, (pixel) => {
      if (channels === 1) pixels[pixel] = gray;
      else pixels.set(colour, pixel * 3);
    });
  }
  if (shutter && options.shutter !== false) applyShutter(rendered, shutter, frame, rendering);
  return rendered;
}

/**
 * Renders a frame as its data set says: modality, VOI and presentation transformation, palette or colour, overlays,
 * shutter. Throws ImagingError 'bad-lut' where a table is incomplete.
 */
export function renderFrame(frame: DecodedFrame, header: DataSet, options: RenderOptions = {}): RenderedFrame {
  return renderSamples(frame, renderingOf(header, describeImage(header), options.frameNumber), options);
}
