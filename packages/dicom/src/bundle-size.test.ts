// What the package costs a web page: bytes after gzip, with and without the table of the data dictionary.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundle, gzipped, instead } from '../testing/bundle.ts';

/** Bytes; a kilobyte is 1,000 of them. */
const most = 60_000;

/** The generated dictionary, left out: its exports stay, empty. */
const withoutDictionary = {
  name: 'without the dictionary',
  load: (path: string) =>
    path.endsWith('/dictionary/dictionary.generated.ts')
      ? "export const traits = '', single = '', repeating = '';"
      : undefined,
};

test('all that the door exports is under 60 KB without the dictionary, which is under 60 KB more', async (context) => {
  const whole = gzipped(await bundle('src/index.ts'));
  const bare = gzipped(await bundle('src/index.ts', [withoutDictionary]));
  context.diagnostic(`${bare} bytes without, ${whole - bare} bytes more with the dictionary`);
  assert.ok(bare < most, `${bare} bytes without the dictionary`);
  assert.ok(whole - bare < most, `${whole - bare} bytes of dictionary`);
  assert.ok(whole - bare > 20_000, 'the dictionary was in both bundles, or in none');
});

test('tables of IODs and of de-identification stay behind doors of their own', async () => {
  const { files } = await bundle('src/index.ts');
  assert.ok(files.includes('src/dictionary/dictionary.generated.ts'));
  assert.deepEqual(
    files.filter((file) => /^src\/(iod|deidentify)\//.test(file)),
    [],
  );
});

test('a page that only reads does not get XML, JSON or matching', async () => {
  const { files } = await bundle('entry.ts', [instead({ 'entry.ts': "export { readPart10 } from './src/index.ts';" })]);
  assert.ok(files.includes('src/parse.ts'));
  assert.deepEqual(
    files.filter((file) => /^src\/(xml|json|dump|matching)/.test(file)),
    [],
  );
});

test('nothing of Node.js can slip in: such a bundle is refused', async () => {
  const entry = "import { readFileSync } from 'node:fs'; export const text = readFileSync('a', 'utf8');";
  await assert.rejects(bundle('entry.ts', [instead({ 'entry.ts': entry })]));
});
