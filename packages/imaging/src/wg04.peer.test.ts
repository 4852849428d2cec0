import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import {
  corpusFiles,
  corpusPath,
  decodeTestFrame,
  readInstance,
  testModules,
  withoutCorpus,
} from '../../testing/corpus.ts';
import { largestDifference } from '../../testing/synthetic.ts';
import { frameBytes } from '../frames.ts';

const modules = testModules();

/** The instance and its uncompressed twin, where the set has one. */
function pair(path: string) {
  const twin = corpusPath('wg04', 'REF', `${basename(path).split('_')[0]}_UNC`);
  const reference = corpusFiles('wg04', 'REF').includes(twin) ? readInstance(twin) : undefined;
  return { instance: readInstance(path), reference };
}

for (const folder of ['RLE', 'JPLL', 'JLSL', 'J2KR']) {
  test(`every reversible file of WG-04 ${folder} has exactly the bytes of its twin`, {
    skip: withoutCorpus,
  }, async () => {
    const files = corpusFiles('wg04', folder);
    assert(files.length >= 11, `${files.length} files`);
    for (const path of files) {
      const { instance, reference } = pair(path);
      assert(instance && reference, path);
      const decoded = frameBytes(await decodeTestFrame(instance, modules));
      const expected = frameBytes(await decodeTestFrame(reference, modules));
      assert(Buffer.compare(decoded, expected) === 0, path);
    }
  });
}

test('near-lossless files of WG-04 stay within the error their code streams name', {
  skip: withoutCorpus,
}, async () => {
  for (const path of corpusFiles('wg04', 'JLSN')) {
    const { instance, reference } = pair(path);
    assert(instance, path);
    const decoded = await decodeTestFrame(instance, modules);
    if (!reference) continue;
    const { samples } = await decodeTestFrame(reference, modules);
    assert(largestDifference(decoded.samples, samples) <= 4, path);
  }
});

test('lossy files of WG-04 are like their twins', { skip: withoutCorpus }, async () => {
  for (const folder of ['JPLY', 'J2KI']) {
    for (const path of corpusFiles('wg04', folder)) {
      const { instance, reference } = pair(path);
      assert(instance, path);
      const { samples } = await decodeTestFrame(instance, modules);
      if (!reference) continue;
      const original = (await decodeTestFrame(reference, modules)).samples;
      let sum = 0;
      for (let index = 0; index < samples.length; index += 1)
        sum += Math.abs((samples[index] ?? 0) - (original[index] ?? 0));
      // The set was compressed by 10 or 20 to 1: a wrong sign, shift or colour transform is off by far more.
      assert(sum / samples.length < 0.02 * 2 ** instance.image.bitsStored, `${path}: ${sum / samples.length}`);
    }
  }
});
