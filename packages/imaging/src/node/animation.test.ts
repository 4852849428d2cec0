import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { DataSet } from '@concord/dicom';
import sharp from 'sharp';
import { headerOf } from '../../testing/headers.ts';
import { syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { frameBytes } from '../frames.ts';
import { ImagingError } from '../imaging-error.ts';
import { frameDelays } from './animation.ts';
import { createImagingPool } from './pool.ts';

const explicit = '1.2.840.10008.1.2.1';
const pool = createImagingPool({ threads: 2 });
after(() => pool.close());

const how = { bitsStored: 12, rows: 24, columns: 32 };
const header = headerOf({ ...syntheticImage(how), numberOfFrames: 5 });
/** Frame n is flat: 100 times n, with one pixel of 4095 in the first frame. */
const frame = async (number: number): Promise<Uint8Array> => {
  const samples = new Uint16Array(24 * 32).fill(number * 100);
  if (number === 1) samples.set([0, 1000]);
  return frameBytes({ ...syntheticFrame(how), samples });
};
const request = { header, transferSyntaxUid: explicit, frame };

test('all frames move, with the time of the data set, without flicker', async () => {
  const timed = header.clone();
  timed.set('FrameTime', '40');
  for (const format of ['image/gif', 'image/webp'] as const) {
    const picture = await pool.animate({ ...request, header: timed, format });
    const { pages, delay, width, pageHeight } = await sharp(picture, { animated: true }).metadata();
    assert.deepEqual([pages, width, pageHeight], [5, 32, 24]);
    assert.deepEqual(delay, [40, 40, 40, 40, 40]);
    // The window of the first frame, 0..1000, holds for all: frame n is at n tenths.
    const { data, info } = await sharp(picture, { animated: true })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    for (let number = 1; number <= 5; number += 1) {
      const middle = data[((number - 1) * 24 + 12) * 32 * info.channels + 16 * info.channels] ?? 0;
      assert(Math.abs(middle - number * 25.5) <= 3, `${format}, frame ${number}: ${middle}`);
    }
  }
});

test('thirty frames a second keep their pace in hundredths, as GIF counts; WebP has its own milliseconds', async () => {
  const timed = header.clone();
  timed.set('FrameTime', '33.33');
  const delaysOf = async (format: 'image/gif' | 'image/webp') =>
    (await sharp(await pool.animate({ ...request, header: timed, format }), { animated: true }).metadata()).delay;
  assert.deepEqual(await delaysOf('image/gif'), [30, 40, 30, 30, 40]);
  assert.deepEqual(await delaysOf('image/webp'), [33, 34, 33, 33, 34]);
});

test('frames that are meant to sweep come back, those that are asked for by number do not', async () => {
  const sweeping = header.clone();
  sweeping.set('PreferredPlaybackSequencing', 1);
  const sweep = { ...request, header: sweeping, format: 'image/webp' } as const;
  const { data, info } = await sharp(await pool.animate(sweep), { animated: true })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const shown = Array.from({ length: info.pages ?? 0 }, (_, page) =>
    Math.round((data[(page * 24 + 12) * 32 * info.channels + 16 * info.channels] ?? 0) / 25.5),
  );
  assert.deepEqual(shown, [1, 2, 3, 4, 5, 4, 3, 2]);
  const some = await pool.animate({ ...sweep, frameNumbers: [1, 2, 3] });
  assert.equal((await sharp(some, { animated: true }).metadata()).pages, 3);
});

test('some frames, in a viewport', async () => {
  const viewport = { columns: 16, rows: 16 };
  const picture = await pool.animate({
    ...request,
    format: 'image/gif',
    frameNumbers: [4, 2],
    viewport,
    window: { center: 500, width: 1000 },
  });
  const { pages, width, pageHeight } = await sharp(picture, { animated: true }).metadata();
  assert.deepEqual([pages, width, pageHeight], [2, 16, 12]);
});

test('time for each frame: a vector, a rate, or a tenth of a second', () => {
  const delays = (elements: Readonly<Record<string, readonly string[] | string>>, frames = 3) => {
    const timed = new DataSet();
    for (const [keyword, value] of Object.entries(elements)) timed.set(keyword, value);
    return frameDelays(timed, frames);
  };
  assert.deepEqual(delays({ FrameTimeVector: ['0', '50', '70'] }), [50, 70, 70]);
  assert.deepEqual(delays({ CineRate: '25' }), [40, 40, 40]);
  assert.deepEqual(delays({ RecommendedDisplayFrameRate: '10', CineRate: '25' }), [100, 100, 100]);
  assert.deepEqual(delays({ RecommendedDisplayFrameRate: '10', FrameTime: '1000' }), [100, 100, 100]);
  assert.deepEqual(delays({ RecommendedDisplayFrameRate: '0', FrameTime: '40' }), [40, 40, 40]);
  assert.deepEqual(delays({}), [100, 100, 100]);
  assert.deepEqual(delays({ FrameTime: '0' }), [100, 100, 100]);
  assert.deepEqual(delays({ FrameTime: '1e30' }), [60_000, 60_000, 60_000]);
  assert.deepEqual(delays({ FrameTimeVector: ['0', '-5', '1e9'] }), [100, 60_000, 60_000]);
  assert.deepEqual(delays({ FrameTimeVector: ['0', '50'] }), [100, 100, 100]);
});

test('frames that are not there, and more than memory allows, are refused', async () => {
  const fails = (fault: string) => (error: unknown) => error instanceof ImagingError && error.fault === fault;
  await assert.rejects(pool.animate({ ...request, format: 'image/gif', frameNumbers: [6] }), fails('no-such-frame'));
  await assert.rejects(pool.animate({ ...request, format: 'image/gif', frameNumbers: [] }), fails('no-such-frame'));
  const large = { header: headerOf({ ...syntheticImage({ rows: 2000, columns: 2000 }), numberOfFrames: 1000 }) };
  const work = pool.animate({
    ...request,
    ...large,
    frame: async () => new Uint8Array(4_000_000),
    format: 'image/gif',
  });
  await assert.rejects(work, fails('too-large'));
});
