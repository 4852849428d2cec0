// A frame as it is kept for showing: grey with everything that windowing needs, or in colours as they are.
import type { DataSet } from '@concord/dicom';
import {
  type DecodedFrame,
  dataWindow,
  decodeFrame,
  describeImage,
  type GrayscalePipeline,
  grayscalePipeline,
  type ImageDescription,
  ImagingError,
  renderingOf,
  type Samples,
  type Window,
} from '@concord/imaging';
import { RequestError, request, servicePrefix } from '../api.ts';
import type { State } from '../study/presentation-states.ts';
import { FrameBodyError, firstPart } from './frame-body.ts';
import type { Header } from './load-header.ts';
import { overlayMask, shownOverlays } from './shown-overlays.ts';
import { mrSpectroscopy, readSpectra, type Spectra } from './spectra.ts';

interface Shown {
  readonly columns: number;
  readonly rows: number;
  /** Height to width of one pixel. */
  readonly pixelAspectRatio: number;
  /** Bytes it takes. */
  readonly size: number;
}

export interface GrayPicture extends Shown {
  readonly kind: 'gray';
  readonly pipeline: GrayscalePipeline;
  /** The same image from every nth pixel, for the time of a drag; only where the image is large. */
  readonly coarse: GrayscalePipeline | undefined;
  /** From the darkest to the brightest value that occurs. */
  readonly wholeRange: Window;
  /** What overlays cover, as `overlayMask` says it. */
  readonly overlay: Uint8Array | undefined;
}

export interface ColourPicture extends Shown {
  readonly kind: 'colour';
  readonly bitmap: ImageBitmap;
}

/** There is nothing to draw, and why. */
export interface NoPicture {
  readonly kind: 'none';
  readonly reason: string;
  readonly size: number;
  /** There are pixels, which are not meant to be looked at. */
  readonly isWithheld?: boolean;
  /** Curves to be drawn in place of a picture. */
  readonly spectra?: Spectra;
}

export type Picture = GrayPicture | ColourPicture | NoPicture;

const explicitVrLittleEndian = '1.2.840.10008.1.2.1';
const nativeSyntaxes = ['1.2.840.10008.1.2', explicitVrLittleEndian];

/** Above so many pixels, drawing all of them at every move of the mouse is too slow. */
const largeImage = 2_500_000;

/** Every nth pixel of every nth row. */
export const thinned = (frame: DecodedFrame, step: number): DecodedFrame => {
  const rows = Math.ceil(frame.rows / step);
  const columns = Math.ceil(frame.columns / step);
  const samples: Samples = frame.samples.slice(0, rows * columns);
  for (let row = 0; row < rows; row += 1) {
    const from = row * step * frame.columns;
    for (let column = 0; column < columns; column += 1) {
      samples[row * columns + column] = frame.samples[from + column * step] ?? 0;
    }
  }
  const { cells: _cells, ...rest } = frame;
  return { ...rest, rows, columns, samples };
};

/** Grey pictures are windowed here, so their stored values are fetched; colours are the server's work, done once. */
export const isWindowed = (image: ImageDescription, header: Header): boolean =>
  image.photometricInterpretation.startsWith('MONOCHROME') &&
  !['COLOR', 'MIXED'].includes(header.dataSet.string('PixelPresentation') ?? '');

/** Kinds of images whose definitions allow grey ones only: their pixels are asked for together with their attributes. PS3.3 A.2 to A.26. */
const grayClasses: ReadonlySet<string> = new Set(
  ['1', '1.1', '1.1.1', '1.2', '1.2.1', '2', '4', '12.1', '12.2', '128'].map(
    (last) => `1.2.840.10008.5.1.4.1.1.${last}`,
  ),
);
export const isAlwaysGray = (sopClassUid: string): boolean => grayClasses.has(sopClassUid);

const frameHeaders = {
  accept: `multipart/related; type="application/octet-stream"; transfer-syntax=${explicitVrLittleEndian}`,
};

/** Stored values of one frame, uncompressed, little endian. */
export const fetchFrame = async (address: string, frame: number, signal: AbortSignal): Promise<Uint8Array> => {
  const response = await request(`${address}/frames/${frame}`, { headers: frameHeaders, signal });
  return firstPart(new Uint8Array(await response.arrayBuffer()), response.headers.get('content-type') ?? '');
};

export const grayPicture = async (header: Header, frameNumber: number, encoded: Uint8Array): Promise<GrayPicture> => {
  const image = describeImage(header.dataSet);
  // Frames of one bit per pixel need not begin at a byte where they are sent as they are stored.
  const place = nativeSyntaxes.includes(header.transferSyntaxUid) ? frameNumber : 1;
  const frame = await decodeFrame(image, explicitVrLittleEndian, encoded, { frameNumber: place });
  const rendering = renderingOf(header.dataSet, image, frameNumber);
  const { pixelAspectRatio } = rendering;
  const overlays = shownOverlays(rendering.overlays, header.dataSet, image);
  const overlay = overlays.length > 0 ? overlayMask(overlays, frame) : undefined;
  const step = Math.ceil(Math.sqrt((frame.rows * frame.columns) / largeImage));
  const coarse = step > 1 ? thinned(frame, step) : undefined;
  return {
    kind: 'gray',
    columns: frame.columns,
    rows: frame.rows,
    pixelAspectRatio,
    pipeline: grayscalePipeline(frame, header.dataSet, frameNumber),
    coarse: coarse && grayscalePipeline(coarse, header.dataSet, frameNumber),
    wholeRange: dataWindow(frame, rendering),
    overlay,
    size: frame.samples.byteLength + (coarse?.samples.byteLength ?? 0) + (overlay?.byteLength ?? 0),
  };
};

const colourPicture = async (
  header: Header,
  address: string,
  frame: number,
  signal: AbortSignal,
): Promise<ColourPicture> => {
  const response = await request(`${address}/frames/${frame}/rendered`, { headers: { accept: 'image/png' }, signal });
  const bitmap = await createImageBitmap(await response.blob(), { colorSpaceConversion: 'none' });
  const image = describeImage(header.dataSet);
  const { pixelAspectRatio } = renderingOf(header.dataSet, image, frame);
  const { rows, columns } = image;
  return { kind: 'colour', columns, rows, pixelAspectRatio, bitmap, size: bitmap.width * bitmap.height * 4 };
};

/** What a presentation state is to be applied to. */
export interface StateOfFrame {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
  readonly frame: number;
  readonly state: State;
}

/** The address of a frame as a state shows it: cut out, turned and annotated by the server. PS3.18 9.5.1.2.7 */
export const presentedAddress = ({ study, series, instance, frame, state }: StateOfFrame): string =>
  `${servicePrefix()}/wado?${new URLSearchParams({
    requestType: 'WADO',
    studyUID: study,
    seriesUID: series,
    objectUID: instance,
    contentType: 'image/png',
    frameNumber: String(frame),
    presentationSeriesUID: state.seriesInstanceUid,
    presentationUID: state.sopInstanceUid,
  })}`;

const presentedPicture = async (shown: StateOfFrame, signal: AbortSignal): Promise<ColourPicture> => {
  const response = await request(presentedAddress(shown), { signal });
  const bitmap = await createImageBitmap(await response.blob(), { colorSpaceConversion: 'none' });
  // Pixels that are not square were made so on the way.
  const { width: columns, height: rows } = bitmap;
  return { kind: 'colour', columns, rows, pixelAspectRatio: 1, bitmap, size: columns * rows * 4 };
};

/**
 * Loads one frame as a presentation state shows it. A state that cannot be applied is an answer, and the image is not shown as
 * if there were none.
 * @throws RequestError where the server could not be asked
 */
export const loadPresented = async (shown: StateOfFrame, signal: AbortSignal): Promise<Picture> => {
  try {
    return await presentedPicture(shown, signal);
  } catch (error) {
    if (!(error instanceof RequestError) || ![400, 404, 406].includes(error.status)) throw error;
    const name = shown.state.label || shown.state.sopInstanceUid;
    return { kind: 'none', reason: `The presentation state ${name} cannot be applied: ${error.message}`, size: 0 };
  }
};

/** Raw images of detectors: what is to be read is made of them. DX, mammography, intra-oral. PS3.3 A.26 to A.28 */
const forProcessing: ReadonlySet<string> = new Set(
  ['1.1.1', '1.2.1', '1.3.1'].map((last) => `1.2.840.10008.5.1.4.1.1.${last}`),
);

/** An object that is for processing is not drawn by itself. */
export const withheld = (sopClassUid: string): NoPicture | undefined =>
  forProcessing.has(sopClassUid)
    ? {
        kind: 'none',
        reason:
          'Stored only, cannot be displayed by itself: this image is for processing and not for display. Its attributes are shown instead.',
        size: 0,
        isWithheld: true,
      }
    : undefined;

const noPixelData =
  'Stored only, cannot be displayed: this object has no pixel data. Its attributes are shown instead.';

/** A spectroscopy object has curves; any other is stored only. */
const withoutPixels = (dataSet: DataSet, frame: number): NoPicture => {
  if (dataSet.string('SOPClassUID') !== mrSpectroscopy) return { kind: 'none', reason: noPixelData, size: 0 };
  try {
    return { kind: 'none', reason: '', size: 0, spectra: readSpectra(dataSet, frame) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: 'none', reason: `These spectra cannot be shown: ${error.message}.`, size: 0 };
  }
};

/** The server has said no, and will say it again: there is no such frame, or none that can be decoded. */
const isFinal = (error: unknown): error is RequestError =>
  error instanceof RequestError && (error.status === 404 || error.status === 406);

const reasonOf = (error: unknown): string | undefined => {
  if (isFinal(error)) return `This image cannot be shown: ${error.message}`;
  if (error instanceof ImagingError) return `This image cannot be shown: ${error.message}.`;
  return error instanceof FrameBodyError ? error.message : undefined;
};

/**
 * Loads one frame; `stored` is what `fetchFrame` was asked for already. What can be said about an object that has no picture is an answer, not an error.
 * @throws RequestError where the server could not be asked or has no frame to give
 */
export const loadPicture = async (
  header: Header,
  { address, frame, stored }: { address: string; frame: number; stored?: Promise<Uint8Array> | undefined },
  signal: AbortSignal,
): Promise<Picture> => {
  if (!header.hasPixels) return withoutPixels(header.dataSet, frame);
  try {
    const image = describeImage(header.dataSet);
    if (!isWindowed(image, header)) return await colourPicture(header, address, frame, signal);
    return await grayPicture(header, frame, await (stored ?? fetchFrame(address, frame, signal)));
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    return { kind: 'none', reason, size: 0 };
  }
};
