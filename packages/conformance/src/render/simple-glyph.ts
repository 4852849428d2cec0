// One glyph of a TrueType font, as straight and quadratic lines. ISO/IEC 14496-22 5.3.4.

/** A path as fontkit gives it, in units of the font. */
export interface Outline {
  readonly commands: readonly { readonly command: string; readonly args: readonly number[] }[];
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly onCurve: boolean;
}

function contoursOf({ commands }: Outline): readonly (readonly Place[])[] {
  const contours: Place[][] = [];
  const add = (x = 0, y = 0, onCurve = true): void => {
    contours.at(-1)?.push({ x: Math.round(x), y: Math.round(y), onCurve });
  };
  for (const { command, args } of commands) {
    const [x, y, endX, endY] = args;
    if (command === 'moveTo') contours.push([]);
    if (command === 'moveTo' || command === 'lineTo') add(x, y);
    if (command === 'quadraticCurveTo') {
      add(x, y, false);
      add(endX, endY);
    }
  }
  return contours.filter(({ length }) => length > 0);
}

/** The glyph's entry of the table 'glyf', without instructions, padded to four bytes; nothing for one that draws nothing. */
export function glyphWithoutHints(outline: Outline): Uint8Array {
  const contours = contoursOf(outline);
  const places = contours.flat();
  if (places.length === 0) return new Uint8Array(0);
  const length = 10 + contours.length * 2 + 2 + places.length * 5;
  const bytes = new Uint8Array(Math.ceil(length / 4) * 4);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const word = (value: number): void => {
    view.setInt16(at, value);
    at += 2;
  };
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  for (const value of [contours.length, Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)])
    word(value);
  let last = -1;
  for (const contour of contours) {
    last += contour.length;
    word(last);
  }
  word(0); // bytes of instructions
  for (const { onCurve } of places) {
    view.setUint8(at, onCurve ? 1 : 0);
    at += 1;
  }
  for (const values of [xs, ys]) for (const [index, value] of values.entries()) word(value - (values[index - 1] ?? 0));
  return bytes;
}
