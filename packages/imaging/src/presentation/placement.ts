// Where each point of a stored image comes to lie: cut out, turned, mirrored. Points count from the corner of the first pixel.
import type { DisplayedArea, SpatialTransformation } from './displayed-area.ts';

/** Maps x, y of the stored image to a\*x + c\*y + e, b\*x + d\*y + f: the order of SVG's `matrix`. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** A picture that a stored image is drawn into, one picture pixel for one image pixel. */
export interface Placement {
  readonly columns: number;
  readonly rows: number;
  readonly matrix: Matrix;
}

/** The same point by both matrices, `first` before `second`. */
export function compose(first: Matrix, second: Matrix): Matrix {
  const [a, b, c, d, e, f] = first;
  const [A, B, C, D, E, F] = second;
  return [A * a + C * b, B * a + D * b, A * c + C * d, B * c + D * d, A * e + C * f + E, B * e + D * f + F];
}

/** Where a point goes. */
export const mapped = ([a, b, c, d, e, f]: Matrix, x: number, y: number): readonly [number, number] => [
  a * x + c * y + e,
  b * x + d * y + f,
];

/** Clockwise about the picture, keeping it in its place. */
function rotated({ columns, rows, matrix }: Placement, rotation: SpatialTransformation['rotation']): Placement {
  switch (rotation) {
    case 0:
      return { columns, rows, matrix };
    case 90:
      return { columns: rows, rows: columns, matrix: compose(matrix, [0, 1, -1, 0, rows, 0]) };
    case 180:
      return { columns, rows, matrix: compose(matrix, [-1, 0, 0, -1, columns, rows]) };
    case 270:
      return { columns: rows, rows: columns, matrix: compose(matrix, [0, -1, 1, 0, 0, columns]) };
  }
}

/** The placement of an area after turning and mirroring. */
export function placementOf(
  area: Pick<DisplayedArea, 'left' | 'top' | 'right' | 'bottom'>,
  { rotation, flip }: SpatialTransformation,
): Placement {
  const columns = Math.max(1, area.right - area.left + 1);
  const rows = Math.max(1, area.bottom - area.top + 1);
  const cut: Placement = { columns, rows, matrix: [1, 0, 0, 1, 1 - area.left, 1 - area.top] };
  const turned = rotated(cut, rotation);
  return flip ? { ...turned, matrix: compose(turned.matrix, [-1, 0, 0, 1, turned.columns, 0]) } : turned;
}

/** Pixels of an image, by rows. */
export interface Raster {
  readonly rows: number;
  readonly columns: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** Draws an image in its placement; what lies outside of the image is black. */
export function placed(image: Raster, { columns, rows, matrix }: Placement): Raster {
  const [a, b, c, d, e, f] = matrix;
  const { channels } = image;
  const pixels = new Uint8Array(columns * rows * channels);
  for (let row = 0; row < image.rows; row += 1) {
    for (let column = 0; column < image.columns; column += 1) {
      // Middles of pixels go to middles of pixels: the matrix only turns by quarters and moves by whole ones.
      const x = Math.floor(a * (column + 0.5) + c * (row + 0.5) + e);
      const y = Math.floor(b * (column + 0.5) + d * (row + 0.5) + f);
      if (x < 0 || y < 0 || x >= columns || y >= rows) continue;
      const from = (row * image.columns + column) * channels;
      const to = (y * columns + x) * channels;
      for (let channel = 0; channel < channels; channel += 1) pixels[to + channel] = image.pixels[from + channel] ?? 0;
    }
  }
  return { rows, columns, channels, pixels };
}
