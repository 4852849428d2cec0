// Pixel cells and stored values: packing, byte order, sign and high bit. PS3.5 8.1.1, 8.1.2.
import type { ImageDescription } from './image-description.ts';
import { ImagingError } from './imaging-error.ts';

/** Samples of one frame, one per array element, always interleaved by pixel. */
export type Samples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;
/** Pixel cells as they are allocated: unsigned words with all their bits. */
export type Cells = Uint8Array | Uint16Array | Uint32Array;

/** Number of samples in one frame. */
export const sampleCount = (image: ImageDescription): number => image.rows * image.columns * image.samplesPerPixel;

/** True on the machines that every supported runtime runs on; elsewhere words are swapped on the way in. */
const littleEndianHost = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** A copy with the bytes of each word of `size` bytes reversed; a rest shorter than a word stays as it is. */
export function swapBytes(bytes: Uint8Array, size: 2 | 4 | 8): Uint8Array {
  const swapped = new Uint8Array(bytes); // a Buffer's slice() would be no copy
  for (let at = 0; at + size <= swapped.length; at += size) swapped.subarray(at, at + size).reverse();
  return swapped;
}

/** The bytes as unsigned words, without a copy where alignment allows it. */
function words<T extends Uint16Array | Uint32Array | Float32Array | Float64Array>(
  bytes: Uint8Array,
  littleEndian: boolean,
  Words: { new (buffer: ArrayBufferLike, offset: number, length: number): T; readonly BYTES_PER_ELEMENT: number },
): T {
  const size = Words.BYTES_PER_ELEMENT === 2 ? 2 : Words.BYTES_PER_ELEMENT === 4 ? 4 : 8;
  const swap = littleEndian !== littleEndianHost;
  const source = swap ? swapBytes(bytes, size) : bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return new Words(source.buffer, source.byteOffset, Math.floor(source.length / size));
}

/** Cells of any width, packed without gaps from the least significant bit on. PS3.5 8.1.1 and Annex D. */
function unpackBits(bytes: Uint8Array, width: number, count: number, bitOffset: number): Cells {
  const cells = width <= 8 ? new Uint8Array(count) : width <= 16 ? new Uint16Array(count) : new Uint32Array(count);
  let bit = bitOffset;
  for (let index = 0; index < count; index += 1) {
    let cell = 0;
    for (let done = 0; done < width; ) {
      const take = Math.min(8 - (bit & 7), width - done);
      const part = ((bytes[bit >>> 3] ?? 0) >>> (bit & 7)) & ((1 << take) - 1);
      cell += part * 2 ** done;
      done += take;
      bit += take;
    }
    cells[index] = cell;
  }
  return cells;
}

/** Bytes that `count` cells of `image` take, starting `bitOffset` bits into the first byte. */
export const packedLength = (bitsAllocated: number, count: number, bitOffset = 0): number =>
  Math.ceil((count * bitsAllocated + bitOffset) / 8);

/** Where the cells of a frame lie in its bytes. */
export interface CellLayout {
  readonly littleEndian: boolean;
  /** Bits of the first byte that belong to the frame before. Only 1-bit images of uneven size have any. */
  readonly bitOffset?: number;
}

/** Reads `count` cells of integer pixel data. Throws 'truncated' where the bytes hold fewer. */
export function readCells(bytes: Uint8Array, bitsAllocated: number, count: number, layout: CellLayout): Cells {
  const { littleEndian, bitOffset = 0 } = layout;
  const needed = packedLength(bitsAllocated, count, bitOffset);
  if (bytes.length < needed) throw new ImagingError('truncated', `${bytes.length} of ${needed} bytes`);
  // No Buffer, whose slice() would be no copy.
  if (bitsAllocated === 8 && bitOffset === 0) return new Uint8Array(bytes.buffer, bytes.byteOffset, count);
  if (bitsAllocated === 16) return words(bytes, littleEndian, Uint16Array).subarray(0, count);
  if (bitsAllocated === 32) return words(bytes, littleEndian, Uint32Array).subarray(0, count);
  const inOrder = littleEndian || bitsAllocated % 8 !== 0 ? bytes : reverseCells(bytes, bitsAllocated / 8);
  return unpackBits(inOrder, bitsAllocated, count, bitOffset);
}

/** Cells of three bytes have no typed array; turn big endian ones round one by one. */
function reverseCells(bytes: Uint8Array, size: number): Uint8Array {
  const turned = new Uint8Array(bytes);
  for (let at = 0; at + size <= turned.length; at += size) turned.subarray(at, at + size).reverse();
  return turned;
}

/** Reads `count` IEEE 754 numbers. Throws 'truncated' where the bytes hold fewer. */
export function readFloats(
  bytes: Uint8Array,
  format: 'float' | 'double',
  count: number,
  littleEndian: boolean,
): Float32Array | Float64Array {
  const needed = count * (format === 'float' ? 4 : 8);
  if (bytes.length < needed) throw new ImagingError('truncated', `${bytes.length} of ${needed} bytes`);
  return format === 'float'
    ? words(bytes, littleEndian, Float32Array).subarray(0, count)
    : words(bytes, littleEndian, Float64Array).subarray(0, count);
}

/** What a stored value is made of. */
export interface StoredBits {
  readonly bitsStored: number;
  readonly highBit: number;
  readonly pixelRepresentation: 0 | 1;
}

const signedOf = (cells: Cells): Int8Array | Int16Array | Int32Array => {
  const { buffer, byteOffset, length } = cells;
  if (cells instanceof Uint8Array) return new Int8Array(buffer, byteOffset, length);
  if (cells instanceof Uint16Array) return new Int16Array(buffer, byteOffset, length);
  return new Int32Array(buffer, byteOffset, length);
};

/**
 * Stored values of cells: shifted down from High Bit, masked to Bits Stored, sign-extended.
 * Gives a view on `cells` where they hold nothing else already.
 */
export function storedValues(cells: Cells, { bitsStored, highBit, pixelRepresentation }: StoredBits): Samples {
  const width = cells.BYTES_PER_ELEMENT * 8;
  if (bitsStored === width) return pixelRepresentation === 1 ? signedOf(cells) : cells;
  const lift = width - 1 - highBit;
  const drop = width - bitsStored;
  const shift = highBit + 1 - bitsStored;
  const mask = bitsStored === 32 ? 0xffffffff : 2 ** bitsStored - 1;
  if (pixelRepresentation === 1) return signExtend(cells, lift, drop);
  if (isWithin(cells, mask) && shift === 0) return cells;
  const values = cells.slice();
  for (let index = 0; index < values.length; index += 1) values[index] = ((values[index] ?? 0) >>> shift) & mask;
  return values;
}

function isWithin(cells: Cells, mask: number): boolean {
  let all = 0;
  for (let index = 0; index < cells.length; index += 1) all |= cells[index] ?? 0;
  return (all & ~mask) === 0;
}

function signExtend(cells: Cells, lift: number, drop: number): Int8Array | Int16Array | Int32Array {
  const values = signedOf(cells.slice());
  const toTop = 32 - cells.BYTES_PER_ELEMENT * 8;
  for (let index = 0; index < values.length; index += 1) {
    values[index] = ((values[index] ?? 0) << (lift + toTop)) >> (drop + toTop);
  }
  return values;
}

/** Planar samples (all of the first component, then the next) to samples by pixel. PS3.3 C.7.6.3.1.3. */
export function interleave<T extends Cells | Float32Array | Float64Array>(planes: T, components: number): T {
  if (components === 1) return planes;
  const pixels = planes.length / components;
  const mixed = planes.slice();
  for (let component = 0; component < components; component += 1) {
    const plane = component * pixels;
    for (let pixel = 0; pixel < pixels; pixel += 1) {
      mixed[pixel * components + component] = planes[plane + pixel] ?? 0;
    }
  }
  return mixed as T;
}

/** The other way round: bytes of samples by pixel to all of the first component, then the next. PS3.3 C.7.6.3.1.3. */
export function inPlanes(bytes: Uint8Array, components: number, sampleBytes: number): Uint8Array {
  const planes = new Uint8Array(bytes.length);
  let to = 0;
  for (let component = 0; component < components; component += 1)
    for (let from = component * sampleBytes; from < bytes.length; from += components * sampleBytes)
      for (let byte = 0; byte < sampleBytes; byte += 1, to += 1) planes[to] = bytes[from + byte] ?? 0;
  return planes;
}

/** The bytes of samples or cells in little endian order: a view where the machine stores them so. */
export function littleEndianBytes(samples: Samples): Uint8Array {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const size = samples.BYTES_PER_ELEMENT;
  return littleEndianHost || size === 1 ? bytes : swapBytes(bytes, size === 2 ? 2 : size === 4 ? 4 : 8);
}

/** 1-bit samples to eight in a byte, the first in the lowest bit. PS3.5 8.1.1. */
export function packBits(samples: Samples): Uint8Array {
  const packed = new Uint8Array(Math.ceil(samples.length / 8));
  for (let index = 0; index < samples.length; index += 1) {
    if (samples[index]) packed[index >>> 3] = (packed[index >>> 3] ?? 0) | (1 << (index & 7));
  }
  return packed;
}
