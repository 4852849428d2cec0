// The program of the README runs, and does what it says.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const folder = join(import.meta.dirname, '..');

test('the blocks of the README are one program that works', async () => {
  const text = readFileSync(join(folder, 'README.md'), 'utf8');
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block = '']) => block);
  assert.ok(blocks.length >= 5, 'there are blocks');
  // Beside the package, so that its imports are found as a reader's would be.
  const place = mkdtempSync(join(folder, '.readme-'));
  try {
    const program = join(place, 'program.ts');
    const results = 'export { first, names, received, second, stored, why };\n';
    writeFileSync(program, blocks.join('\n') + results);
    const { first, names, received, second, stored, why } = await import(program);
    assert.deepEqual(stored, { code: 0 });
    assert.deepEqual(names, ['Doe^Jane']);
    assert.deepEqual([...received], [['1.2.826.0.1.3680043.8.498.1', 100_000]]);
    assert.equal(why, 'rejected 1/1/3');
    assert.deepEqual([first.callingAeTitle, first.end], ['CT1', 'released']);
    assert.equal(first.counts['C-STORE 0000H'], 1);
    assert.deepEqual([second.callingAeTitle, second.end], ['STRANGER', 'rejected']);
  } finally {
    rmSync(place, { recursive: true });
  }
});
