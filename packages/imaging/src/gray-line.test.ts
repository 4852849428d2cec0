// A window calculated as a line is, cell by cell, what its table says; what is no line is left to the table.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import openWabt from 'wabt';
import { assembled, grayLine } from './gray-line.ts';
import { windowed } from './window.ts';

interface Shown {
  readonly bitsStored: number;
  readonly highBit?: number;
  readonly pixelRepresentation?: 0 | 1;
  readonly slope?: number;
  readonly intercept?: number;
  readonly center: number;
  readonly width: number;
}

/** The table of a window by the bits of a cell, and the line that is found for it. */
function lineOf({ bitsStored, highBit = bitsStored - 1, pixelRepresentation = 0, ...shown }: Shown) {
  const { slope = 1, intercept = 0, center, width } = shown;
  const count = 2 ** bitsStored;
  const table = Uint8Array.from({ length: 65_536 }, (_, bits) => {
    const pattern = (bits >>> (highBit + 1 - bitsStored)) % count;
    const stored = pixelRepresentation === 1 && pattern >= count / 2 ? pattern - count : pattern;
    return Math.round(windowed({ center, width }, stored * slope + intercept) * 255);
  });
  return { table, line: grayLine(table, { bitsStored, highBit, pixelRepresentation }, (slope * 255) / (width - 1)) };
}

const randomCells = (count: number): Uint8Array => {
  const cells = new Uint8Array(count * 2);
  for (let at = 0, state = 7; at < cells.length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    cells[at] = state >>> 16;
  }
  return cells;
};

const check = (shown: Shown): boolean => {
  const { table, line } = lineOf(shown);
  if (!line) return false;
  for (const count of [1, 15, 16, 17, 32_768, 32_769, 100_000]) {
    const cells = randomCells(count + 3);
    const pixels = new Uint8Array(count + 2).fill(99).subarray(1, count + 1);
    line(pixels, cells);
    const expected = pixels.map((_, at) => table[(cells[at * 2] ?? 0) + 256 * (cells[at * 2 + 1] ?? 0)] ?? 0);
    assert.ok(Buffer.from(pixels).equals(Buffer.from(expected)), `${JSON.stringify(shown)}, ${count} cells`);
    assert.deepEqual(
      [pixels.buffer.slice(0, 1), pixels.buffer.slice(-1)].map((one) => new Uint8Array(one)[0]),
      [99, 99],
    );
  }
  return true;
};

test('the module is what its text assembles to', async () => {
  const wabt = await openWabt();
  const text = readFileSync(new URL('./gray-line.wat', import.meta.url), 'utf8');
  const { buffer } = wabt.parseWat('gray-line.wat', text, { simd: true, relaxed_simd: true }).toBinary({});
  assert.equal(Buffer.from(buffer).toString('base64'), assembled);
});

test('the usual windows are lines', () => {
  const ct = { bitsStored: 12, intercept: -1024 };
  assert.ok(check({ ...ct, center: 40, width: 400 }));
  assert.ok(check({ ...ct, center: -600, width: 1500 }));
  assert.ok(check({ ...ct, center: 300, width: 2000 }));
  assert.ok(check({ bitsStored: 12, highBit: 15, center: 2048, width: 4096 }));
  assert.ok(check({ bitsStored: 16, pixelRepresentation: 1, center: 40, width: 400 }));
  assert.ok(check({ bitsStored: 16, pixelRepresentation: 1, slope: 1, intercept: -1024, center: 50, width: 350 }));
  assert.ok(check({ bitsStored: 10, highBit: 12, center: 500, width: 900 }));
  assert.ok(check({ bitsStored: 14, center: 8000, width: 12_000 }));
});

test('any window is a line that is exact, or none', () => {
  let lines = 0;
  for (let round = 0, state = 3; round < 120; round += 1) {
    const draw = (count: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * count);
    };
    const bitsStored = 2 + draw(15);
    const shown: Shown = {
      bitsStored,
      highBit: bitsStored - 1 + draw(17 - bitsStored),
      pixelRepresentation: draw(2) === 1 ? 1 : 0,
      slope: [1, 1, -1, 0.5, 2.37, 1e-3][draw(6)] ?? 1,
      intercept: draw(3000) - 1500,
      center: draw(5000) - 1000 + draw(2) / 2,
      width: 1 + draw(2) * draw(4000) + draw(300),
    };
    if (check(shown)) lines += 1;
  }
  assert.ok(lines > 25, `${lines} of 120`);
});

test('what is no line has none', () => {
  const cell = { bitsStored: 16, highBit: 15, pixelRepresentation: 0 } as const;
  const { table } = lineOf({ bitsStored: 16, center: 1000, width: 500 });
  const slope = 255 / 499;
  assert.ok(grayLine(table, cell, slope));
  for (const [at, level] of [
    [0, 1],
    [1000, 0],
    [65_535, 254],
  ] as const) {
    const other = table.slice();
    other[at] = level;
    assert.equal(grayLine(other, cell, slope), undefined);
  }
  for (const wrong of [0, -slope, slope * 2, Number.NaN, Infinity])
    assert.equal(grayLine(table, cell, wrong), undefined);
  assert.equal(grayLine(new Uint8Array(65_536), cell, slope), undefined);
});
