// The compression test set of NEMA WG-04: reversible files against their twins, lossy ones at full depth against what DCMTK and GDCM decode, all as DCMTK draws them.
import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import {
  corpusFiles,
  corpusPath,
  decodeTestFrame,
  readInstance,
  type TestInstance,
  testModules,
  withoutCorpus,
} from '../testing/corpus.ts';
import { type AnyMap, drawnByDcmtk, inFolder, run } from '../testing/peers.ts';
import type { DecodedFrame } from './codecs/codec.ts';
import { frameBytes } from './frames.ts';
import { renderFrame } from './render.ts';

const modules = testModules();
const read = (path: string): TestInstance => readInstance(path) ?? assert.fail(path);

/** The file of the same image without compression; some lossy ones have none. */
function twinOf(path: string): string | undefined {
  const twin = corpusPath('wg04', 'REF', `${basename(path).split('_')[0]}_UNC`);
  return corpusFiles('wg04', 'REF').includes(twin) ? twin : undefined;
}

/** The window to draw with: said in so many words, so that both programs use the same one. Colour has none. */
function windowOf({ header, image }: TestInstance) {
  if (image.samplesPerPixel !== 1) return undefined;
  const [center = 300, width = 1000] = [header.number('WindowCenter'), header.number('WindowWidth')];
  return { center, width };
}

const drawn = (path: string, window: ReturnType<typeof windowOf>): Promise<AnyMap> =>
  drawnByDcmtk(path, ...(window ? ['+Ww', String(window.center), String(window.width)] : []));

const pictures = new Map<string, Promise<AnyMap>>();
/** What DCMTK draws of a twin, once for all that are made from it. */
function pictureOf(twin: string, window: ReturnType<typeof windowOf>): Promise<AnyMap> {
  const key = JSON.stringify([twin, window]);
  const picture = pictures.get(key) ?? drawn(twin, window);
  pictures.set(key, picture);
  return picture;
}

/** How many pixels are more than a grey level from those of DCMTK. */
function pixelsApart(frame: DecodedFrame, { header }: TestInstance, map: AnyMap, window: ReturnType<typeof windowOf>) {
  const { pixels } = renderFrame(frame, header, window ? { window } : {});
  assert.equal(pixels.length, map.pixels.length);
  let far = 0;
  for (let at = 0; at < pixels.length; at += 1) if (Math.abs((map.pixels[at] ?? 0) - (pixels[at] ?? 0)) > 1) far += 1;
  return far;
}

for (const folder of ['REF', 'RLE', 'JPLL', 'JLSL', 'J2KR']) {
  test(`every file of WG-04 ${folder} has exactly the bytes of its twin, and is drawn as DCMTK draws that, within one grey level`, {
    skip: withoutCorpus,
  }, async () => {
    const files = corpusFiles('wg04', folder);
    assert(files.length >= 11, `${files.length} files`);
    for (const path of files) {
      const twin = twinOf(path) ?? assert.fail(path);
      const instance = read(path);
      const decoded = await decodeTestFrame(instance, modules);
      const reference = read(twin);
      const expected = frameBytes(await decodeTestFrame(reference, modules));
      assert(Buffer.compare(frameBytes(decoded), expected) === 0, path);
      const window = windowOf(instance);
      assert.equal(pixelsApart(decoded, instance, await pictureOf(twin, window), window), 0, path);
    }
  });
}

/** Largest and mean difference of stored values, and how many differ at all. */
function errorsOf(a: ArrayLike<number>, b: ArrayLike<number>) {
  assert.equal(a.length, b.length);
  let [largest, sum, differing] = [0, 0, 0];
  for (let at = 0; at < a.length; at += 1) {
    const error = Math.abs((a[at] ?? 0) - (b[at] ?? 0));
    if (error === 0) continue;
    sum += error;
    differing += 1;
    if (error > largest) largest = error;
  }
  return { largest, mean: sum / a.length, differing };
}

/** Overshoot beyond Bits Stored, in eight pixels of one file, wraps round in DCMTK and is clamped here. */
const wrapping = (path: string): number => (basename(path) === 'RG3_JPLY' ? 8 : 0);

for (const [folder, program, most] of [
  ['JPLY', ['dcmdjpeg', '+cn'], 128],
  ['JLSN', ['dcmdjpls'], 4],
  ['J2KI', ['gdcmconv', '-w'], 402],
] as const) {
  test(`every file of WG-04 ${folder} decodes to the values of ${program[0]} at full depth, as far from its twin as those, and is drawn as DCMTK draws them`, {
    skip: withoutCorpus,
  }, async () => {
    const [command, ...parameters] = program;
    const files = corpusFiles('wg04', folder);
    assert(files.length >= 10, `${files.length} files`);
    for (const path of files)
      await inFolder(async (out) => {
        const plain = join(out, 'plain.dcm');
        await run(command, ...parameters, path, plain);
        const instance = read(path);
        const ours = await decodeTestFrame(instance, modules);
        const theirs = await decodeTestFrame(read(plain), modules);
        const apart = errorsOf(ours.samples, theirs.samples);
        assert(apart.differing <= wrapping(path), `${path}: ${JSON.stringify(apart)}`);
        const window = windowOf(instance);
        assert(pixelsApart(ours, instance, await drawn(plain, window), window) <= wrapping(path), path);
        const twin = twinOf(path);
        if (!twin) return;
        const { samples } = await decodeTestFrame(read(twin), modules);
        const [here, there] = [errorsOf(ours.samples, samples), errorsOf(theirs.samples, samples)];
        assert(here.largest > 0 && here.largest <= Math.min(most, there.largest), `${path}: ${JSON.stringify(here)}`);
        assert(here.mean <= there.mean, `${path}: mean ${here.mean}, there ${there.mean}`);
      });
  });
}
