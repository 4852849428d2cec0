// Videos as FFmpeg reads them: every frame, for its time, with its pixels. ffmpeg and ffprobe are others' programs from end to end.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { DataSet } from '@concord/dicom';
import sharp from 'sharp';
import { headerOf } from '../../testing/headers.ts';
import { type SyntheticImage, syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { frameBytes } from '../frames.ts';
import { createImagingPool } from './pool.ts';
import type { MovingRequest } from './requests.ts';

const run = promisify(execFile);
const explicit = '1.2.840.10008.1.2.1';
const pool = createImagingPool({ threads: 2 });
after(() => pool.close());

const requestOf = (how: SyntheticImage, numberOfFrames: number): MovingRequest => ({
  header: headerOf({ ...syntheticImage(how), numberOfFrames }),
  transferSyntaxUid: explicit,
  frame: async (number) => frameBytes(syntheticFrame(how, number * 31)),
});
const timed = (header: DataSet, elements: Readonly<Record<string, string | readonly string[] | number>>): DataSet => {
  const copy = header.clone();
  for (const [keyword, value] of Object.entries(elements)) copy.set(keyword, value);
  return copy;
};

/** The file of a video. */
const made = async (t: TestContext, request: MovingRequest): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'concord-video-'));
  t.after(() => rm(folder, { recursive: true }));
  await using video = await pool.video(request);
  const bytes = Buffer.concat(await Array.fromAsync(video.bytes()));
  assert.equal(bytes.length, video.length);
  const file = join(folder, 'made.mp4');
  await writeFile(file, bytes);
  return file;
};

const listed = async (file: string, ...what: readonly string[]): Promise<readonly string[]> => {
  const { stdout, stderr } = await run('ffprobe', ['-v', 'warning', ...what, '-of', 'csv=p=0', file], {
    timeout: 30_000,
  });
  assert.equal(stderr, '', 'nothing to complain about');
  return stdout.trim().split('\n');
};

/** Red, green and blue of every pixel of every frame. */
const decoded = async (file: string): Promise<Buffer> => {
  const exact = ['-sws_flags', 'accurate_rnd+full_chroma_int+full_chroma_inp+bitexact'];
  const plain = ['-fps_mode', 'passthrough', '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'];
  const { stdout, stderr } = await run('ffmpeg', ['-v', 'error', '-i', file, ...exact, ...plain], {
    encoding: 'buffer',
    maxBuffer: 1 << 29,
    timeout: 60_000,
  });
  assert.equal(stderr.toString(), '');
  return stdout;
};

/** The largest and the mean difference between a frame of the video and our PNG of it, over what the PNG has. */
const difference = async (video: Buffer, at: number, request: MovingRequest, number: number) => {
  const { frameNumbers: _numbers, frame, ...rest } = request;
  const png = await pool.render({ ...rest, encoded: await frame(number), frameNumber: number, format: 'image/png' });
  const { data, info } = await sharp(png)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const width = info.width + (info.width % 2);
  const height = info.height + (info.height % 2);
  const shown = video.subarray(at * width * height * 3, (at + 1) * width * height * 3);
  assert.equal(shown.length, width * height * 3);
  let [largest, sum] = [0, 0];
  for (let y = 0; y < info.height; y += 1) {
    for (let x = 0; x < info.width * 3; x += 1) {
      const apart = Math.abs((shown[y * width * 3 + x] ?? 0) - (data[y * info.width * 3 + x] ?? 0));
      largest = Math.max(largest, apart);
      sum += apart;
    }
  }
  return { largest, mean: sum / (info.width * info.height * 3) };
};

for (const [name, how, quality, most, mean] of [
  ['grey of 12 bits', { bitsStored: 12, rows: 120, columns: 160 }, 100, 4, 0.7],
  ['grey of odd sides', { bitsStored: 8, rows: 31, columns: 45 }, 100, 4, 0.7],
  ['grey, at the quality that nobody asked for', { bitsStored: 12, rows: 120, columns: 160 }, undefined, 7, 1.2],
  ['grey, of poor quality', { bitsStored: 12, rows: 120, columns: 160 }, 20, 60, 12],
] as const) {
  test(`${name}: every frame is our PNG of it, within ${most} of 255 levels and ${mean} in the mean`, async (t) => {
    const request = { ...requestOf(how, 5), window: { center: 2 ** (how.bitsStored - 1), width: 2 ** how.bitsStored } };
    const asked = quality === undefined ? request : { ...request, quality };
    const pixels = await decoded(await made(t, asked));
    for (let number = 1; number <= 5; number += 1) {
      const apart = await difference(pixels, number - 1, request, number);
      assert.ok(apart.largest <= most && apart.mean <= mean, `frame ${number}: ${JSON.stringify(apart)}`);
    }
  });
}

test('colours of areas are those of the PNG within 3 levels; edges of colour are as soft as one pair for four pixels makes them', async (t) => {
  const [rows, columns] = [96, 128];
  const patches = [
    ...[
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 0],
    ],
    ...[
      [0, 255, 255],
      [255, 0, 255],
      [255, 255, 255],
      [0, 0, 0],
    ],
    ...[
      [200, 120, 90],
      [90, 60, 40],
      [12, 34, 56],
      [180, 200, 220],
    ],
  ];
  const frame = async (number: number): Promise<Uint8Array> =>
    Uint8Array.from({ length: rows * columns * 3 }, (_, at) => {
      const [x, y] = [Math.floor(at / 3) % columns, Math.floor(at / 3 / columns)];
      const patch = Math.floor(y / 32) * 4 + Math.floor(x / 32) + number;
      return patches[patch % patches.length]?.[at % 3] ?? 0;
    });
  const header = headerOf({ ...syntheticImage({ rows, columns, samplesPerPixel: 3 }), numberOfFrames: 3 });
  const pixels = await decoded(await made(t, { header, transferSyntaxUid: explicit, frame, quality: 100 }));
  for (let number = 1; number <= 3; number += 1) {
    const wanted = await frame(number);
    for (let at = 0; at < wanted.length; at += 1) {
      const [x, y] = [Math.floor(at / 3) % columns, Math.floor(at / 3 / columns)];
      if ([x, y].some((place) => place % 32 < 4 || place % 32 >= 28)) continue;
      const apart = Math.abs((pixels[(number - 1) * wanted.length + at] ?? 0) - (wanted[at] ?? 0));
      assert.ok(apart <= 3, `frame ${number}, ${x},${y}: ${apart}`);
    }
  }
});

test('a dot of one pixel that comes and goes is in its frame and in no other', async (t) => {
  const [rows, columns, count] = [64, 64, 6];
  const frame = async (number: number): Promise<Uint8Array> => {
    const pixels = new Uint8Array(rows * columns).fill(100);
    pixels[31 * columns + 10 * number] = 140;
    return pixels;
  };
  const header = headerOf({ ...syntheticImage({ rows, columns }), numberOfFrames: count });
  const request = { header, transferSyntaxUid: explicit, frame, window: { center: 128, width: 256 } };
  const pixels = await decoded(await made(t, request));
  for (let number = 1; number <= count; number += 1) {
    for (let other = 1; other <= count; other += 1) {
      const level = pixels[((number - 1) * rows * columns + 31 * columns + 10 * other) * 3] ?? 0;
      assert.ok(Math.abs(level - (other === number ? 140 : 100)) <= 6, `${other} in frame ${number}: ${level}`);
    }
  }
});

test('what the file says: frames that can each be shown by themselves, their size, and what their colours are', async (t) => {
  const { header, ...rest } = requestOf({ rows: 31, columns: 45 }, 12);
  const file = await made(t, { ...rest, header: timed(header, { FrameTime: '40' }) });
  const facts =
    'stream=codec_name,profile,width,height,pix_fmt,color_range,color_space,color_transfer,color_primaries,avg_frame_rate,duration,nb_frames';
  const [line] = await listed(file, '-show_entries', facts);
  assert.equal(line, 'h264,Constrained Baseline,46,32,yuv420p,tv,bt709,bt709,bt709,25/1,0.480000,12');
  const flags = await listed(file, '-show_entries', 'packet=flags');
  assert.deepEqual(
    flags.map((flag) => flag.slice(0, 1)),
    Array.from({ length: 12 }, () => 'K'),
  );
});

test('the times of a vector, the rate for display, and a rate beyond that of pictures', async (t) => {
  const { header, ...rest } = requestOf({}, 4);
  const timesOf = async (elements: Readonly<Record<string, string | readonly string[]>>) => {
    const file = await made(t, { ...rest, header: timed(header, elements) });
    return (await listed(file, '-show_entries', 'packet=pts,duration')).map((line) => line.split(',').map(Number));
  };
  const vector = await timesOf({ FrameTimeVector: ['0', '50', '70', '30'] });
  assert.deepEqual(vector, [
    [0, 4500],
    [4500, 6300],
    [10800, 2700],
    [13500, 2700],
  ]);
  const ntsc = await timesOf({ RecommendedDisplayFrameRate: '30', CineRate: '15' });
  assert.deepEqual(
    ntsc.map(([, duration]) => duration),
    [3000, 3000, 3000, 3000],
  );
  const fast = await timesOf({ FrameTime: '8.333' });
  assert.deepEqual(
    fast.map(([pts]) => pts),
    [0, 750, 1500, 2250],
  );
  assert.deepEqual(
    (await timesOf({})).map(([, duration]) => duration),
    [9000, 9000, 9000, 9000],
  );
});

test('sixteen hours of frames have their length, in coarser ticks; no frame stands for more than a minute', async (t) => {
  const { header, ...rest } = requestOf({ rows: 8, columns: 8 }, 1000);
  const file = await made(t, { ...rest, header: timed(header, { FrameTime: '1000000000' }) });
  const [line] = await listed(file, '-show_entries', 'stream=time_base,duration,nb_frames');
  assert.equal(line, '1/1000,60000.000000,1000');
});

test('some frames in the order asked for, in a viewport; forth and back where the image says so', async (t) => {
  const how = { bitsStored: 8, rows: 48, columns: 64 };
  const request = requestOf(how, 5);
  const some = { ...request, frameNumbers: [4, 2, 4], viewport: { columns: 32, rows: 32 }, quality: 100 };
  const pixels = await decoded(await made(t, some));
  assert.equal(pixels.length, 3 * 32 * 24 * 3);
  for (const [at, number] of [4, 2, 4].entries()) {
    const apart = await difference(pixels, at, some, number);
    assert.ok(apart.largest <= 5, `frame ${number}: ${JSON.stringify(apart)}`);
  }
  const sweep = { ...request, header: timed(request.header, { PreferredPlaybackSequencing: 1 }), quality: 100 };
  const there = await decoded(await made(t, sweep));
  const order = [1, 2, 3, 4, 5, 4, 3, 2];
  assert.equal(there.length, order.length * 48 * 64 * 3);
  for (const [at, number] of order.entries()) {
    const apart = await difference(there, at, { ...request, quality: 100 }, number);
    assert.ok(apart.largest <= 5, `${at}: ${JSON.stringify(apart)}`);
  }
});

test('frames of several tasks follow each other as one stream: of two neighbours one is marked 0 and the other 1', async (t) => {
  const file = await made(t, requestOf({ rows: 1024, columns: 1024 }, 7));
  const { stderr } = await run('ffmpeg', ['-i', file, '-c', 'copy', '-bsf:v', 'trace_headers', '-f', 'null', '-'], {
    maxBuffer: 1 << 26,
    timeout: 30_000,
  });
  const marks = [...stderr.matchAll(/idr_pic_id\s+[01]+ = (\d+)/gu)].map(([, mark]) => Number(mark));
  assert.equal(marks.length, 7);
  for (const [at, mark] of marks.entries()) assert.notEqual(mark, marks[at + 1]);
  assert.equal((await decoded(file)).length, 7 * 1024 * 1024 * 3);
});

test('one pixel is two by two; the largest frame that a video takes is taken', async (t) => {
  const dot = await decoded(await made(t, { ...requestOf({ rows: 1, columns: 1 }, 3), quality: 100 }));
  assert.equal(dot.length, 3 * 2 * 2 * 3);
  const file = await made(t, { ...requestOf({ rows: 2304, columns: 4096 }, 2), quality: 10 });
  const [line] = await listed(file, '-show_entries', 'stream=width,height,level,nb_frames');
  assert.equal(line, '4096,2304,51,2');
});
