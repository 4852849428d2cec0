// GB18030 and GBK as tables: what TextDecoder reads of every cell, and the way back, which it does not offer.

const leads = 126; // 81H..FEH
const trails = 190; // 40H..7EH and 80H..FEH
const fourByteBmp = 39_420; // 81308130H..8431A439H hold what is left of the basic plane
const supplementary = 189_000; // 90308130H is U+10000
const euro = 0x20ac;

/** Both tables and their inverses. Built on first use: 63,360 cells. */
export interface GbTables {
  /** Code unit of each two-byte cell, 0 where there is none. */
  readonly two: Uint16Array;
  /** Code unit of each four-byte cell of the basic plane, 0 where there is none. */
  readonly four: Uint16Array;
  readonly cellOfTwo: ReadonlyMap<number, number>;
  readonly cellOfFour: ReadonlyMap<number, number>;
}

const trailByte = (index: number): number => index + (index < 63 ? 0x40 : 0x41);
const twoBytes = (cell: number): number[] => [Math.floor(cell / trails) + 0x81, trailByte(cell % trails)];
const fourBytes = (linear: number): number[] => [
  Math.floor(linear / 12_600) + 0x81,
  (Math.floor(linear / 1260) % 10) + 0x30,
  (Math.floor(linear / 10) % 126) + 0x81,
  (linear % 10) + 0x30,
];

/** Reads every cell in one decode, one cell a line. */
function readAll(count: number, bytesOf: (cell: number) => number[]): Uint16Array {
  const bytes: number[] = [];
  for (let cell = 0; cell < count; cell += 1) bytes.push(...bytesOf(cell), 0x0a);
  const lines = new TextDecoder('gb18030').decode(Uint8Array.from(bytes)).split('\n');
  return Uint16Array.from({ length: count }, (_, cell) => {
    const text = lines[cell] ?? '';
    return text.length === 1 && text !== '\ufffd' ? text.charCodeAt(0) : 0;
  });
}

function inverse(table: Uint16Array): Map<number, number> {
  const cells = new Map<number, number>();
  table.forEach((unit, cell) => {
    if (unit !== 0 && !cells.has(unit)) cells.set(unit, cell);
  });
  return cells;
}

let tables: GbTables | undefined;

/** The tables; kept, since they never change. */
export function gbTables(): GbTables {
  if (tables) return tables;
  const two = readAll(leads * trails, twoBytes);
  const four = readAll(fourByteBmp, fourBytes);
  tables = { two, four, cellOfTwo: inverse(two), cellOfFour: inverse(four) };
  return tables;
}

/** Code point and length of the character at `at`; undefined where the bytes are none. */
export function readGb(
  bytes: Uint8Array,
  at: number,
): { readonly codePoint: number; readonly length: number } | undefined {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  if (a < 0x80) return { codePoint: a, length: 1 };
  if (a === 0x80) return { codePoint: euro, length: 1 };
  if (a === 0xff) return undefined;
  if (b >= 0x40 && b !== 0x7f && b !== 0xff) {
    const codePoint = gbTables().two[(a - 0x81) * trails + b - (b < 0x7f ? 0x40 : 0x41)];
    return codePoint ? { codePoint, length: 2 } : undefined;
  }
  if (b < 0x30 || b > 0x39 || c < 0x81 || c === 0xff || d < 0x30 || d > 0x39) return undefined;
  const linear = ((a - 0x81) * 10 + b - 0x30) * 1260 + (c - 0x81) * 10 + d - 0x30;
  const codePoint = linear >= supplementary ? linear - supplementary + 0x10000 : gbTables().four[linear];
  return codePoint && codePoint <= 0x10ffff ? { codePoint, length: 4 } : undefined;
}

/** The bytes of a code point; undefined where the encoding has none (GBK has no four-byte forms and no euro sign). */
export function writeGb(codePoint: number, encoding: 'gb18030' | 'gbk'): number[] | undefined {
  if (codePoint < 0x80) return [codePoint];
  if (encoding === 'gbk' && codePoint === euro) return undefined;
  const two = gbTables().cellOfTwo.get(codePoint);
  if (two !== undefined) return twoBytes(two);
  if (encoding === 'gbk') return undefined;
  if (codePoint >= 0x10000) return fourBytes(codePoint - 0x10000 + supplementary);
  const four = gbTables().cellOfFour.get(codePoint);
  return four === undefined ? undefined : fourBytes(four);
}
