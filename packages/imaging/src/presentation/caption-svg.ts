// Lines of text in the corners of a drawn picture, as SVG. PS3.18 8.3.5.1.1.
import { escaped } from './svg-text.ts';

/** What is written where; a line that does not fit is cut by the edge. */
export interface Captions {
  /** From the upper left corner downwards. */
  readonly upper: readonly string[];
  /** Above the lower left corner. */
  readonly lower: readonly string[];
}

const lineHeight = 1.3;
/** Letters grow with the picture, and stay readable: their height in pixels. */
const letterHeight = (columns: number, rows: number): number => Math.max(9, Math.min(28, Math.min(columns, rows) / 28));

/** An SVG document of exactly this size. The letters have an edge, so that they can be read on any grey. */
export function captionSvg({ upper, lower }: Captions, columns: number, rows: number): string {
  const height = letterHeight(columns, rows);
  const step = height * lineHeight;
  const text = (line: string, y: number): string =>
    `<text x="${(height / 2).toFixed(1)}" y="${y.toFixed(1)}">${escaped(line)}</text>`;
  const lines = [
    ...upper.map((line, index) => text(line, step * (index + 1))),
    ...lower.map((line, index) => text(line, rows - step * (lower.length - 1 - index) - height / 2)),
  ];
  const size = `width="${columns}" height="${rows}" viewBox="0 0 ${columns} ${rows}"`;
  const letters = `font-family="DejaVu Sans, sans-serif" font-size="${height.toFixed(1)}" fill="#fff"`;
  const edge = `stroke="#000" stroke-width="${(height / 5).toFixed(1)}" paint-order="stroke" stroke-linejoin="round"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${letters} ${edge}>${lines.join('')}</svg>`;
}
