import assert from 'node:assert/strict';
import { test } from 'node:test';
import { syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { ImagingError } from '../imaging-error.ts';
import { codecFiles } from '../node/codec-files.ts';
import { type CodecLoader, createCodecModules } from './modules.ts';
import { codecOf } from './table.ts';

const jpegLs = codecOf('1.2.840.10008.1.2.4.80')!.codec;
const jpeg = codecOf('1.2.840.10008.1.2.4.70')!.codec;

/** A loader that counts. */
function counting() {
  const loaded: string[] = [];
  const loader: CodecLoader = (name) => {
    loaded.push(name);
    return codecFiles(name);
  };
  return { loaded, modules: createCodecModules(loader) };
}

test('a module is opened once, when it is needed first', async () => {
  const { loaded, modules } = counting();
  assert.deepEqual(loaded, []);
  for (let round = 0; round < 3; round += 1)
    await jpegLs.encode!(syntheticFrame(), '1.2.840.10008.1.2.4.80', {}, modules);
  assert.deepEqual(loaded, ['charls']);
});

test('a module that failed is replaced', async () => {
  const { loaded, modules } = counting();
  const { bytes } = await jpegLs.encode!(syntheticFrame(), '1.2.840.10008.1.2.4.80', {}, modules);
  const image = syntheticImage();
  await assert.rejects(jpegLs.decode(bytes.slice(0, 200), image, { modules, frameNumber: 1 }), ImagingError);
  await jpegLs.decode(bytes, image, { modules, frameNumber: 1 });
  assert.deepEqual(loaded, ['charls', 'charls']);
});

test('memory that a module has taken is given back by opening another', async () => {
  const { loaded, modules } = counting();
  const encode = async (rows: number) => {
    const how = { rows, columns: rows, bitsStored: 16 };
    await jpegLs.encode!(syntheticFrame(how), '1.2.840.10008.1.2.4.80', {}, modules);
    await jpeg.encode!(syntheticFrame(how), '1.2.840.10008.1.2.4.70', {}, modules);
  };
  await encode(32);
  await modules.trim(1 << 30);
  await encode(32);
  assert.deepEqual(loaded, ['charls', 'jpeg']);
  await modules.trim(1 << 16);
  await encode(32);
  // The JPEG module is compiled already: what is opened again is its memory.
  assert.deepEqual(loaded, ['charls', 'jpeg', 'charls']);
});

test('a loader that fails is named, and asked again the next time', async () => {
  let asked = 0;
  const modules = createCodecModules(async () => {
    asked += 1;
    throw new Error('not there');
  });
  const isNotLoaded = (e: unknown): boolean => e instanceof ImagingError && e.fault === 'codec-not-loaded';
  for (let round = 1; round <= 2; round += 1) {
    await assert.rejects(jpegLs.encode!(syntheticFrame(), '1.2.840.10008.1.2.4.80', {}, modules), isNotLoaded);
    assert.equal(asked, round);
  }
});

test('a module that is not the one expected is refused', async () => {
  const modules = createCodecModules(async () => ({
    wasm: new Uint8Array(),
    factory: async () => ({ nothing: true }),
  }));
  const work = jpegLs.encode!(syntheticFrame(), '1.2.840.10008.1.2.4.80', {}, modules);
  await assert.rejects(work, (e) => e instanceof ImagingError && e.fault === 'codec-not-loaded');
});
