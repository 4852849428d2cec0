// Where a frame lies in the patient, which frames of a stack lie at it, and how to look one up at the pixels of another. PS3.3 C.7.6.2.1.1.
import type { DataSet } from '@concord/dicom';
import { functionalGroup } from '../rendering.ts';
import { type Matrix, mapped } from './placement.ts';

type Vector = readonly [x: number, y: number, z: number];

/** A frame's plane; lengths in mm. */
export interface Plane {
  readonly frameOfReferenceUid: string;
  /** Centre of the first pixel. */
  readonly position: Vector;
  /** Directions of growing column and growing row numbers, of length 1. */
  readonly along: Vector;
  readonly down: Vector;
  readonly rowSpacing: number;
  readonly columnSpacing: number;
  /** Of the slice; 0 where it is not said. */
  readonly thickness: number;
}

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const times = (a: Vector, factor: number): Vector => [a[0] * factor, a[1] * factor, a[2] * factor];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** Three numbers from `at`; undefined where there are fewer, or one that is none. */
function vectorOf(values: readonly number[], at = 0): Vector | undefined {
  const [x = Number.NaN, y = Number.NaN, z = Number.NaN] = values.slice(at, at + 3);
  return Number.isFinite(x + y + z) ? [x, y, z] : undefined;
}

/** A direction of length 1; undefined for one without a length. */
function directionOf(values: readonly number[], at: number): Vector | undefined {
  const vector = vectorOf(values, at);
  const length = vector && Math.sqrt(dot(vector, vector));
  return vector && length ? times(vector, 1 / length) : undefined;
}

/** The plane of a frame; undefined where the data set does not say all of it. */
export function readPlane(header: DataSet, frameNumber = 1): Plane | undefined {
  const of = (macro: string): DataSet => functionalGroup(header, frameNumber, macro) ?? header;
  const measures = of('PixelMeasuresSequence');
  const orientation = of('PlaneOrientationSequence').numbers('ImageOrientationPatient');
  const position = vectorOf(of('PlanePositionSequence').numbers('ImagePositionPatient'));
  const [along, down] = [directionOf(orientation, 0), directionOf(orientation, 3)];
  const [rowSpacing = 0, columnSpacing = 0] = measures.numbers('PixelSpacing');
  if (!position || !along || !down || !(rowSpacing > 0) || !(columnSpacing > 0)) return undefined;
  const frameOfReferenceUid = header.string('FrameOfReferenceUID') ?? '';
  const thickness = Math.max(0, measures.number('SliceThickness') ?? 0);
  return { frameOfReferenceUid, position, along, down, rowSpacing, columnSpacing, thickness };
}

const normalOf = ({ along, down }: Plane): Vector => cross(along, down);

/** Parallel within about a tenth of a degree. */
const parallel = 0.999_998;
export const areParallel = (a: Plane, b: Plane): boolean => Math.abs(dot(normalOf(a), normalOf(b))) > parallel;

/** A place in a stack between two of its planes: how much of each; the shares make 1. */
export interface Between<T> {
  readonly item: T;
  readonly share: number;
}

/** Planes closer to each other than this are the same, in mm. */
const same = 1e-3;

/**
 * What of a stack lies at a plane: one of its planes, or the two around it where they are neighbours. [] where the stack has
 * nothing there. All planes must be parallel.
 */
export function around<T extends { readonly plane: Plane }>(plane: Plane, stack: readonly T[]): readonly Between<T>[] {
  const normal = normalOf(plane);
  const placed = stack
    .map((item) => ({ item, distance: dot(minus(item.plane.position, plane.position), normal) }))
    .sort((a, b) => a.distance - b.distance);
  const gaps = placed.slice(1).map(({ distance }, index) => distance - (placed[index]?.distance ?? 0));
  const spacing = Math.min(...gaps.filter((gap) => gap > same));
  const above = placed.find(({ distance }) => distance >= -same);
  const below = placed.findLast(({ distance }) => distance <= same);
  const [nearest] = [above, below]
    .filter((one) => one !== undefined)
    .sort((a, b) => Math.abs(a.distance) - Math.abs(b.distance));
  if (!nearest) return [];
  const reach = Math.max(same, (Number.isFinite(spacing) ? spacing : nearest.item.plane.thickness) / 2);
  if (Math.abs(nearest.distance) <= same || !above || !below)
    return Math.abs(nearest.distance) <= reach ? [{ item: nearest.item, share: 1 }] : [];
  const gap = above.distance - below.distance;
  // Where a slice is missing the two beside it are no neighbours: nothing is made up between them.
  if (gap > spacing * 1.5) return Math.abs(nearest.distance) <= reach ? [{ item: nearest.item, share: 1 }] : [];
  return [
    { item: below.item, share: above.distance / gap },
    { item: above.item, share: -below.distance / gap },
  ];
}

/** From columns and rows of one plane to those of another, both counted from the centres of their first pixels. */
export function between(from: Plane, to: Plane): Matrix {
  const origin = minus(from.position, to.position);
  const [column, row] = [times(from.along, from.columnSpacing), times(from.down, from.rowSpacing)];
  const [a, c, e] = [column, row, origin].map((step) => dot(step, to.along) / to.columnSpacing);
  const [b, d, f] = [column, row, origin].map((step) => dot(step, to.down) / to.rowSpacing);
  return [a ?? 0, b ?? 0, c ?? 0, d ?? 0, e ?? 0, f ?? 0];
}

/** Values by rows. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** The value at a place between pixels, weighed by the four around it; NaN outside of the pixels' own area. */
function valueAt({ rows, columns, values }: Grid, x: number, y: number): number {
  if (!(x >= -0.5 && y >= -0.5 && x <= columns - 0.5 && y <= rows - 0.5)) return Number.NaN;
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, lower] = [left + 1, top + 1];
  const [share, down] = [x - left, y - top];
  const at = (column: number, row: number): number =>
    values[Math.min(Math.max(row, 0), rows - 1) * columns + Math.min(Math.max(column, 0), columns - 1)] ?? Number.NaN;
  const upper = at(left, top) * (1 - share) + at(right, top) * share;
  return upper * (1 - down) + (at(left, lower) * (1 - share) + at(right, lower) * share) * down;
}

/** A grid looked up at every pixel of another; NaN where it has none. */
export function resampled(grid: Grid, matrix: Matrix, size: { readonly rows: number; readonly columns: number }): Grid {
  const { rows, columns } = size;
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const [x, y] = mapped(matrix, column, row);
      values[row * columns + column] = valueAt(grid, x, y);
    }
  }
  return { rows, columns, values };
}
