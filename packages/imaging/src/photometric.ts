// Colour spaces of pixel data and how one becomes another. PS3.3 C.7.6.3.1.2.
import type { PhotometricInterpretation } from './image-description.ts';

/** Y Y Cb Cr for two pixels to Y Cb Cr for each; the chrominance is repeated, as the standard's subsampling is sited. */
export function upsample422(packed: Uint8Array, rows: number, columns: number): Uint8Array {
  const pixels = new Uint8Array(rows * columns * 3);
  const pairs = Math.ceil(columns / 2);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const from = (row * pairs + (column >>> 1)) * 4;
      const to = (row * columns + column) * 3;
      pixels[to] = packed[from + (column & 1)] ?? 0;
      pixels[to + 1] = packed[from + 2] ?? 0;
      pixels[to + 2] = packed[from + 3] ?? 0;
    }
  }
  return pixels;
}

/** Y Cb Cr for each pixel to Y Y Cb Cr for two, with the mean of their chrominance; where a row ends with half a pair its last pixel stands twice. */
export function subsample422(pixels: Uint8Array, rows: number, columns: number): Uint8Array {
  const pairs = Math.ceil(columns / 2);
  const packed = new Uint8Array(rows * pairs * 4);
  for (let row = 0; row < rows; row += 1) {
    for (let pair = 0; pair < pairs; pair += 1) {
      const left = (row * columns + pair * 2) * 3;
      const right = pair * 2 + 1 < columns ? left + 3 : left;
      const to = (row * pairs + pair) * 4;
      packed[to] = pixels[left] ?? 0;
      packed[to + 1] = pixels[right] ?? 0;
      packed[to + 2] = ((pixels[left + 1] ?? 0) + (pixels[right + 1] ?? 0) + 1) >> 1;
      packed[to + 3] = ((pixels[left + 2] ?? 0) + (pixels[right + 2] ?? 0) + 1) >> 1;
    }
  }
  return packed;
}

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : Math.round(value));

/** Full range: black is 0, white 255, no chrominance 128. */
function fullToRgb(pixels: Uint8Array | Uint8ClampedArray, to: Uint8Array): void {
  for (let at = 0; at < pixels.length; at += 3) {
    const y = pixels[at] ?? 0;
    const cb = (pixels[at + 1] ?? 0) - 128;
    const cr = (pixels[at + 2] ?? 0) - 128;
    to[at] = clamp(y + 1.402 * cr);
    to[at + 1] = clamp(y - 0.344136 * cb - 0.714136 * cr);
    to[at + 2] = clamp(y + 1.772 * cb);
  }
}

/** CCIR 601 range: black is 16, white 235. */
function partialToRgb(pixels: Uint8Array | Uint8ClampedArray, to: Uint8Array): void {
  for (let at = 0; at < pixels.length; at += 3) {
    const y = 1.1644 * ((pixels[at] ?? 0) - 16);
    const cb = (pixels[at + 1] ?? 0) - 128;
    const cr = (pixels[at + 2] ?? 0) - 128;
    to[at] = clamp(y + 1.596 * cr);
    to[at + 1] = clamp(y - 0.3917 * cb - 0.8129 * cr);
    to[at + 2] = clamp(y + 2.0173 * cb);
  }
}

/** 8-bit colour pixels as RGB; a view on the same bytes where they are RGB already (a codec undoes ICT, RCT and XYB). */
export function toRgb(pixels: Uint8Array, term: PhotometricInterpretation): Uint8Array {
  const full = term === 'YBR_FULL' || term === 'YBR_FULL_422';
  const partial = term === 'YBR_PARTIAL_422' || term === 'YBR_PARTIAL_420';
  if (!full && !partial) return pixels;
  const rgb = new Uint8Array(pixels.length);
  if (full) fullToRgb(pixels, rgb);
  else partialToRgb(pixels, rgb);
  return rgb;
}
