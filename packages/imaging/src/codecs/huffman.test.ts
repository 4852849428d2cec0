import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomNumbers } from '../../testing/synthetic.ts';
import { fittedTable } from './huffman.ts';

/** Throws where codes collide, one is all ones, or a symbol that occurs has none. */
function check(frequencies: readonly number[]): number {
  const { counts, symbols, codes, lengths } = fittedTable(frequencies);
  const occurring = [...frequencies.keys()].filter((symbol) => (frequencies[symbol] ?? 0) > 0);
  assert.deepEqual(
    [...symbols].sort((a, b) => a - b),
    occurring,
  );
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    occurring.length,
  );
  const texts = occurring.map((symbol) => (codes[symbol] ?? 0).toString(2).padStart(lengths[symbol] ?? 0, '0'));
  for (const [index, text] of texts.entries()) {
    assert(text.length <= 16 && text.includes('0'), `${occurring[index]}: ${text}`);
    for (const [other, longer] of texts.entries())
      assert(index === other || !longer.startsWith(text), `${text} begins ${longer}`);
  }
  return occurring.reduce((sum, symbol) => sum + (frequencies[symbol] ?? 0) * (lengths[symbol] ?? 0), 0);
}

test('one symbol, two symbols, all symbols', () => {
  check([7]);
  check([0, 5, 0, 3]);
  check(Array.from({ length: 256 }, () => 1));
});

test('frequent symbols have short codes', () => {
  const frequencies = [1000, 10, 10, 10, 1];
  const { lengths } = fittedTable(frequencies);
  assert.equal(lengths[0], 1);
  assert(check(frequencies) < 1031 * 3);
});

test('codes stay within 16 bits where frequencies double with every symbol', () => {
  check(Array.from({ length: 30 }, (_, symbol) => 2 ** symbol));
});

test('any frequencies give a table', () => {
  const random = randomNumbers(5);
  for (let round = 0; round < 50; round += 1) {
    const frequencies = Array.from({ length: 256 }, () => (random(4) === 0 ? random(10 ** (1 + random(6))) : 0));
    frequencies[random(256)] = 1;
    check(frequencies);
  }
});
