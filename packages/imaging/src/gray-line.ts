// Windows are straight lines as a rule: grey levels of cells of 16 bits calculated sixteen at a time, in place of one look-up for each.
import type { ImageDescription } from './image-description.ts';

/** gray-line.wat, assembled: see the test. */
export const assembled =
  'AGFzbQEAAAABGQNgBHt/f38Be2ADe3t7AXtgBn9/f399fQADBQQAAQECBQMBAAIHEQIGbWVtb3J5AgAEZHJhdwADCqgBBBQAIAAgAf2L' +
  'ASAC/RD9USAD/YwBCxQAIAD9+gEgAf3mASAC/eQB/YECCxsAIAD9pwEgASACEAEgAP2oASABIAIQAf2FAQtgAgJ/AnsgBP0TIQggBf0T' +
  'IQlBgIAEIQcDQCAHIAb9AAQAIAEgAiADEAAgCCAJEAIgBv0ABBAgASACIAMQACAIIAkQAv1m/QsEACAGQSBqIQYgB0EQaiEHIAYgAEkN' +
  'AAsL';

/** What the module's memory holds: bytes of cells, and behind them their levels. */
const strip = 65_536;

type Draw = (bytes: number, up: number, flip: number, down: number, slope: number, offset: number) => void;

interface Kernel {
  readonly draw: Draw;
  readonly memory: Uint8Array;
  /** One of each. */
  readonly allCells: Uint8Array;
}

const isDraw = (value: unknown): value is Draw => typeof value === 'function';

/** Undefined where there is no WebAssembly that works on many numbers at once. */
function open(): Kernel | undefined {
  try {
    const bytes = Uint8Array.from(atob(assembled), (letter) => letter.charCodeAt(0));
    const { draw, memory } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
    if (!isDraw(draw) || !(memory instanceof WebAssembly.Memory)) return undefined;
    const allCells = new Uint8Array(new Uint16Array(65_536).map((_, bits) => bits).buffer);
    return { draw, memory: new Uint8Array(memory.buffer), allCells };
  } catch {
    return undefined;
  }
}

let opened: { readonly kernel: Kernel | undefined } | undefined;

/** Where a cell has its stored value. */
type Cell = Pick<ImageDescription, 'bitsStored' | 'highBit' | 'pixelRepresentation'>;

/** Fills `pixels` with the grey levels of as many cells. */
export type GrayLine = (pixels: Uint8Array, cells: Uint8Array) => void;

/**
 * A way to calculate what stands in a table of 65,536 levels by the bits of a cell: exactly, for every cell, or it is
 * undefined.
 * @param slope grey levels for each stored value, where levels are neither 0 nor 255
 */
export function grayLine(table: Uint8Array, cell: Cell, slope: number): GrayLine | undefined {
  opened ??= { kernel: open() };
  const { kernel } = opened;
  const offset = kernel && Number.isFinite(slope) ? offsetOf(table, cell, Math.fround(slope)) : undefined;
  if (!kernel || offset === undefined) return undefined;
  const { draw, memory, allCells } = kernel;
  const [up, down] = [15 - cell.highBit, 16 - cell.bitsStored];
  const flip = cell.pixelRepresentation === 1 ? 0 : 0x8000;
  const line: GrayLine = (pixels, cells) => {
    for (let from = 0; from < pixels.length * 2; from += strip) {
      const length = Math.min(strip, pixels.length * 2 - from);
      memory.set(cells.subarray(from, from + length));
      draw(length, up, flip, down, slope, offset);
      pixels.set(memory.subarray(strip, strip + length / 2), from / 2);
    }
  };
  const drawn = new Uint8Array(table.length);
  line(drawn, allCells);
  return areSame(table, drawn) ? line : undefined;
}

function areSame(some: Uint8Array, others: Uint8Array): boolean {
  for (let at = 0; at < some.length; at += 1) if (some[at] !== others[at]) return false;
  return true;
}

/**
 * The middle of what may be added so that each level, as the whole part of the sum, is that of the table; undefined where there
 * is nothing. Stored values are counted from the middle of their range, as the kernel has them.
 */
function offsetOf(table: Uint8Array, { bitsStored, highBit, pixelRepresentation }: Cell, slope: number) {
  const half = 2 ** (bitsStored - 1);
  const shift = highBit + 1 - bitsStored;
  let [low, high] = [-Infinity, Infinity];
  for (let value = -half; value < half; value += 1) {
    const pattern = pixelRepresentation === 1 ? value & (2 * half - 1) : value + half;
    const level = table[pattern << shift] ?? 0;
    if (level > 0) low = Math.max(low, level - value * slope);
    if (level < 255) high = Math.min(high, level + 1 - value * slope);
  }
  return low < high && Number.isFinite(high - low) ? (low + high) / 2 : undefined;
}
