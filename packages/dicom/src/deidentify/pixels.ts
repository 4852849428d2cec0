// Burned-in text taken out of native pixel data: rectangles made black, overlay bits cleared. PS3.15 E.3.1; PS3.5 8.1.

import type { DataSet } from '../data-set.ts';
import { DicomError } from '../error.ts';
import { littleEndianValue } from '../little-endian.ts';
import { type Layout, layoutOf } from './pixel-layout.ts';

/** A rectangle of pixels; rows and columns count from 0. Parts outside the image are ignored. */
export interface Region {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  /** First and last frame, counted from 1; every frame where absent. */
  readonly frames?: readonly [number, number];
}

/** What of a region lies in the image: rows and columns up to but not including the last. */
interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

const pixelTags = [0x7fe00010, 0x7fe00008, 0x7fe00009] as const;

const clamp = (value: number, most: number): number => Math.min(Math.max(0, Math.floor(value) || 0), most);

/** Sizes are rounded up: a pixel that is touched is made black. */
const boxOf = ({ row, column, rows, columns }: Region, layout: Layout): Box => ({
  top: clamp(row, layout.rows),
  bottom: clamp(Math.ceil(row + rows), layout.rows),
  left: clamp(column, layout.columns),
  right: clamp(Math.ceil(column + columns), layout.columns),
});

function native(dataSet: DataSet, tag: number): Uint8Array {
  const element = dataSet.element(tag);
  if (element?.fragments) throw new DicomError('needs-transcoding', -1, 'PixelData', 'decompress it first');
  return element ? new Uint8Array(littleEndianValue(element)) : new Uint8Array(0);
}

/**
 * Makes regions black, in native pixel data of any Bits Allocated that is 1 or whole bytes, subsampled colour and float pixels
 * among them.
 * @throws DicomError `needs-transcoding` for compressed pixel data, `bad-frames` where the attributes do not fit
 */
export function blankRegions(dataSet: DataSet, regions: readonly Region[]): void {
  const tag = pixelTags.find((one) => dataSet.has(one));
  if (tag === undefined || regions.length === 0) return;
  const bytes = native(dataSet, tag);
  const layout = layoutOf(dataSet, tag, bytes.length);
  for (const region of regions) {
    const [first, last] = region.frames ?? [1, layout.frames];
    const box = boxOf(region, layout);
    for (let frame = clamp(first - 1, layout.frames); frame < clamp(last, layout.frames); frame += 1)
      blankBox(bytes, layout, frame, box);
  }
  dataSet.set(tag, bytes, dataSet.element(tag)?.vr);
}

function blankBox(bytes: Uint8Array, layout: Layout, frame: number, { top, bottom, left, right }: Box): void {
  for (let row = top; row < bottom; row += 1) {
    const start = (frame * layout.rows + row) * layout.columns;
    for (let column = left; column < right; column += 1) layout.blacken(bytes, start + column, frame);
  }
}

/** Clears the bits above and below the stored ones, where old objects keep overlays. PS3.5 8.1.2 (retired). */
export function clearOverlayBits(dataSet: DataSet): void {
  const inPixels = [...dataSet.elements()].some(
    ({ tag }) => tag >>> 24 === 0x60 && (tag & 0xffff) === 0x0102 && (dataSet.number(tag) ?? 0) > 0,
  );
  const [bits, stored, high] = [
    dataSet.number('BitsAllocated'),
    dataSet.number('BitsStored'),
    dataSet.number('HighBit'),
  ];
  if (!inPixels || bits !== 16 || stored === undefined || high === undefined || dataSet.element('PixelData')?.fragments)
    return;
  const mask = ((2 ** stored - 1) << (high - stored + 1)) & 0xffff;
  const bytes = native(dataSet, 0x7fe00010);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 1 < bytes.length; at += 2) view.setUint16(at, view.getUint16(at, true) & mask, true);
  dataSet.set('PixelData', bytes, dataSet.element('PixelData')?.vr);
}
