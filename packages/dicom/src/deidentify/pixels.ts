// Burned-in text taken out of native pixel data: rectangles made black, overlay bits cleared. PS3.15 E.3.1; PS3.5 8.1.

import type { DataSet } from '../data-set.ts';
import { littleEndianValue } from '../edit.ts';
import { DicomError } from '../error.ts';

/** A rectangle of pixels; rows and columns count from 0. Parts outside the image are ignored. */
export interface Region {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

interface Layout {
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly frames: number;
  /** Bytes of one sample. */
  readonly width: number;
  readonly planar: boolean;
  /** What black is, for each sample. */
  readonly black: readonly number[];
}

function layoutOf(dataSet: DataSet, length: number): Layout {
  const number = (keyword: Parameters<DataSet['number']>[0], otherwise?: number): number => {
    const value = dataSet.number(keyword) ?? otherwise;
    if (value === undefined) throw new DicomError('bad-frames', -1, String(keyword));
    return value;
  };
  const bits = number('BitsAllocated');
  const photometric = dataSet.string('PhotometricInterpretation') ?? '';
  if (bits % 8 !== 0 || photometric === 'YBR_FULL_422')
    throw new DicomError('needs-transcoding', -1, 'PixelData', `${bits} bits, ${photometric}`);
  const white = 2 ** number('BitsStored', bits) - 1;
  const samples = number('SamplesPerPixel', 1);
  const layout = {
    rows: number('Rows'),
    columns: number('Columns'),
    samples,
    frames: number('NumberOfFrames', 1),
    width: bits / 8,
    planar: dataSet.number('PlanarConfiguration') === 1,
    black: photometric.startsWith('YBR') ? [0, 128, 128] : [photometric === 'MONOCHROME1' ? white : 0],
  };
  const needed = layout.rows * layout.columns * samples * layout.frames * layout.width;
  if (!(needed <= length)) throw new DicomError('bad-frames', -1, 'PixelData', `${length} bytes, ${needed} needed`);
  return layout;
}

function writeSample(view: DataView, at: number, width: number, value: number): void {
  for (let byte = 0; byte < width; byte += 1) view.setUint8(at + byte, Math.floor(value / 2 ** (8 * byte)) & 0xff);
}

function blankRow(view: DataView, layout: Layout, frame: number, row: number, from: number, to: number): void {
  const { columns, rows, samples, width, planar, black } = layout;
  const frameStart = frame * rows * columns * samples;
  for (let column = from; column < to; column += 1)
    for (let sample = 0; sample < samples; sample += 1) {
      const pixel = row * columns + column;
      const index = planar ? frameStart + sample * rows * columns + pixel : frameStart + pixel * samples + sample;
      writeSample(view, index * width, width, black[sample] ?? black[0] ?? 0);
    }
}

const native = (dataSet: DataSet): Uint8Array => {
  const element = dataSet.element('PixelData');
  if (element?.fragments) throw new DicomError('needs-transcoding', -1, 'PixelData', 'decompress it first');
  return element ? littleEndianValue(element).slice() : new Uint8Array(0);
};

/**
 * Makes regions of every frame black, in native pixel data.
 * @throws DicomError `needs-transcoding` for compressed, 1-bit and subsampled pixel data, `bad-frames` where the attributes do not fit
 */
export function blankRegions(dataSet: DataSet, regions: readonly Region[]): void {
  if (!dataSet.has('PixelData') || regions.length === 0) return;
  const bytes = native(dataSet);
  const layout = layoutOf(dataSet, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const clamp = (value: number, most: number): number => Math.min(Math.max(0, Math.floor(value) || 0), most);
  for (let frame = 0; frame < layout.frames; frame += 1)
    for (const region of regions)
      for (let row = clamp(region.row, layout.rows); row < clamp(region.row + region.rows, layout.rows); row += 1)
        blankRow(
          view,
          layout,
          frame,
          row,
          clamp(region.column, layout.columns),
          clamp(region.column + region.columns, layout.columns),
        );
  dataSet.set('PixelData', bytes, dataSet.element('PixelData')?.vr);
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
  const bytes = native(dataSet);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 1 < bytes.length; at += 2) view.setUint16(at, view.getUint16(at, true) & mask, true);
  dataSet.set('PixelData', bytes, dataSet.element('PixelData')?.vr);
}
