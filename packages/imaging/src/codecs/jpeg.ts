// JPEG: baseline, extended 12-bit, progressive, lossless process 14 with every selection value. PS3.5 A.4.1, A.4.2; ISO/IEC 10918-1.
import type { ImageDescription, PhotometricInterpretation } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import type { Codec } from './codec.ts';
import { frameOfDecodedSamples } from './frame-of.ts';
import { encodeJpegFrame } from './jpeg-encode.ts';
import { checkJpegHeader, type JpegHeader, readJpegHeader, segments, withoutPadding } from './jpeg-header.ts';
import { jpegDecode } from './jpeg-module.ts';

/** TEM markers may stand between segments (10918-1 B.1.1.3); the library stops at them, and they mean nothing. */
function withoutTemMarkers(stream: Uint8Array): Uint8Array {
  const found = [...segments(stream)].filter(({ marker }) => marker === 0x01);
  if (found.length === 0) return stream;
  let from = 0;
  const clean = new Uint8Array(stream.length);
  let length = 0;
  for (const { start, content } of found) {
    clean.set(stream.subarray(from, start), length);
    length += start - from;
    from = content.byteOffset - stream.byteOffset;
  }
  clean.set(stream.subarray(from), length);
  return clean.subarray(0, length + stream.length - from);
}

const progressive = 0xc2;

/**
 * A progressive stream that was cut is a whole image of less detail to the library. Only its EOI marker tells: no
 * entropy-coded data hold one (10918-1 B.1.1.5). Throws 'truncated'.
 */
function checkEnd(stream: Uint8Array, { process }: JpegHeader): void {
  if (process !== progressive) return;
  for (let at = stream.length - 2; at > 0; at -= 1) if (stream[at] === 0xff && stream[at + 1] === 0xd9) return;
  throw new ImagingError('truncated', 'a progressive JPEG stream without EOI marker');
}

/** Component identifiers spelling RGB: what libjpeg and others write for a stream without colour transform. */
const saysRgb = ({ components }: JpegHeader): boolean =>
  components[0]?.id === 0x52 && components[1]?.id === 0x47 && components[2]?.id === 0x42;

const isSubsampled = ({ components }: JpegHeader): boolean =>
  components.some(({ horizontal, vertical }) => {
    const first = components[0];
    return horizontal !== first?.horizontal || vertical !== first?.vertical;
  });

/**
 * What the components are. The data set decides, unless the code stream proves it wrong: an Adobe marker names the
 * transform, and chrominance is subsampled only where there is any. Lossless streams are never transformed.
 */
export function componentsOf(header: JpegHeader, image: ImageDescription): PhotometricInterpretation {
  const said = image.photometricInterpretation;
  if (header.components.length !== 3) return said;
  const lossless = header.process === 0xc3;
  if (said === 'RGB') {
    return !lossless && (header.adobeTransform === 1 || isSubsampled(header)) ? 'YBR_FULL' : 'RGB';
  }
  if (said === 'YBR_FULL' || said === 'YBR_FULL_422') {
    return header.adobeTransform === 0 || saysRgb(header) ? 'RGB' : 'YBR_FULL';
  }
  return said;
}

/** Samples of the library's bytes: one byte each up to 8 bits of precision, else little endian words. */
function samplesOf(bytes: Uint8Array, header: JpegHeader, count: number): Uint8Array | Uint16Array {
  const wide = header.precision > 8;
  if (bytes.length !== count * (wide ? 2 : 1)) {
    throw new ImagingError('corrupt', `JPEG: ${bytes.length} bytes for ${count} samples`);
  }
  return wide ? new Uint16Array(bytes.buffer, bytes.byteOffset, count) : bytes;
}

/** All JPEG syntaxes of ISO/IEC 10918-1. */
export const jpeg: Codec = {
  name: 'JPEG',
  decode: async (encoded, image, { modules }) => {
    const stream = withoutTemMarkers(withoutPadding(encoded));
    const header = readJpegHeader(stream);
    checkJpegHeader(header, image);
    checkEnd(stream, header);
    const term = componentsOf(header, image);
    const bytes = await jpegDecode(modules, stream, {
      rows: image.rows,
      columns: image.columns,
      samplesPerPixel: image.samplesPerPixel,
      bitsAllocated: header.precision > 8 ? 16 : 8,
      bitsStored: header.precision,
      colour: image.samplesPerPixel === 1 ? 'MONOCHROME2' : term === 'RGB' ? 'RGB' : 'YBR_FULL',
    });
    const samples = samplesOf(bytes, header, image.rows * image.columns * image.samplesPerPixel);
    const depth = { precision: header.precision, exact: header.process === 0xc3 };
    return frameOfDecodedSamples(samples, image, depth, term);
  },
  encode: encodeJpegFrame,
};
