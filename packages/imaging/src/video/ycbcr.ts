// Pixels of the screen as video has them: BT.709 in limited range, one pair of colour differences for four pixels. ITU-R BT.709-6 3.
import type { RenderedFrame } from '../render.ts';

/** Sides of a video are even: a picture of odd ones has its last column or row twice. */
export const evenSide = (side: number): number => side + (side % 2);

const [red, green, blue] = [0.2126, 0.7152, 0.0722];
/** Levels from black to white, and of the colour differences; what lies beyond is left free. */
const [lumaRange, chromaRange] = [219, 224];
const [black, noColour] = [16, 128];

/** Luma of a grey level. */
const grayLuma = Uint8Array.from({ length: 256 }, (_, level) => Math.round(black + (level * lumaRange) / 255));

/** Planes Y, Cb and Cr, one behind the other, of even sides. */
export function planesOf(frame: Pick<RenderedFrame, 'rows' | 'columns' | 'channels' | 'pixels'>): Uint8Array {
  const [width, height] = [evenSide(frame.columns), evenSide(frame.rows)];
  const planes = new Uint8Array((width * height * 3) / 2).fill(noColour, width * height);
  if (frame.channels === 1) grayPlane(frame, planes, width);
  else colourPlanes(frame, planes, width);
  return planes;
}

type Frame = Parameters<typeof planesOf>[0];

function grayPlane({ rows, columns, pixels }: Frame, planes: Uint8Array, width: number): void {
  for (let y = 0; y < evenSide(rows); y += 1) {
    const from = Math.min(y, rows - 1) * columns;
    for (let x = 0; x < width; x += 1) {
      planes[y * width + x] = grayLuma[pixels[from + Math.min(x, columns - 1)] ?? 0] ?? black;
    }
  }
}

function colourPlanes({ rows, columns, pixels }: Frame, planes: Uint8Array, width: number): void {
  const height = evenSide(rows);
  const [cb, cr] = [width * height, (width * height * 5) / 4];
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      let [sumLuma, sumRed, sumBlue] = [0, 0, 0];
      for (let corner = 0; corner < 4; corner += 1) {
        const [column, row] = [x + (corner & 1), y + (corner >> 1)];
        const at = (Math.min(row, rows - 1) * columns + Math.min(column, columns - 1)) * 3;
        const [r, g, b] = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
        const luma = red * r + green * g + blue * b;
        planes[row * width + column] = Math.round(black + (luma * lumaRange) / 255);
        sumLuma += luma;
        sumRed += r;
        sumBlue += b;
      }
      const at = (y >> 1) * (width >> 1) + (x >> 1);
      planes[cb + at] = difference(sumBlue - sumLuma, blue);
      planes[cr + at] = difference(sumRed - sumLuma, red);
    }
  }
}

/** A colour difference of four pixels, whose sums are given. */
const difference = (sum: number, weight: number): number =>
  Math.round(noColour + ((sum / 4) * chromaRange) / (2 * (1 - weight) * 255));
