// What a JPEG 2000 or HTJ2K code stream says of its size and components. ISO/IEC 15444-1 A.5.1 (SIZ), Annex I (JP2).
import type { ImageDescription } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';

/** The SIZ segment and what of COD matters here. */
export interface Jpeg2000Header {
  readonly rows: number;
  readonly columns: number;
  readonly components: readonly {
    readonly precision: number;
    readonly isSigned: boolean;
    readonly horizontal: number;
    readonly vertical: number;
  }[];
  /** Multiple component transform: RCT or ICT is undone by the decoder. */
  readonly transformed: boolean;
  /** True for the 5-3 wavelet: lossless if nothing was cut off. */
  readonly reversible: boolean;
  /** Resolutions below the full one. */
  readonly decompositions: number;
}

const maximumBoxes = 64;

/** Where the code stream begins: at once, or in the jp2c box of a JP2 file, which some writers encapsulate. */
export function codestreamOf(stream: Uint8Array): Uint8Array {
  if (stream[0] === 0xff && stream[1] === 0x4f) return stream;
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  let at = 0;
  for (let count = 0; count < maximumBoxes && at + 8 <= stream.length; count += 1) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === 0x6a703263) return stream.subarray(at + (length === 1 ? 16 : 8));
    if (length < 8) break;
    at += length;
  }
  throw new ImagingError('corrupt', 'no JPEG 2000 code stream');
}

interface CodingStyle {
  readonly transformed: boolean;
  readonly reversible: boolean;
  readonly decompositions: number;
}

function unsupported(extension: string): never {
  throw new ImagingError('unsupported-image', `JPEG 2000 part 2 with ${extension}`);
}

/** The COD segment of the main header. ISO/IEC 15444-1 A.6.1, 15444-2 A.2.3. */
function codingStyle(stream: Uint8Array, from: number): CodingStyle {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  for (let at = from; at + 4 <= stream.length; ) {
    const marker = view.getUint16(at);
    if (marker === 0xff90 || marker === 0xffd9) break;
    const length = view.getUint16(at + 2);
    if (marker === 0xff52 && at + 14 <= stream.length) {
      // Part 1 has no other values: what part 2 adds here no decoder at hand undoes, and some do not even notice.
      if ((stream[at + 8] ?? 0) > 1) unsupported('a transformation between components');
      if ((stream[at + 13] ?? 0) > 1) unsupported('a wavelet of its own');
      return {
        transformed: stream[at + 8] === 1,
        decompositions: stream[at + 9] ?? 0,
        reversible: stream[at + 13] === 1,
      };
    }
    if (length < 2) break;
    at += 2 + length;
  }
  throw new ImagingError('corrupt', 'no COD segment');
}

/** Reads the main header. Throws ImagingError 'truncated' or 'corrupt'. */
export function readJpeg2000Header(encoded: Uint8Array): Jpeg2000Header {
  const stream = codestreamOf(encoded);
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  if (stream.length < 42) throw new ImagingError('truncated', 'shorter than a SIZ segment');
  if (view.getUint16(2) !== 0xff51) throw new ImagingError('corrupt', 'no SIZ segment');
  const length = view.getUint16(4);
  const count = view.getUint16(40);
  if (count < 1 || length < 38 + count * 3 || stream.length < 4 + length) {
    throw new ImagingError('corrupt', 'SIZ is cut');
  }
  return {
    columns: view.getUint32(8) - view.getUint32(16),
    rows: view.getUint32(12) - view.getUint32(20),
    components: Array.from({ length: count }, (_, index) => {
      const at = 42 + index * 3;
      const depth = view.getUint8(at);
      return {
        precision: (depth & 0x7f) + 1,
        isSigned: depth >= 0x80,
        horizontal: view.getUint8(at + 1),
        vertical: view.getUint8(at + 2),
      };
    }),
    ...codingStyle(stream, 4 + length),
  };
}

/**
 * Throws 'truncated' where a tile-part runs past the end of the stream. The decoders fill up what is missing without a
 * word. A stream without EOC is accepted if its tile-parts are whole: such exist and lose nothing.
 */
export function checkTileParts(stream: Uint8Array): void {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  let at = 2;
  while (at + 4 <= stream.length && view.getUint16(at) !== 0xff90) at += 2 + view.getUint16(at + 2);
  let parts = 0;
  while (at + 12 <= stream.length && view.getUint16(at) === 0xff90) {
    const length = view.getUint32(at + 6);
    parts += 1;
    if (length === 0) return;
    if (length < 14 || at + length > stream.length) throw new ImagingError('truncated', `tile-part ${parts} is cut`);
    at += length;
  }
  if (parts === 0) throw new ImagingError('truncated', 'no tile-part');
  const rest = stream.subarray(at, at + 2);
  const ended = (rest[0] === 0xff && rest[1] === 0xd9) || stream.subarray(at).every((byte) => byte === 0);
  if (!ended) throw new ImagingError('truncated', `the stream ends after tile-part ${parts}`);
}

/** Throws where the code stream has other dimensions, components or more bits than the data set. */
export function checkJpeg2000Header(header: Jpeg2000Header, image: ImageDescription): void {
  if (header.rows !== image.rows || header.columns !== image.columns) {
    const has = `${header.columns} x ${header.rows}`;
    throw new ImagingError('header-mismatch', `${has} in the code stream, ${image.columns} x ${image.rows} expected`);
  }
  if (header.components.length !== image.samplesPerPixel) {
    throw new ImagingError('header-mismatch', `${header.components.length} components in the code stream`);
  }
  const first = header.components[0];
  for (const component of header.components) {
    if (component.horizontal !== 1 || component.vertical !== 1) {
      throw new ImagingError('unsupported-image', 'subsampled components');
    }
    if (component.precision !== first?.precision || component.isSigned !== first.isSigned) {
      throw new ImagingError('unsupported-image', 'components of different depth');
    }
    if (component.precision > 16 || component.precision > Math.max(8, image.bitsAllocated)) {
      throw new ImagingError('header-mismatch', `precision ${component.precision} in ${image.bitsAllocated}-bit cells`);
    }
  }
}
