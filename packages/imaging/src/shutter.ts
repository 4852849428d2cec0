// Display shutters: what lies outside of a rectangle, circle or polygon, or under a bitmap, is covered. PS3.3 C.7.6.11, C.7.6.15.
import type { DataSet } from '@concord/dicom';
import { cielabToRgb } from './cielab.ts';

/** A point in pixels of the image, 1\1 being the first. */
interface Point {
  readonly row: number;
  readonly column: number;
}

/** Shapes that hold at once: a pixel is seen where it lies inside of all of them. */
export interface Shutter {
  readonly rectangle?: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly circle?: { readonly center: Point; readonly radius: number };
  readonly polygon?: readonly Point[];
  /** Overlay group whose set bits are covered. */
  readonly bitmapGroup?: number;
  /** P-Value of the cover, 0 (darkest) .. 65535. */
  readonly presentationValue: number;
  /** Red, green and blue of the cover over colour images, where the data set names one. */
  readonly colour?: readonly [number, number, number];
}

const maximumVertices = 10_000;

function pointsOf(values: readonly number[]): readonly Point[] {
  const points: Point[] = [];
  for (let at = 0; at + 1 < Math.min(values.length, maximumVertices * 2); at += 2) {
    points.push({ row: values[at] ?? 0, column: values[at + 1] ?? 0 });
  }
  return points;
}

function readRectangle(header: DataSet): Shutter['rectangle'] {
  const left = header.number('ShutterLeftVerticalEdge');
  const right = header.number('ShutterRightVerticalEdge');
  const top = header.number('ShutterUpperHorizontalEdge');
  const bottom = header.number('ShutterLowerHorizontalEdge');
  if (left === undefined || right === undefined || top === undefined || bottom === undefined) return undefined;
  return { left, right, top, bottom };
}

function readCircle(header: DataSet): Shutter['circle'] {
  const [center] = pointsOf(header.numbers('CenterOfCircularShutter'));
  const radius = header.number('RadiusOfCircularShutter');
  return center && radius !== undefined ? { center, radius } : undefined;
}

function readColour(header: DataSet): Shutter['colour'] {
  const [l, a, b] = header.numbers('ShutterPresentationColorCIELabValue');
  return l === undefined || a === undefined || b === undefined ? undefined : cielabToRgb([l, a, b]);
}

/** The shutter of an image or a presentation state; undefined where it has none, or only incomplete shapes. */
export function readShutter(header: DataSet): Shutter | undefined {
  const shapes = header.strings('ShutterShape');
  const rectangle = shapes.includes('RECTANGULAR') ? readRectangle(header) : undefined;
  const circle = shapes.includes('CIRCULAR') ? readCircle(header) : undefined;
  const vertices = shapes.includes('POLYGONAL') ? pointsOf(header.numbers('VerticesOfThePolygonalShutter')) : [];
  const bitmapGroup = shapes.includes('BITMAP') ? header.number('ShutterOverlayGroup') : undefined;
  if (!rectangle && !circle && vertices.length < 3 && bitmapGroup === undefined) return undefined;
  const colour = readColour(header);
  return {
    ...(rectangle ? { rectangle } : {}),
    ...(circle ? { circle } : {}),
    ...(vertices.length >= 3 ? { polygon: vertices } : {}),
    ...(bitmapGroup === undefined ? {} : { bitmapGroup }),
    presentationValue: header.number('ShutterPresentationValue') ?? 0,
    ...(colour ? { colour } : {}),
  };
}

/** A line between two vertices, and the column in which it is at a row. */
interface Edge {
  readonly from: Point;
  readonly to: Point;
}
const columnAt = ({ from, to }: Edge, row: number): number =>
  from.column + ((row - from.row) / (to.row - from.row)) * (to.column - from.column);

/** Which columns, from 1, a polygon shows of a row: those between two of its edges, and those on an edge, as with the other shapes. */
function seenInRow(polygon: readonly Point[], row: number, columns: number): Uint8Array {
  const seen = new Uint8Array(columns + 1);
  const show = (first: number, last: number) =>
    seen.fill(1, Math.max(0, first), Math.max(0, Math.min(columns, last) + 1));
  const edges = polygon.map((from, index): Edge => ({ from, to: polygon[(index + 1) % polygon.length] ?? from }));
  const crossed = edges.filter(({ from, to }) => from.row <= row !== to.row <= row);
  const crossings = crossed.map((edge) => columnAt(edge, row)).sort((a, b) => a - b);
  for (let at = 0; at + 1 < crossings.length; at += 2)
    show(Math.ceil(crossings[at] ?? 0), Math.floor(crossings[at + 1] ?? 0));
  for (const edge of edges) {
    const { from, to } = edge;
    if (row < Math.min(from.row, to.row) || row > Math.max(from.row, to.row)) continue;
    const ends = from.row === to.row ? [from.column, to.column] : [columnAt(edge, row)];
    show(Math.ceil(Math.min(...ends)), Math.floor(Math.max(...ends)));
  }
  return seen;
}

/** Calls `cover` with the index of every pixel that the shapes (not the bitmap) of the shutter cover. */
export function eachCoveredPixel(
  { rectangle, circle, polygon }: Shutter,
  size: { readonly rows: number; readonly columns: number },
  cover: (pixel: number) => void,
): void {
  for (let row = 1; row <= size.rows; row += 1) {
    const inPolygon = polygon && seenInRow(polygon, row, size.columns);
    const inRows = !rectangle || (row >= rectangle.top && row <= rectangle.bottom);
    for (let column = 1; column <= size.columns; column += 1) {
      const seen =
        inRows &&
        (!rectangle || (column >= rectangle.left && column <= rectangle.right)) &&
        (!circle || (row - circle.center.row) ** 2 + (column - circle.center.column) ** 2 <= circle.radius ** 2) &&
        inPolygon?.[column] !== 0;
      if (!seen) cover((row - 1) * size.columns + column - 1);
    }
  }
}
