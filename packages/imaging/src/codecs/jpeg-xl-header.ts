// The size in a JPEG XL code stream, read before a decoder takes memory for it. ISO/IEC 18181-1 (SizeHeader), 18181-2.
import { ImagingError } from '../imaging-error.ts';

const maximumBoxes = 64;

/** The naked code stream: at once, or in the (first part of the) code stream box of a container. */
function codestreamOf(stream: Uint8Array): Uint8Array {
  if (stream[0] === 0xff && stream[1] === 0x0a) return stream;
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  let at = 0;
  for (let count = 0; count < maximumBoxes && at + 12 <= stream.length; count += 1) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    if (type === 0x6a786c63) return stream.subarray(at + (length === 1 ? 16 : 8)); // jxlc
    if (type === 0x6a786c70) return stream.subarray(at + (length === 1 ? 20 : 12)); // jxlp: a counter comes first
    if (length < 8) break;
    at += length;
  }
  throw new ImagingError('corrupt', 'no JPEG XL code stream');
}

/** Widths that the ratio field stands for, as numerator and denominator of the height. */
const ratios: readonly (readonly [number, number])[] = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
];

/** Bits from the least significant on, as the code stream is written. */
function bitReader(bytes: Uint8Array): (count: number) => number {
  let bit = 0;
  return (count) => {
    let value = 0;
    for (let index = 0; index < count; index += 1, bit += 1) {
      value += (((bytes[bit >>> 3] ?? 0) >>> (bit & 7)) & 1) * 2 ** index;
    }
    return value;
  };
}

/** Reads rows and columns. Throws ImagingError 'truncated' or 'corrupt'. */
export function readJpegXlSize(encoded: Uint8Array): { readonly rows: number; readonly columns: number } {
  const stream = codestreamOf(encoded);
  if (stream.length < 12) throw new ImagingError('truncated', 'shorter than a JPEG XL header');
  if (stream[0] !== 0xff || stream[1] !== 0x0a) throw new ImagingError('corrupt', 'no JPEG XL signature');
  const read = bitReader(stream.subarray(2));
  const small = read(1) === 1;
  const size = (): number => (small ? (read(5) + 1) * 8 : read([9, 13, 18, 30][read(2)] ?? 30) + 1);
  const rows = size();
  const ratio = ratios[read(3) - 1];
  return { rows, columns: ratio ? Math.floor((rows * ratio[0]) / ratio[1]) : size() };
}
