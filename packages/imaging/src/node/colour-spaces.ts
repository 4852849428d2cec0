// Colour spaces that pictures may be asked for in: pixels of sRGB brought into them, and an ICC profile that says so. PS3.18 8.3.5.1.5;
// IEC 61966-2-1, Adobe RGB (1998), ISO 22028-2; ICC.1:2001-04.

import type { ByteSpace, Matrix, Row } from './matrix-profile.ts';

export const colourSpaceNames = ['srgb', 'adobergb', 'rommrgb'] as const;
export type ColourSpaceName = (typeof colourSpaceNames)[number];

interface ColourSpace {
  readonly title: string;
  /** Linear red, green and blue, 0 to 1, to XYZ relative to D50. */
  readonly toXyz: Matrix;
  /** From the encoded value to the linear one, both 0 to 1. */
  readonly linear: (value: number) => number;
}

const spaces: Readonly<Record<ColourSpaceName, ColourSpace>> = {
  srgb: {
    title: 'sRGB IEC61966-2.1',
    toXyz: [
      [0.4360747, 0.3850649, 0.1430804],
      [0.2225045, 0.7168786, 0.0606169],
      [0.0139322, 0.0971045, 0.7141733],
    ],
    linear: (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4),
  },
  adobergb: {
    title: 'Adobe RGB (1998) compatible',
    toXyz: [
      [0.6097559, 0.2052401, 0.149224],
      [0.3111242, 0.625656, 0.0632197],
      [0.0194811, 0.0608902, 0.7448387],
    ],
    linear: (value) => value ** (563 / 256),
  },
  rommrgb: {
    title: 'ROMM RGB',
    toXyz: [
      [0.7976749, 0.1351917, 0.0313534],
      [0.2880402, 0.7118741, 0.0000857],
      [0, 0, 0.82521],
    ],
    linear: (value) => (value < 16 / 512 ? value / 16 : value ** 1.8),
  },
};

function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const part = (x: number, y: number, z: number, w: number): number => (x * w - y * z) / determinant;
  return [
    [part(e, f, h, i), part(c, b, i, h), part(b, c, e, f)],
    [part(f, d, i, g), part(a, c, g, i), part(c, a, f, d)],
    [part(d, e, g, h), part(b, a, h, g), part(a, b, d, e)],
  ];
}

const times = ([a, b, c]: Row, matrix: Matrix): Row => {
  const column = (index: 0 | 1 | 2): number => a * matrix[0][index] + b * matrix[1][index] + c * matrix[2][index];
  return [column(0), column(1), column(2)];
};

/** Steps of the inverse curve: more than 8 bits can tell apart. */
const steps = 8191;

/** The encoded byte of a linear value in steps. */
function encoding({ linear }: ColourSpace): Uint8Array {
  const bytes = new Uint8Array(steps + 1);
  let level = 0;
  for (let step = 0; step <= steps; step += 1) {
    while (level < 255 && linear((level + 0.5) / 255) <= step / steps) level += 1;
    bytes[step] = level;
  }
  return bytes;
}

const srgbBytes = (): ByteSpace => {
  const { toXyz, linear } = spaces.srgb;
  const levels = Float64Array.from({ length: 256 }, (_, level) => linear(level / 255));
  return { toXyz, levels: [levels, levels, levels] };
};

/** Red, green and blue in another space; what that cannot hold is brought to its edge. sRGB has nothing that the others cannot hold. */
export function intoSpace(pixels: Uint8Array, name: ColourSpaceName, from: ByteSpace = srgbBytes()): Uint8Array {
  const space = spaces[name];
  const fromXyz = inverse(space.toXyz);
  const { toXyz, levels } = from;
  const [toRed, toGreen, toBlue] = [times(fromXyz[0], toXyz), times(fromXyz[1], toXyz), times(fromXyz[2], toXyz)];
  const bytes = encoding(space);
  const encoded = ([a, b, c]: Row, red: number, green: number, blue: number): number =>
    bytes[Math.round(Math.min(1, Math.max(0, a * red + b * green + c * blue)) * steps)] ?? 255;
  const result = new Uint8Array(pixels.length);
  for (let at = 0; at + 2 < pixels.length; at += 3) {
    const [red = 0, green = 0, blue = 0] = [
      levels[0][pixels[at] ?? 0],
      levels[1][pixels[at + 1] ?? 0],
      levels[2][pixels[at + 2] ?? 0],
    ];
    result[at] = encoded(toRed, red, green, blue);
    result[at + 1] = encoded(toGreen, red, green, blue);
    result[at + 2] = encoded(toBlue, red, green, blue);
  }
  return result;
}

const fixed = (value: number): number => Math.round(value * 65_536) >>> 0;
const d50: Row = [0.9642, 1, 0.8249];

/** Big endian words of 32 bits behind a type. */
function words(type: string, ...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 + values.length * 4);
  bytes.write(type, 'latin1');
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value, 8 + index * 4);
  });
  return bytes;
}

/** ICC.1 6.5.17, 6.5.3: a description has two more forms, which are left empty. */
const described = (text: string): Buffer =>
  Buffer.concat([words('desc', text.length + 1), Buffer.from(`${text}\0`, 'latin1'), Buffer.alloc(8 + 3 + 67)]);

/** Entries of the tone curve. */
const curvePoints = 1024;

function curve({ linear }: ColourSpace): Buffer {
  const points = Buffer.alloc(curvePoints * 2);
  for (let at = 0; at < curvePoints; at += 1)
    points.writeUInt16BE(Math.round(linear(at / (curvePoints - 1)) * 65_535), at * 2);
  return Buffer.concat([words('curv', curvePoints), points]);
}

/** A display profile of three primaries and a curve. */
export function profileOf(name: ColourSpaceName): Uint8Array {
  const space = spaces[name];
  const primary = (index: 0 | 1 | 2): Buffer => words('XYZ ', ...space.toXyz.map((row) => fixed(row[index])));
  const tone = curve(space);
  const tags: readonly (readonly [string, Buffer])[] = [
    ['desc', described(space.title)],
    ['cprt', Buffer.concat([words('text'), Buffer.from('No copyright, use freely\0', 'latin1')])],
    ['wtpt', words('XYZ ', ...d50.map(fixed))],
    ['rXYZ', primary(0)],
    ['gXYZ', primary(1)],
    ['bXYZ', primary(2)],
    ...['rTRC', 'gTRC', 'bTRC'].map((tag) => [tag, tone] as const),
  ];
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length, 0);
  const values: Buffer[] = [];
  const places = new Map<Buffer, number>();
  let end = 128 + table.length;
  for (const [index, [tag, value]] of tags.entries()) {
    if (!places.has(value)) {
      const padded = Buffer.concat([value, Buffer.alloc(-value.length & 3)]);
      places.set(value, end);
      values.push(padded);
      end += padded.length;
    }
    table.write(tag, 4 + index * 12, 'latin1');
    table.writeUInt32BE(places.get(value) ?? 0, 8 + index * 12);
    table.writeUInt32BE(value.length, 12 + index * 12);
  }
  return Buffer.concat([profileHeader(end), table, ...values]);
}

/** ICC.1 6.1: version 2.4, a display, made at the beginning of 2026. */
function profileHeader(size: number): Buffer {
  const header = Buffer.alloc(128);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(0x02400000, 8);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  [2026, 1, 1].forEach((part, index) => {
    header.writeUInt16BE(part, 24 + index * 2);
  });
  header.write('acsp', 36, 'latin1');
  d50.map(fixed).forEach((part, index) => {
    header.writeUInt32BE(part, 68 + index * 4);
  });
  return header;
}
