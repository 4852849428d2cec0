// Where a pixel lies in native pixel data, and what black is there. PS3.5 8.1.1, 8.2; PS3.3 C.7.6.3.1.2.

import type { DataSet } from '../data-set.ts';
import { DicomError } from '../error.ts';

/** The pixels of an object. */
export interface Layout {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  /** Makes one pixel black. `pixel`: from 0, over all frames. */
  readonly blacken: (bytes: Uint8Array, pixel: number, frame: number) => void;
}

interface Cells {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samples: number;
  readonly photometric: string;
  /** Bits Allocated. */
  readonly bits: number;
}

const required = (dataSet: DataSet, keyword: 'Rows' | 'Columns' | 'BitsAllocated'): number => {
  const value = dataSet.number(keyword);
  if (value === undefined) throw new DicomError('bad-frames', -1, keyword);
  return value;
};
const floatBits: Readonly<Record<number, number>> = { 0x7fe00008: 32, 0x7fe00009: 64 };

/**
 * How the pixels of an object lie in the value of `tag`.
 * @throws DicomError `bad-frames` where attributes are missing or ask for more than `length` bytes
 */
export function layoutOf(dataSet: DataSet, tag: number, length: number): Layout {
  const cells: Cells = {
    rows: required(dataSet, 'Rows'),
    columns: required(dataSet, 'Columns'),
    frames: dataSet.number('NumberOfFrames') ?? 1,
    samples: dataSet.number('SamplesPerPixel') ?? 1,
    photometric: dataSet.string('PhotometricInterpretation') ?? '',
    bits: floatBits[tag] ?? required(dataSet, 'BitsAllocated'),
  };
  const { rows, columns, frames, samples, photometric, bits } = cells;
  const shared = photometric === 'YBR_FULL_422' && samples === 3;
  const perPixel = (shared ? 2 : samples) * bits;
  const needed = Math.ceil((rows * columns * frames * perPixel) / 8);
  if (!(needed <= length)) throw new DicomError('bad-frames', -1, 'PixelData', `${length} bytes, ${needed} needed`);
  if (bits !== 1 && (bits % 8 !== 0 || bits === 0))
    throw new DicomError('bad-frames', -1, 'BitsAllocated', `${bits} bits are neither 1 nor whole bytes`);
  const blacken = bits === 1 ? blackenBit : shared ? blackenShared(bits / 8) : blackenSamples(dataSet, tag, cells);
  return { rows, columns, frames, blacken };
}

/** Packed from the least significant bit on, without gaps between rows and frames. PS3.5 8.1.1, D.2 */
function blackenBit(bytes: Uint8Array, pixel: number): void {
  const at = Math.floor(pixel / 8);
  bytes[at] = (bytes[at] ?? 0) & ~(1 << (pixel % 8));
}

/** Two pixels share their colour: Y Y Cb Cr. Both of a pair go, since what is left of the colour would tell. */
const blackenShared =
  (width: number) =>
  (bytes: Uint8Array, pixel: number): void => {
    const at = Math.floor(pixel / 2) * 4 * width;
    for (const [sample, value] of [0, 0, 128, 128].entries()) write(bytes, at + sample * width, width, value);
  };

function blackenSamples(dataSet: DataSet, tag: number, { rows, columns, samples, photometric, bits }: Cells) {
  const width = bits / 8;
  const area = rows * columns;
  const planar = samples > 1 && dataSet.number('PlanarConfiguration') === 1;
  const black = tag in floatBits ? [0] : blackOf(dataSet, photometric, bits);
  return (bytes: Uint8Array, pixel: number, frame: number): void => {
    for (let sample = 0; sample < samples; sample += 1) {
      const index = planar ? frame * area * (samples - 1) + sample * area + pixel : pixel * samples + sample;
      write(bytes, index * width, width, black[sample] ?? black[0] ?? 0);
    }
  };
}

/** The darkest value of each sample. */
function blackOf(dataSet: DataSet, photometric: string, bits: number): readonly number[] {
  if (photometric.startsWith('YBR')) return [0, 128, 128];
  const stored = dataSet.number('BitsStored') ?? bits;
  const signed = dataSet.number('PixelRepresentation') === 1;
  const [least, most] = signed ? [-(2 ** (stored - 1)), 2 ** (stored - 1) - 1] : [0, 2 ** stored - 1];
  const shift = Math.max(0, (dataSet.number('HighBit') ?? stored - 1) - stored + 1);
  return [(photometric === 'MONOCHROME1' ? most : least) * 2 ** shift];
}

/** Little endian, two's complement. */
function write(bytes: Uint8Array, at: number, width: number, value: number): void {
  for (let byte = 0; byte < width; byte += 1) bytes[at + byte] = Math.floor(value / 2 ** (8 * byte)) & 0xff;
}
