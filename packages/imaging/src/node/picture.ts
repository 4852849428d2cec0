// A rendered frame as a picture file: stretched to square pixels, cut and scaled to a viewport. PS3.18 8.3.5.1.
import type sharpLibrary from 'sharp';
import type { CodecModules } from '../codecs/modules.ts';
import { ImagingError } from '../imaging-error.ts';
import type { RenderedFrame } from '../render.ts';
import { toSrgb, withProfile } from './colour-profile.ts';
import { type ColourSpaceName, intoSpace, profileOf } from './colour-spaces.ts';
import { type FilePlace, grayJpeg } from './gray-jpeg.ts';
import { jp2File } from './jp2.ts';
import { matrixProfile } from './matrix-profile.ts';
import { loadSharp } from './sharp.ts';

/** Picture formats of rendered resources. PS3.18 Table 8.7.4-1. */
export const pictureFormats = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/jp2'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

/** Where a rendered frame is to fit in, and which part of it. PS3.18 8.3.5.1.3. */
export interface Viewport {
  /** Pixels of the area that the picture has to fit in, keeping its proportions. */
  readonly columns: number;
  readonly rows: number;
  /** The part of the frame to show, in its pixels from 0; negative sizes mirror it. Default: all. */
  readonly source?: {
    readonly column: number;
    readonly row: number;
    readonly columns: number;
    readonly rows: number;
  };
}

/** What a picture is made like. */
export interface PictureOptions {
  readonly format: PictureFormat;
  /** 1..100, JPEG, WebP and JPEG 2000, of which 100 loses nothing. Default 90. */
  readonly quality?: number;
  readonly viewport?: Viewport;
  /** Picture pixels for one image pixel, where there is no viewport. Default 1. */
  readonly magnification?: number;
  /** Only colour images have a profile. Default 'no'. */
  readonly profileUse?: ProfileUse;
}

/** What becomes of an image's ICC profile: left out, put into the picture, or applied so that the picture is of a space, whose profile it has. */
export type ProfileUse = 'no' | 'yes' | ColourSpaceName;

/** What is drawn over a picture, once its size is known: an SVG document of that size. */
export type Overprint = (columns: number, rows: number) => string;

/** What goes with a frame besides its pixels. */
export interface Trimmings {
  readonly overprint?: Overprint | undefined;
  /** Drawn last, over what is left of the frame in the viewport. */
  readonly captions?: Overprint | undefined;
  readonly iccProfile?: Uint8Array | undefined;
}

/** The most pixels a side of a picture may have. */
export const maximumSide = 16384;
/** The most that a WebP file can say of a side. */
export const webpSide = 16383;
/** The most pixels of a picture: what memory is bounded by. */
const maximumArea = 1 << 27;

type Pipeline = ReturnType<typeof sharpLibrary>;

/** What pixels are drawn like, whatever they are put into. */
type Drawing = Omit<PictureOptions, 'format'> & { readonly format?: PictureFormat };

interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The part of the frame that is asked for, within the frame. Throws 'bad-request' where nothing of it is. */
function sourceArea(frame: RenderedFrame, viewport: Viewport | undefined): Area {
  const source = viewport?.source;
  if (!source) return { left: 0, top: 0, width: frame.columns, height: frame.rows };
  const left = Math.max(0, Math.floor(source.column));
  const top = Math.max(0, Math.floor(source.row));
  const width = Math.min(frame.columns, Math.ceil(source.column + Math.abs(source.columns))) - left;
  const height = Math.min(frame.rows, Math.ceil(source.row + Math.abs(source.rows))) - top;
  if (!(width > 0 && height > 0)) throw new ImagingError('bad-request', 'the viewport shows nothing of the image');
  return { left, top, width, height };
}

/** The size to draw an area in: square pixels, and within the viewport where there is one. */
function targetSize(
  area: Area,
  pixelAspectRatio: number,
  { viewport, magnification = 1, format }: Drawing,
): [number, number] {
  // The finer direction keeps its pixels, the other one is stretched.
  const width = pixelAspectRatio < 1 ? area.width / pixelAspectRatio : area.width;
  const height = pixelAspectRatio > 1 ? area.height * pixelAspectRatio : area.height;
  const side = format === 'image/webp' ? webpSide : maximumSide;
  const limit = Math.min(side / Math.max(width, height), Math.sqrt(maximumArea / (width * height)));
  const fit = viewport ? Math.min(viewport.columns / width, viewport.rows / height) : magnification;
  const scale = Math.min(fit, limit);
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

function checkViewport(viewport: Viewport | undefined): void {
  if (!viewport) return;
  const { columns, rows, source } = viewport;
  const inRange = (side: number): boolean => side >= 1 && side <= maximumSide;
  if (!inRange(columns) || !inRange(rows)) throw new ImagingError('bad-request', 'the size of the viewport');
  const numbers = source ? [source.column, source.row, source.columns, source.rows] : [];
  if (!numbers.every(Number.isFinite)) throw new ImagingError('bad-request', 'the source area of the viewport');
}

function encoded(pipeline: Pipeline, format: Exclude<PictureFormat, 'image/jp2'>, quality: number): Pipeline {
  switch (format) {
    case 'image/jpeg':
      return pipeline.jpeg({
        quality,
        chromaSubsampling: quality >= 90 ? '4:4:4' : '4:2:0',
        optimiseCoding: false, // would take two thirds of the time for a tenth of the bytes
      });
    case 'image/png':
      return pipeline.png({ compressionLevel: 6 });
    case 'image/gif':
      return pipeline.gif();
    case 'image/webp':
      return pipeline.webp({ quality });
  }
}

/** What a picture file is made with. */
export interface DrawingMeans {
  readonly modules?: CodecModules;
  /** Where a grey JPEG file is put; others have memory of their own, as this one has without it. */
  readonly place?: FilePlace;
}

/**
 * Draws a rendered frame as a picture file; a JPEG 2000 one needs the codecs. Throws ImagingError 'bad-request' for what
 * cannot be asked for, among it an overprint together with a part of the frame: the overprint is for all of it.
 */
export async function drawPicture(
  frame: RenderedFrame,
  options: PictureOptions,
  trimmings: Trimmings = {},
  { modules, place }: DrawingMeans = {},
): Promise<Uint8Array> {
  const { iccProfile } = trimmings;
  const { format, profileUse = 'no', quality: wanted = 90 } = options;
  if (!Number.isFinite(wanted) || wanted < 1 || wanted > 100) throw new ImagingError('bad-request', 'the quality');
  const quality = Math.round(wanted);
  if (format === 'image/jp2') {
    if (!modules) throw new ImagingError('codec-not-loaded', 'JPEG 2000');
    const drawn = await drawPixels(frame, { ...options, profileUse }, trimmings);
    return jp2File(drawn, { quality, profile: profileIn(drawn, profileUse, iccProfile) }, modules);
  }
  const plain = format === 'image/jpeg' && isShownAsItIs(frame, options, trimmings);
  const gray = plain ? await grayJpeg(frame, quality, place) : undefined;
  if (gray) return gray;
  const pipeline = await scaled(frame, options, trimmings, spaceOf(profileUse));
  const picture = await encoded(pipeline, format, quality).toBuffer();
  const profile = profileIn(frame, profileUse, iccProfile);
  return profile ? withProfile(picture, format, profile) : picture;
}

/** What says nothing of its colours is taken for sRGB, by everybody. */
const profileIn = ({ channels }: RenderedFrame, use: ProfileUse, own: Uint8Array | undefined) => {
  if (use === 'no' || channels === 1) return undefined;
  return use === 'yes' ? (own ?? profileOf('srgb')) : profileOf(use);
};

/** Grey, whole, pixel for pixel, and nothing over it. */
const isShownAsItIs = (frame: RenderedFrame, options: PictureOptions, { overprint, captions }: Trimmings): boolean => {
  if (frame.channels !== 1 || overprint || captions || options.viewport) return false;
  const [width, height] = targetSize(sourceArea(frame, undefined), frame.pixelAspectRatio, options);
  return width === frame.columns && height === frame.rows;
};

const spaceOf = (profileUse: ProfileUse): ColourSpaceName | undefined =>
  profileUse === 'no' || profileUse === 'yes' ? undefined : profileUse;

/** Draws a rendered frame as pixels of the size it is asked for: a frame of an animation. */
export async function drawPixels(
  frame: RenderedFrame,
  options: Omit<PictureOptions, 'format'>,
  trimmings: Trimmings = {},
): Promise<RenderedFrame> {
  const { profileUse = 'srgb' } = options;
  const pipeline = await scaled(frame, options, trimmings, spaceOf(profileUse));
  const { data, info } = await pipeline.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const channels = info.channels === 1 ? 1 : 3;
  return { rows: info.height, columns: info.width, channels, pixels: new Uint8Array(data), pixelAspectRatio: 1 };
}

/** The colours of a frame in a space. A profile with tables goes by way of sRGB: what that cannot hold is brought to its edge. */
async function ofSpace(frame: RenderedFrame, space: ColourSpaceName, profile?: Uint8Array): Promise<Uint8Array> {
  const own = profile && space !== 'srgb' ? matrixProfile(profile) : undefined;
  if (own) return intoSpace(frame.pixels, space, own);
  const inSrgb = profile ? await toSrgb(frame, profile) : frame.pixels;
  return space === 'srgb' ? inSrgb : intoSpace(inSrgb, space);
}

/** Cut out, mirrored, stretched and drawn over: everything but the format. */
async function scaled(
  frame: RenderedFrame,
  options: Drawing,
  { overprint, captions, iccProfile }: Trimmings,
  space: ColourSpaceName | undefined,
): Promise<Pipeline> {
  const { viewport } = options;
  checkViewport(viewport);
  if (overprint && viewport?.source) throw new ImagingError('bad-request', 'a part of an annotated image');
  const area = sourceArea(frame, viewport);
  const [width, height] = targetSize(area, frame.pixelAspectRatio, options);
  const raw = { width: frame.columns, height: frame.rows, channels: frame.channels };
  const isConverted = space !== undefined && frame.channels === 3;
  const pixels = isConverted ? await ofSpace(frame, space, iccProfile) : frame.pixels;
  const sharp = await loadSharp();
  let pipeline = sharp(pixels, { raw, limitInputPixels: false });
  if (area.width !== frame.columns || area.height !== frame.rows) pipeline = pipeline.extract(area);
  if (viewport?.source && viewport.source.columns < 0) pipeline = pipeline.flop();
  if (viewport?.source && viewport.source.rows < 0) pipeline = pipeline.flip();
  if (width !== area.width || height !== area.height) pipeline = pipeline.resize(width, height, { fit: 'fill' });
  const over = [overprint, captions].flatMap((draw) => (draw ? [{ input: Buffer.from(draw(width, height)) }] : []));
  if (over.length > 0) {
    pipeline = pipeline.toColourspace('srgb').composite(over.map(({ input }) => ({ input, left: 0, top: 0 })));
  } else if (frame.channels === 1) pipeline = pipeline.toColourspace('b-w');
  return pipeline;
}
