// JPEG extended, 12 bits, sequential (process 4): discrete cosine transform and Huffman coding. ISO/IEC 10918-1 Annexes A, F.
import { fittedTable, type HuffmanTable } from './huffman.ts';

/** A grey image of up to 12 bits. */
export interface ExtendedImage {
  readonly rows: number;
  readonly columns: number;
  /** 8 or 12: what the frame header says. */
  readonly precision: 8 | 12;
  readonly samples: Uint8Array | Uint16Array;
}

/** Where the coefficients of a block stand in its rows, from the lowest frequency on. Figure A.6. */
const zigzag = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
  55, 62, 63,
]);
/** Luminance quantisation by rows. Table K.1. */
const luminance = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];

/** The table for a quality of 1..100, scaled as the Independent JPEG Group does; entries of one byte. */
function quantisation(quality: number): Uint8Array {
  const scale = quality < 50 ? 5000 / quality : 200 - quality * 2;
  return Uint8Array.from(luminance, (entry) => Math.min(255, Math.max(1, Math.round((entry * scale) / 100))));
}

/** cos((2x + 1) u pi / 16) / 2, the first row smaller by the root of two: one pass of the transform. A.3.3. */
const cosines = Float64Array.from({ length: 64 }, (_, index) => {
  const [u, x] = [index >>> 3, index & 7];
  return ((u === 0 ? Math.SQRT1_2 : 1) * Math.cos(((2 * x + 1) * u * Math.PI) / 16)) / 2;
});

/** Transforms a block in place, rows first; `passing` is room for what lies between. */
function transform(block: Float64Array, passing: Float64Array): void {
  for (let row = 0; row < 8; row += 1) {
    for (let u = 0; u < 8; u += 1) {
      let sum = 0;
      for (let x = 0; x < 8; x += 1) sum += (block[row * 8 + x] ?? 0) * (cosines[u * 8 + x] ?? 0);
      passing[row * 8 + u] = sum;
    }
  }
  for (let column = 0; column < 8; column += 1) {
    for (let v = 0; v < 8; v += 1) {
      let sum = 0;
      for (let y = 0; y < 8; y += 1) sum += (passing[y * 8 + column] ?? 0) * (cosines[v * 8 + y] ?? 0);
      block[v * 8 + column] = sum;
    }
  }
}

/** Quantised coefficients of all blocks, each in zigzag order. Edges are repeated to fill the last blocks. */
function coefficients({ rows, columns, precision, samples }: ExtendedImage, table: Uint8Array): Int16Array {
  const [across, down] = [Math.ceil(columns / 8), Math.ceil(rows / 8)];
  const all = new Int16Array(across * down * 64);
  const [block, passing] = [new Float64Array(64), new Float64Array(64)];
  const middle = 2 ** (precision - 1);
  for (let number = 0; number < across * down; number += 1) {
    const [top, left] = [Math.floor(number / across) * 8, (number % across) * 8];
    for (let at = 0; at < 64; at += 1) {
      const row = Math.min(rows - 1, top + (at >>> 3));
      const column = Math.min(columns - 1, left + (at & 7));
      block[at] = (samples[row * columns + column] ?? 0) - middle;
    }
    transform(block, passing);
    for (let at = 0; at < 64; at += 1) {
      const place = zigzag[at] ?? 0;
      all[number * 64 + at] = Math.round((block[place] ?? 0) / (table[place] ?? 1));
    }
  }
  return all;
}

/** What is told of each coded symbol: the symbol, then so many bits of its value. */
interface SymbolSink {
  dc(symbol: number, bits: number): void;
  ac(symbol: number, bits: number): void;
}

/** Bits of a value: its own where positive, one less than itself in the low bits where negative. F.1.2.1. */
const sizeOf = (value: number): number => 32 - Math.clz32(Math.abs(value));
const bitsOf = (value: number, size: number): number => (value < 0 ? value + 2 ** size - 1 : value);

/** Run-length symbols of one block. F.1.2.2. */
function codeBlock(block: Int16Array, before: number, sink: SymbolSink): void {
  const difference = (block[0] ?? 0) - before;
  const size = sizeOf(difference);
  sink.dc(size, bitsOf(difference, size));
  let zeros = 0;
  for (let at = 1; at < 64; at += 1) {
    const value = block[at] ?? 0;
    if (value === 0) {
      zeros += 1;
      continue;
    }
    for (; zeros > 15; zeros -= 16) sink.ac(0xf0, 0);
    const length = sizeOf(value);
    sink.ac((zeros << 4) | length, bitsOf(value, length));
    zeros = 0;
  }
  if (zeros > 0) sink.ac(0, 0);
}

function codeBlocks(all: Int16Array, sink: SymbolSink): void {
  for (let at = 0; at < all.length; at += 64) {
    codeBlock(all.subarray(at, at + 64), at === 0 ? 0 : (all[at - 64] ?? 0), sink);
  }
}

/** Bytes that grow by doubling, with bits put in from the highest down and 0xFF stuffed. F.1.2.3. */
function createBitWriter() {
  let bytes = new Uint8Array(1 << 16);
  let length = 0;
  let pending = 0;
  let held = 0;
  const byte = (value: number): void => {
    if (length === bytes.length) {
      const larger = new Uint8Array(length * 2);
      larger.set(bytes);
      bytes = larger;
    }
    bytes[length++] = value;
  };
  const put = (value: number, count: number): void => {
    for (let left = count; left > 0; left -= 1) {
      pending = (pending << 1) | ((value >>> (left - 1)) & 1);
      held += 1;
      if (held < 8) continue;
      byte(pending);
      if (pending === 0xff) byte(0);
      pending = 0;
      held = 0;
    }
  };
  return {
    put,
    /** Fills the last byte with ones. */
    finish: (): Uint8Array => {
      while (held > 0) put(1, 1);
      return bytes.subarray(0, length);
    },
  };
}

function entropyCoded(all: Int16Array, dc: HuffmanTable, ac: HuffmanTable): Uint8Array {
  const writer = createBitWriter();
  const code = (table: HuffmanTable, symbol: number): void =>
    writer.put(table.codes[symbol] ?? 0, table.lengths[symbol] ?? 0);
  codeBlocks(all, {
    dc: (symbol, bits) => {
      code(dc, symbol);
      writer.put(bits, symbol);
    },
    ac: (symbol, bits) => {
      code(ac, symbol);
      writer.put(bits, symbol & 15);
    },
  });
  return writer.finish();
}

const word = (value: number): readonly number[] => [value >>> 8, value & 0xff];
const segment = (marker: number, ...content: readonly number[]): readonly number[] => [
  0xff,
  marker,
  ...word(content.length + 2),
  ...content,
];

/** A code stream of one scan. `quality` is 1..100. */
export function encodeExtended(image: ExtendedImage, quality: number): Uint8Array {
  const table = quantisation(quality);
  const all = coefficients(image, table);
  const [dcCounts, acCounts] = [new Uint32Array(256), new Uint32Array(256)];
  const count = (counts: Uint32Array) => (symbol: number) => {
    counts[symbol] = (counts[symbol] ?? 0) + 1;
  };
  codeBlocks(all, { dc: count(dcCounts), ac: count(acCounts) });
  const [dc, ac] = [fittedTable(dcCounts), fittedTable(acCounts)];
  const head = [
    ...[0xff, 0xd8],
    ...segment(0xdb, 0, ...zigzag.map((place) => table[place] ?? 1)),
    ...segment(0xc1, image.precision, ...word(image.rows), ...word(image.columns), 1, 1, 0x11, 0),
    ...segment(0xc4, 0x00, ...dc.counts, ...dc.symbols),
    ...segment(0xc4, 0x10, ...ac.counts, ...ac.symbols),
    ...segment(0xda, 1, 1, 0x00, 0, 63, 0),
  ];
  const body = entropyCoded(all, dc, ac);
  const stream = new Uint8Array(head.length + body.length + 2);
  stream.set(head);
  stream.set(body, head.length);
  stream.set([0xff, 0xd9], head.length + body.length);
  return stream;
}
