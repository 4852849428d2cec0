// How long a line on an image is: by the spacing of its pixels, or by the region of an ultrasound image it lies in. PS3.3 10.7, C.8.5.5.
import type { DataSet } from '@concord/dicom';
import { frameValues } from './instance-facts.ts';
import type { Point } from './view.ts';

/** From one point of the image to another: columns to the right, rows downwards, the corner at 0, 0. */
export interface Line {
  readonly from: Point;
  readonly to: Point;
}

export interface Length {
  readonly value: number;
  readonly unit: 'mm' | 'px';
  /** What a reader has to know of the number; '' for nothing. */
  readonly remark: string;
}

/** Of one pixel, in millimetres. */
interface PixelSize {
  readonly across: number;
  readonly down: number;
  readonly remark: string;
}

/** Where spacings stand, and what they are worth: at the detector everything is larger than in the patient. PS3.3 10.7.1.3 */
const spacings = [
  { keyword: 'PixelSpacing', remark: '' },
  { keyword: 'ImagerPixelSpacing', remark: 'at the detector' },
  { keyword: 'NominalScannedPixelSpacing', remark: 'as scanned' },
] as const;

const sizeBySpacing = (dataSet: DataSet, frame: number): PixelSize | undefined => {
  for (const { keyword, remark } of spacings) {
    const [down = 0, across = 0] = frameValues(dataSet, frame, 'PixelMeasuresSequence', keyword);
    if (down > 0 && across > 0) return { across, down, remark };
  }
  return undefined;
};

/** Of Physical Units X and Y Direction: centimetres. PS3.3 C.8.5.5.1.15 */
const centimetres = 3;

const isInside = (region: DataSet, { x, y }: Point): boolean =>
  x >= (region.number('RegionLocationMinX0') ?? Number.POSITIVE_INFINITY) &&
  y >= (region.number('RegionLocationMinY0') ?? Number.POSITIVE_INFINITY) &&
  x <= (region.number('RegionLocationMaxX1') ?? Number.NEGATIVE_INFINITY) + 1 &&
  y <= (region.number('RegionLocationMaxY1') ?? Number.NEGATIVE_INFINITY) + 1;

/** Both directions of a region in lengths; others are times or velocities, and a line across them has no length. */
const sizeOfRegion = (region: DataSet): PixelSize | undefined => {
  const units = [region.number('PhysicalUnitsXDirection'), region.number('PhysicalUnitsYDirection')];
  const across = Math.abs(region.number('PhysicalDeltaX') ?? 0) * 10;
  const down = Math.abs(region.number('PhysicalDeltaY') ?? 0) * 10;
  return units.every((unit) => unit === centimetres) && across > 0 && down > 0
    ? { across, down, remark: '' }
    : undefined;
};

/** Undefined where the line leaves the regions, goes from one to another, or lies in one that is not a picture of space. */
const sizeByRegion = (regions: readonly DataSet[], { from, to }: Line): PixelSize | undefined => {
  const around = regions.filter((region) => isInside(region, from) && isInside(region, to));
  return around.length === 1 && around[0] ? sizeOfRegion(around[0]) : undefined;
};

/** The length of a line on a frame, in millimetres where the data set says how large a pixel is. */
export const lengthOf = (line: Line, dataSet: DataSet, frame: number): Length => {
  const [columns, rows] = [line.to.x - line.from.x, line.to.y - line.from.y];
  const regions = dataSet.items('SequenceOfUltrasoundRegions');
  const size = regions.length > 0 ? sizeByRegion(regions, line) : sizeBySpacing(dataSet, frame);
  if (size) return { value: Math.hypot(columns * size.across, rows * size.down), unit: 'mm', remark: size.remark };
  const remark = regions.length > 0 ? 'not within one calibrated region' : 'not calibrated';
  return { value: Math.hypot(columns, rows), unit: 'px', remark };
};

/** `5.0 mm`, `120 px, not calibrated`. */
export const shownLength = ({ value, unit, remark }: Length): string =>
  [`${value.toFixed(unit === 'mm' ? 1 : 0)} ${unit}`, remark].filter((part) => part !== '').join(', ');

/** Shorter drags are clicks. In pixels of the image. */
export const shortest = 0.5;
/** Lines of one image that are kept. */
export const mostLines = 50;

/** The lines of an image with one more. */
export const withLine = (lines: readonly Line[], line: Line): readonly Line[] => [...lines, line].slice(-mostLines);
