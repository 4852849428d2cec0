// RLE Lossless: one PackBits segment for each byte of a cell. PS3.5 Annex G.
import type { ImageDescription } from '../image-description.ts';
import { ImagingError } from '../imaging-error.ts';
import { type Cells, littleEndianBytes, packBits, readCells, sampleCount } from '../samples.ts';
import type { Codec, DecodedFrame } from './codec.ts';
import { frameOfCells } from './frame-of.ts';

const headerLength = 64;
const maximumSegments = 15;

/** The segments of a frame. Throws 'corrupt' where an offset leads out of the frame or backwards. */
function segmentsOf(encoded: Uint8Array): readonly Uint8Array[] {
  if (encoded.length < headerLength) throw new ImagingError('truncated', 'shorter than the RLE header');
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const count = view.getUint32(0, true);
  if (count < 1 || count > maximumSegments) throw new ImagingError('corrupt', `${count} RLE segments`);
  const offsets = Array.from({ length: count }, (_, index) => view.getUint32(4 + index * 4, true));
  return offsets.map((offset, index) => {
    const end = offsets[index + 1] ?? encoded.length;
    if (offset < headerLength || offset > encoded.length || end < offset || end > encoded.length) {
      throw new ImagingError('corrupt', `RLE segment ${index + 1} lies outside of the frame`);
    }
    return encoded.subarray(offset, end);
  });
}

/** Expands one segment into every `step`th byte of `cells`. Bytes after the last cell are padding and are ignored. */
function expand(segment: Uint8Array, cells: Uint8Array, first: number, step: number): void {
  let to = first;
  let at = 0;
  while (to < cells.length && at < segment.length) {
    const control = segment[at++] ?? 0;
    if (control < 128) {
      const end = Math.min(at + control + 1, segment.length);
      for (; at < end && to < cells.length; at += 1, to += step) cells[to] = segment[at] ?? 0;
    } else if (control > 128) {
      if (at === segment.length) break;
      const value = segment[at++] ?? 0;
      for (let left = 257 - control; left > 0 && to < cells.length; left -= 1, to += step) cells[to] = value;
    }
  }
  if (to < cells.length) throw new ImagingError('truncated', 'an RLE segment ends before its last cell');
}

/** Cells of a frame. Segments run from the most significant byte of the first sample to the least of the last. */
function decodeCells(encoded: Uint8Array, image: ImageDescription): Cells {
  const size = image.bitsAllocated / 8;
  const segments = segmentsOf(encoded);
  if (!Number.isInteger(size) || segments.length !== size * image.samplesPerPixel) {
    throw new ImagingError('header-mismatch', `${segments.length} RLE segments for ${image.bitsAllocated}-bit cells`);
  }
  const bytes = new Uint8Array(sampleCount(image) * size);
  const step = image.samplesPerPixel * size;
  segments.forEach((segment, index) => {
    const component = Math.floor(index / size);
    const byte = size - 1 - (index % size);
    expand(segment, bytes, component * size + byte, step);
  });
  return readCells(bytes, image.bitsAllocated, sampleCount(image), { littleEndian: true });
}

/** 1-bit images come packed, eight in a byte (PS3.5 8.2.2), or from some writers as one byte each. */
function decodeBits(encoded: Uint8Array, image: ImageDescription): Cells {
  const [segment] = segmentsOf(encoded);
  if (!segment) throw new ImagingError('corrupt', 'no RLE segment');
  const count = sampleCount(image);
  if (expandedLength(segment, count) >= count) {
    const cells = new Uint8Array(count);
    expand(segment, cells, 0, 1);
    return cells;
  }
  const packed = new Uint8Array(Math.ceil(count / 8));
  expand(segment, packed, 0, 1);
  return readCells(packed, 1, count, { littleEndian: true });
}

/** Bytes a segment expands to, counted no further than `enough`. */
function expandedLength(segment: Uint8Array, enough: number): number {
  let length = 0;
  for (let at = 0; at < segment.length && length < enough; ) {
    const control = segment[at++] ?? 0;
    if (control < 128) {
      length += Math.min(control + 1, segment.length - at);
      at += control + 1;
    } else if (control > 128) {
      length += 257 - control;
      at += 1;
    }
  }
  return length;
}

/** Writes runs into `out` and gives the place after them; a run never crosses a row (PS3.5 G.3.1). */
function packRow(row: Uint8Array, out: Uint8Array, start: number): number {
  let to = start;
  let at = 0;
  let literal = 0;
  const flush = (): void => {
    while (literal > 0) {
      const take = Math.min(literal, 128);
      out[to++] = take - 1;
      out.set(row.subarray(at - literal, at - literal + take), to);
      to += take;
      literal -= take;
    }
  };
  while (at < row.length) {
    let end = at + 1;
    while (end < row.length && end - at < 128 && row[end] === row[at]) end += 1;
    // Two alike inside a literal cost the same either way: leave them there.
    if (end - at >= 3 || (end - at === 2 && literal === 0)) {
      flush();
      out[to++] = 257 - (end - at);
      out[to++] = row[at] ?? 0;
      at = end;
    } else {
      literal += end - at;
      at = end;
    }
  }
  flush();
  return to;
}

/** One segment: every `step`th byte from `first`, row by row, padded to even length. */
function packSegment(cells: Uint8Array, first: number, step: number, rowLength: number): Uint8Array {
  const count = Math.ceil((cells.length - first) / step);
  const rows = Math.ceil(count / rowLength);
  const out = new Uint8Array(count + rows * Math.ceil(rowLength / 128 + 1) + 1);
  const row = new Uint8Array(rowLength);
  let to = 0;
  for (let done = 0; done < count; done += rowLength) {
    const take = Math.min(rowLength, count - done);
    for (let index = 0; index < take; index += 1) row[index] = cells[first + (done + index) * step] ?? 0;
    to = packRow(row.subarray(0, take), out, to);
  }
  return out.subarray(0, to + (to & 1));
}

/** Encodes whole cells, so that bits outside of the stored values survive. */
function encodeCells(frame: DecodedFrame): Uint8Array {
  const bits = frame.bitsAllocated === 1;
  const size = bits ? 1 : frame.bitsAllocated / 8;
  const samples = frame.cells ?? frame.samples;
  if (samples.BYTES_PER_ELEMENT !== size || size * frame.samplesPerPixel > maximumSegments) {
    throw new ImagingError('unsupported-image', `RLE of ${frame.bitsAllocated}-bit cells`);
  }
  const bytes = bits ? packBits(samples) : littleEndianBytes(samples);
  const step = size * frame.samplesPerPixel;
  const rowLength = bits ? Math.max(1, Math.ceil(frame.columns / 8)) : frame.columns;
  const segments = Array.from({ length: step }, (_, index) =>
    packSegment(bytes, Math.floor(index / size) * size + (size - 1 - (index % size)), step, rowLength),
  );
  const out = new Uint8Array(segments.reduce((sum, segment) => sum + segment.length, headerLength));
  const view = new DataView(out.buffer);
  view.setUint32(0, segments.length, true);
  let to = headerLength;
  segments.forEach((segment, index) => {
    view.setUint32(4 + index * 4, to, true);
    out.set(segment, to);
    to += segment.length;
  });
  return out;
}

/** RLE Lossless, both ways. */
export const rle: Codec = {
  name: 'RLE Lossless',
  decode: async (encoded, image) =>
    frameOfCells(image.bitsAllocated === 1 ? decodeBits(encoded, image) : decodeCells(encoded, image), {
      ...image,
      planarConfiguration: 0,
    }),
  encode: async (frame) => ({
    bytes: encodeCells(frame),
    photometricInterpretation: frame.photometricInterpretation,
    reversible: true,
  }),
};
