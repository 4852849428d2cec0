// A small ICC profile for tests: matrix and gamma, its primaries given in the D50 connection space. ICC.1:2001-04.

type Xyz = readonly [number, number, number];

const fixed = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Math.round(value * 65536));
  return bytes;
};
const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
const xyz = (values: Xyz): Buffer => Buffer.concat([Buffer.from('XYZ \0\0\0\0', 'latin1'), ...values.map(fixed)]);
const text = (value: string): Buffer => padded(Buffer.from(`text\0\0\0\0${value}\0`, 'latin1'));
const gamma = (value: number): Buffer => {
  const bytes = Buffer.alloc(16);
  bytes.write('curv', 0, 'latin1');
  bytes.writeUInt32BE(1, 8);
  bytes.writeUInt16BE(Math.round(value * 256), 12);
  return bytes;
};
const description = (value: string): Buffer => {
  const bytes = Buffer.alloc(12 + value.length + 1 + 78);
  bytes.write('desc', 0, 'latin1');
  bytes.writeUInt32BE(value.length + 1, 8);
  bytes.write(value, 12, 'latin1');
  return padded(bytes);
};

/** sRGB's primaries, adapted to D50. */
export const srgbPrimaries: readonly [Xyz, Xyz, Xyz] = [
  [0.4361, 0.2225, 0.0139],
  [0.3851, 0.7169, 0.0971],
  [0.1431, 0.0606, 0.7141],
];

/** A display profile with these primaries for red, green and blue. */
export function iccProfile([red, green, blue]: readonly [Xyz, Xyz, Xyz], curve = 2.2): Uint8Array {
  const tags: readonly (readonly [string, Buffer])[] = [
    ['desc', description('test')],
    ['cprt', text('none')],
    ['wtpt', xyz([0.9642, 1, 0.8249])],
    ['rXYZ', xyz(red)],
    ['gXYZ', xyz(green)],
    ['bXYZ', xyz(blue)],
    ['rTRC', gamma(curve)],
    ['gTRC', gamma(curve)],
    ['bTRC', gamma(curve)],
  ];
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length);
  let offset = 128 + table.length;
  tags.forEach(([name, body], index) => {
    table.write(name, 4 + index * 12, 'latin1');
    table.writeUInt32BE(offset, 8 + index * 12);
    table.writeUInt32BE(body.length, 12 + index * 12);
    offset += body.length;
  });
  const header = Buffer.alloc(128);
  header.writeUInt32BE(offset, 0);
  header.writeUInt32BE(0x02400000, 8);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  Buffer.concat([fixed(0.9642), fixed(1), fixed(0.8249)]).copy(header, 68);
  return new Uint8Array(Buffer.concat([header, table, ...tags.map(([, body]) => body)]));
}
