import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testModules } from '../../testing/corpus.ts';
import { syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { decodeFrame } from '../frames.ts';
import type { PhotometricInterpretation } from '../image-description.ts';
import { componentsOf, jpeg } from './jpeg.ts';
import { type JpegHeader, readJpegHeader, withoutPadding } from './jpeg-header.ts';

const modules = testModules();
const baseline = '1.2.840.10008.1.2.4.50';
const encode = async (samplesPerPixel: 1 | 3 = 1) =>
  (await jpeg.encode!(syntheticFrame({ samplesPerPixel }), baseline, { quality: 90 }, modules)).bytes;

/** The stream with `bytes` put in behind its SOI marker. */
const behindStart = (stream: Uint8Array, ...bytes: readonly number[]): Uint8Array =>
  Uint8Array.from([0xff, 0xd8, ...bytes, ...stream.subarray(2)]);

test('the header says process, depth, size, components and markers', async () => {
  const header = readJpegHeader(await encode(3));
  assert.equal(header.process, 0xc0);
  assert.equal(header.precision, 8);
  assert.deepEqual([header.rows, header.columns], [48, 64]);
  assert.deepEqual(
    header.components.map(({ id, horizontal }) => [id, horizontal]),
    [
      [1, 2],
      [2, 1],
      [3, 1],
    ],
  );
  assert.equal(header.jfif, true);
});

test('TEM markers and fill bytes between segments change nothing', async () => {
  const stream = await encode();
  const plain = await decodeFrame(syntheticImage(), baseline, stream, { modules });
  for (const put of [
    [0xff, 0x01],
    [0xff, 0x01, 0xff, 0x01],
    [0xff, 0xff, 0xff, 0x01, 0xff],
  ]) {
    const decoded = await decodeFrame(syntheticImage(), baseline, behindStart(stream, ...put), { modules });
    assert.deepEqual(decoded.samples, plain.samples);
  }
});

test('padding behind the end of the image is no part of it', () => {
  const whole = Uint8Array.from([0xff, 0xd8, 0x12, 0xff, 0xd9]);
  for (const padding of [[0], [0, 0, 0], [0xff]]) {
    assert.deepEqual(withoutPadding(Uint8Array.from([...whole, ...padding])), whole);
  }
  const open = Uint8Array.from([0xff, 0xd8, 0x12, 0]);
  assert.deepEqual(withoutPadding(open), open);
});

test('three components are what the data set says, unless the code stream proves otherwise', () => {
  const components = (horizontal: number, ids = [1, 2, 3]) =>
    ids.map((id, index) => ({ id, horizontal: index === 0 ? horizontal : 1, vertical: 1 }));
  const cases: readonly (readonly [PhotometricInterpretation, Partial<JpegHeader>, PhotometricInterpretation])[] = [
    ['RGB', {}, 'RGB'],
    ['RGB', { jfif: true }, 'RGB'],
    ['RGB', { adobeTransform: 1 }, 'YBR_FULL'],
    ['RGB', { components: components(2) }, 'YBR_FULL'],
    ['RGB', { adobeTransform: 1, process: 0xc3 }, 'RGB'],
    ['YBR_FULL_422', {}, 'YBR_FULL'],
    ['YBR_FULL_422', { components: components(2) }, 'YBR_FULL'],
    ['YBR_FULL', { adobeTransform: 0 }, 'RGB'],
    ['YBR_FULL', { components: components(1, [0x52, 0x47, 0x42]) }, 'RGB'],
  ];
  for (const [said, changes, expected] of cases) {
    const header = {
      process: 0xc0,
      precision: 8,
      rows: 1,
      columns: 1,
      jfif: false,
      components: components(1),
      ...changes,
    };
    const image = syntheticImage({ samplesPerPixel: 3, photometricInterpretation: said });
    assert.equal(componentsOf(header, image), expected, `${said} ${JSON.stringify(changes)}`);
  }
});
