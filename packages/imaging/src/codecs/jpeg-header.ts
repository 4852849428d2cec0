// What a JPEG or JPEG-LS code stream says of itself before its first scan. ISO/IEC 10918-1 Annex B, 14495-1 Annex C.
import type { ImageDescription } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';

/** The frame header and the few markers that decide how samples are to be read. */
export interface JpegHeader {
  /** The SOF marker's low byte: C0 baseline, C1 extended, C2 progressive, C3 lossless, F7 JPEG-LS. */
  readonly process: number;
  readonly precision: number;
  readonly rows: number;
  readonly columns: number;
  readonly components: readonly { readonly id: number; readonly horizontal: number; readonly vertical: number }[];
  /** Colour transform of an Adobe APP14 segment: 0 none, 1 YCbCr, 2 YCCK. */
  readonly adobeTransform?: number;
  readonly jfif: boolean;
  /** Of the first scan: predictor (lossless) or NEAR (JPEG-LS). */
  readonly selection?: number;
}

const isFrameHeader = (marker: number): boolean =>
  marker === 0xf7 || (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc);

/** Markers without a length: TEM and the restart markers. */
const standsAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

/** A marker segment: its marker and its content (empty for a marker that stands alone). */
export interface Segment {
  readonly marker: number;
  readonly start: number;
  readonly content: Uint8Array;
}

/** The segments before the entropy-coded data, SOS being the last. Throws 'truncated' or 'corrupt'. */
export function* segments(stream: Uint8Array): Generator<Segment> {
  if (stream[0] !== 0xff || stream[1] !== 0xd8) throw new ImagingError('corrupt', 'no SOI marker');
  for (let at = 2; at < stream.length; ) {
    const start = at;
    if (stream[at] !== 0xff) throw new ImagingError('corrupt', `no marker at byte ${at}`);
    while (stream[at] === 0xff) at += 1; // fill bytes, 10918-1 B.1.1.2
    const marker = stream[at++];
    if (marker === undefined) break;
    if (standsAlone(marker)) {
      yield { marker, start, content: stream.subarray(at, at) };
      continue;
    }
    if (marker === 0xd9) throw new ImagingError('truncated', 'EOI before any scan');
    const length = ((stream[at] ?? 0) << 8) | (stream[at + 1] ?? 0);
    if (length < 2 || at + length > stream.length) throw new ImagingError('truncated', 'a marker segment is cut');
    yield { marker, start, content: stream.subarray(at + 2, at + length) };
    if (marker === 0xda) return;
    at += length;
  }
  throw new ImagingError('truncated', 'no scan');
}

function frameHeader(marker: number, content: Uint8Array): JpegHeader {
  const count = content[5] ?? 0;
  if (content.length < 6 + count * 3 || count === 0) throw new ImagingError('corrupt', 'SOF is cut');
  return {
    process: marker,
    precision: content[0] ?? 0,
    rows: ((content[1] ?? 0) << 8) | (content[2] ?? 0),
    columns: ((content[3] ?? 0) << 8) | (content[4] ?? 0),
    components: Array.from({ length: count }, (_, index) => {
      const factors = content[7 + index * 3] ?? 0;
      return { id: content[6 + index * 3] ?? 0, horizontal: factors >> 4, vertical: factors & 15 };
    }),
    jfif: false,
  };
}

const startsWith = (content: Uint8Array, text: string): boolean =>
  [...text].every((letter, index) => content[index] === letter.charCodeAt(0));

/** Reads the header. Throws ImagingError 'truncated' or 'corrupt' where there is none. */
export function readJpegHeader(stream: Uint8Array): JpegHeader {
  let found: JpegHeader | undefined;
  let jfif = false;
  let adobe: number | undefined;
  let selection: number | undefined;
  for (const { marker, content } of segments(stream)) {
    if (isFrameHeader(marker)) found ??= frameHeader(marker, content);
    if (marker === 0xe0 && startsWith(content, 'JFIF')) jfif = true;
    if (marker === 0xee && startsWith(content, 'Adobe')) adobe = content[11];
    if (marker === 0xda) selection = content[1 + (content[0] ?? 0) * 2];
  }
  if (!found) throw new ImagingError('corrupt', 'no SOF marker');
  return {
    ...found,
    jfif,
    ...(adobe === undefined ? {} : { adobeTransform: adobe }),
    ...(selection === undefined ? {} : { selection }),
  };
}

/** Throws 'header-mismatch' where the code stream has other dimensions, components or more bits than the data set. */
export function checkJpegHeader(header: JpegHeader, image: ImageDescription): void {
  if (header.rows !== image.rows || header.columns !== image.columns) {
    const has = `${header.columns} x ${header.rows}`;
    throw new ImagingError('header-mismatch', `${has} in the code stream, ${image.columns} x ${image.rows} expected`);
  }
  if (header.components.length !== image.samplesPerPixel) {
    throw new ImagingError('header-mismatch', `${header.components.length} components in the code stream`);
  }
  if (header.precision < 2 || header.precision > 16 || header.precision > Math.max(8, image.bitsAllocated)) {
    throw new ImagingError('header-mismatch', `precision ${header.precision} in ${image.bitsAllocated}-bit cells`);
  }
}

/** The stream up to its EOI marker: fragments are padded, and some writers pad with more than one byte. */
export function withoutPadding(stream: Uint8Array): Uint8Array {
  let end = stream.length;
  while (end > 2 && stream[end - 1] === 0) end -= 1;
  const marker = stream[end - 2] === 0xff && stream[end - 1] === 0xd9;
  // An 0xff after EOI is legal padding too; a stream without EOI keeps its zeros, they may be entropy-coded data.
  if (marker) return stream.subarray(0, end);
  if (stream[end - 1] === 0xff && stream[end - 2] === 0xd9 && stream[end - 3] === 0xff)
    return stream.subarray(0, end - 1);
  return stream;
}
