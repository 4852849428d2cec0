// What drawings are made of, as data: every renderer draws them its own way. Units of about one pixel.

export type Shape =
  | { readonly kind: 'box'; readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  | { readonly kind: 'ellipse'; readonly x: number; readonly y: number; readonly rx: number; readonly ry: number }
  /** Lines of text around a centre. */
  | { readonly kind: 'text'; readonly x: number; readonly y: number; readonly lines: readonly string[] }
  | ({
      readonly kind: 'line';
      readonly x1: number;
      readonly y1: number;
      readonly x2: number;
      readonly y2: number;
    } & LineStyle);

export interface LineStyle {
  readonly dashed?: boolean;
  readonly dotted?: boolean;
  readonly arrow?: boolean;
  /** An arrow at each end. */
  readonly bothEnds?: boolean;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

/** From one line of text to the next. */
export const lineHeight = 15;

/** A text broken into lines of about `width` characters. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

export const textAt = (x: number, y: number, lines: readonly string[]): Shape => ({ kind: 'text', x, y, lines });

export const box = (x: number, y: number, width: number, height: number): Shape => ({
  kind: 'box',
  x,
  y,
  width,
  height,
});

export const ellipse = (x: number, y: number, rx: number, ry: number): Shape => ({ kind: 'ellipse', x, y, rx, ry });

export const line = (x1: number, y1: number, x2: number, y2: number, style: LineStyle = {}): Shape => ({
  kind: 'line',
  x1,
  y1,
  x2,
  y2,
  ...style,
});
