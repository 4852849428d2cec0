import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { iccProfile, srgbPrimaries } from '../../testing/icc-profile.ts';
import { syntheticImage } from '../../testing/synthetic.ts';
import { createCodecModules } from '../codecs/modules.ts';
import { decodeFrame } from '../frames.ts';
import { ImagingError } from '../imaging-error.ts';
import type { RenderedFrame } from '../render.ts';
import { codecFiles } from './codec-files.ts';
import { profileOf } from './colour-spaces.ts';
import { drawPicture, type PictureOptions } from './picture.ts';

const gray = (rows: number, columns: number, pixelAspectRatio = 1): RenderedFrame => ({
  rows,
  columns,
  channels: 1,
  pixels: Uint8Array.from({ length: rows * columns }, (_, index) => (index * 7) % 256),
  pixelAspectRatio,
});
const pixelsOf = async (picture: Uint8Array) => {
  const { channels = 3 } = await sharp(picture).metadata();
  const pipeline = sharp(picture).toColourspace(channels === 1 ? 'b-w' : 'srgb');
  return pipeline.raw().toBuffer({ resolveWithObject: true });
};
const png = { format: 'image/png' } as const;

test('a PNG holds the rendered pixels, grey in one channel', async () => {
  const frame = gray(5, 7);
  const { data, info } = await pixelsOf(await drawPicture(frame, png));
  assert.deepEqual([info.width, info.height, info.channels], [7, 5, 1]);
  assert.deepEqual(new Uint8Array(data), frame.pixels);
});

test('colour stays as it is', async () => {
  const frame: RenderedFrame = {
    ...gray(2, 2),
    channels: 3,
    pixels: Uint8Array.from({ length: 12 }, (_, at) => at * 20),
  };
  const { data } = await pixelsOf(await drawPicture(frame, png));
  assert.deepEqual(new Uint8Array(data), frame.pixels);
});

test('every format is what it says it is', async () => {
  for (const [format, name] of [
    ['image/jpeg', 'jpeg'],
    ['image/png', 'png'],
    ['image/gif', 'gif'],
    ['image/webp', 'webp'],
  ] as const) {
    const { format: found, width } = await sharp(await drawPicture(gray(32, 48), { format, quality: 80 })).metadata();
    assert.deepEqual([found, width], [name, 48]);
  }
});

test('better quality makes a larger and closer JPEG', async () => {
  const frame = gray(64, 64);
  const coarse = await drawPicture(frame, { format: 'image/jpeg', quality: 10 });
  const fine = await drawPicture(frame, { format: 'image/jpeg', quality: 95 });
  assert(fine.length > coarse.length * 1.5);
});

test('a JP2 file says its size and colours, and of quality 100 holds the very pixels', async () => {
  const modules = createCodecModules(codecFiles);
  for (const channels of [1, 3] as const) {
    const pixels = Uint8Array.from({ length: 20 * 30 * channels }, (_, at) => (at * 7) % 256);
    const drawn = { ...gray(20, 30), channels, pixels };
    const file = Buffer.from(await drawPicture(drawn, { format: 'image/jp2', quality: 100 }, {}, { modules }));
    assert.equal(file.toString('latin1', 4, 8), 'jP  ');
    const header = file.indexOf('ihdr', 0, 'latin1') + 4;
    assert.deepEqual(
      [file.readUInt32BE(header), file.readUInt32BE(header + 4), file.readUInt16BE(header + 8)],
      [20, 30, channels],
    );
    assert.equal(file[file.indexOf('colr', 0, 'latin1') + 10], channels === 1 ? 17 : 16);
    const image = syntheticImage({
      rows: 20,
      columns: 30,
      bitsAllocated: 8,
      bitsStored: 8,
      samplesPerPixel: channels,
      photometricInterpretation: channels === 1 ? 'MONOCHROME2' : 'YBR_RCT',
    });
    const { samples } = await decodeFrame(image, '1.2.840.10008.1.2.4.90', file, { modules });
    assert.deepEqual(new Uint8Array(samples), pixels);
  }
});

test('better quality makes a larger JP2 file; none is made without the codecs', async () => {
  const modules = createCodecModules(codecFiles);
  const sizeOf = async (quality: number) =>
    (await drawPicture(gray(128, 128), { format: 'image/jp2', quality }, {}, { modules })).length;
  assert((await sizeOf(90)) > (await sizeOf(40)) * 1.5);
  const fault = (work: Promise<unknown>) => work.catch((error) => error instanceof ImagingError && error.fault);
  assert.equal(await fault(drawPicture(gray(8, 8), { format: 'image/jp2' })), 'codec-not-loaded');
});

test('a JP2 file holds the profile that is asked for, one of tables in a file of part 2; grey has none', async () => {
  const modules = createCodecModules(codecFiles);
  const colour = { ...gray(8, 8), channels: 3, pixels: new Uint8Array(192).fill(90) } as const;
  const own = Buffer.from(iccProfile(srgbPrimaries));
  const tables = Buffer.alloc(300, 1);
  for (const [profileUse, given, expected, type, method] of [
    ['yes', own, own, 'jp2 ', 2],
    ['yes', tables, tables, 'jpx ', 3],
    ['adobergb', undefined, Buffer.from(profileOf('adobergb')), 'jp2 ', 2],
    ['srgb', undefined, Buffer.from(profileOf('srgb')), 'jp2 ', 2],
  ] as const) {
    const options = { format: 'image/jp2', profileUse } as const;
    const file = Buffer.from(await drawPicture(colour, options, given ? { iccProfile: given } : {}, { modules }));
    assert.equal(file.toString('latin1', 20, 24), type);
    const at = file.indexOf('colr', 0, 'latin1') + 4;
    assert.equal(file[at], method, profileUse);
    assert.deepEqual(file.subarray(at + 3, at + 3 + expected.length), expected, profileUse);
  }
  const plain = Buffer.from(await drawPicture(gray(8, 8), { format: 'image/jp2', profileUse: 'yes' }, {}, { modules }));
  assert.equal(plain[plain.indexOf('colr', 0, 'latin1') + 4], 1);
});

/** Width and height of what is drawn. */
async function sizeOf(frame: RenderedFrame, options: Partial<PictureOptions>) {
  const { width, height } = await sharp(await drawPicture(frame, { ...png, ...options })).metadata();
  return [width, height];
}

test('a viewport is filled as far as the proportions allow', async () => {
  assert.deepEqual(await sizeOf(gray(100, 50), { viewport: { columns: 200, rows: 200 } }), [100, 200]);
  assert.deepEqual(await sizeOf(gray(100, 50), { viewport: { columns: 20, rows: 200 } }), [20, 40]);
});

test('a side is no longer than the format can say', async () => {
  const wide = gray(1, 65535);
  for (const [format, side] of [
    ['image/png', 16384],
    ['image/jpeg', 16384],
    ['image/gif', 16384],
    ['image/webp', 16383],
  ] as const)
    assert.deepEqual(await sizeOf(wide, { format }), [side, 1], format);
});

test('pixels that are not square are stretched', async () => {
  assert.deepEqual(await sizeOf(gray(10, 20, 2), {}), [20, 20]);
  assert.deepEqual(await sizeOf(gray(10, 20, 0.5), {}), [40, 10]);
});

test('a part of the frame is cut out, and mirrored where its size is negative', async () => {
  const frame = gray(4, 4);
  const draw = async (columns: number, rows: number) => {
    const source = { column: 1, row: 2, columns, rows };
    const picture = await drawPicture(frame, { ...png, viewport: { columns: 2, rows: 2, source } });
    return [...(await pixelsOf(picture)).data];
  };
  const at = (row: number, column: number) => frame.pixels[row * 4 + column];
  assert.deepEqual(await draw(2, 2), [at(2, 1), at(2, 2), at(3, 1), at(3, 2)]);
  assert.deepEqual(await draw(-2, 2), [at(2, 2), at(2, 1), at(3, 2), at(3, 1)]);
  assert.deepEqual(await draw(2, -2), [at(3, 1), at(3, 2), at(2, 1), at(2, 2)]);
});

test('what cannot be drawn is refused', async () => {
  const bad: readonly Omit<PictureOptions, 'format'>[] = [
    { viewport: { columns: 0, rows: 10 } },
    { viewport: { columns: 1e9, rows: 10 } },
    { viewport: { columns: Number.NaN, rows: 10 } },
    { viewport: { columns: 10, rows: 10, source: { column: 50, row: 0, columns: 5, rows: 5 } } },
    { viewport: { columns: 10, rows: 10, source: { column: 0, row: 0, columns: Number.POSITIVE_INFINITY, rows: 5 } } },
    { quality: 0 },
    { quality: 101 },
  ];
  for (const options of bad) {
    const work = drawPicture(gray(8, 8), { format: 'image/jpeg', ...options });
    await assert.rejects(work, (e) => e instanceof ImagingError && e.fault === 'bad-request', JSON.stringify(options));
  }
});
