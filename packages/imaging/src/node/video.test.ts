// Videos that cannot be made: each says why and what is possible, and the pool goes on.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { headerOf } from '../../testing/headers.ts';
import { syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { frameBytes } from '../frames.ts';
import { ImagingError } from '../imaging-error.ts';
import { pixelsTask } from './moving.ts';
import { createImagingPool, type PoolOptions } from './pool.ts';
import type { MovingRequest } from './requests.ts';

const explicit = '1.2.840.10008.1.2.1';
const requestOf = (numberOfFrames: number, size = { rows: 24, columns: 32 }): MovingRequest => ({
  header: headerOf({ ...syntheticImage(size), numberOfFrames }),
  transferSyntaxUid: explicit,
  frame: async (number) => frameBytes(syntheticFrame(size, number)),
});
const poolOf = (options: PoolOptions = {}) => {
  const pool = createImagingPool({ threads: 2, ...options });
  return { pool, [Symbol.asyncDispose]: () => pool.close() };
};
const fails = (fault: string, text: RegExp) => (error: unknown) =>
  error instanceof ImagingError && error.fault === fault && text.test(error.message);

test('the encoder is loaded by the first video, in the thread that makes it, and leaves errors of the thread alone', async () => {
  const { cache } = createRequire(import.meta.url);
  const loaded = () => Object.keys(cache).filter((name) => name.includes('h264')).length;
  const listeners = () => [process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection')];
  {
    await using one = poolOf();
    await using video = await one.pool.video(requestOf(3));
    assert.equal(Buffer.from((await Array.fromAsync(video.bytes()))[0] ?? []).toString('latin1', 4, 8), 'ftyp');
  }
  const { default: work } = await import('./worker.ts');
  assert.equal(loaded(), 0);
  const before = listeners();
  await work({ kind: 'video', frames: [await pixelsTask(requestOf(3), 1, undefined)], quality: 90 });
  assert.equal(loaded(), 1);
  assert.deepEqual(listeners(), before);
});

test('the same frames are the same file, which can be read again', async () => {
  await using one = poolOf();
  await using first = await one.pool.video(requestOf(5));
  await using second = await one.pool.video(requestOf(5));
  const [once, twice] = [await Array.fromAsync(first.bytes()), await Array.fromAsync(first.bytes())];
  assert.deepEqual(Buffer.concat(once), Buffer.concat(twice));
  assert.deepEqual(Buffer.concat(once), Buffer.concat(await Array.fromAsync(second.bytes())));
});

test('a damaged frame in the middle is named; the pool goes on, and nothing is left behind', async () => {
  await using one = poolOf();
  const spools = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('concord-spool-')).length;
  const before = await spools();
  const request = requestOf(40);
  const frame = async (number: number) => (number === 21 ? new Uint8Array(7) : request.frame(number));
  await assert.rejects(one.pool.video({ ...request, frame }), fails('truncated', /frame 21/u));
  const absent = async (number: number) => (number === 30 ? Promise.reject(new Error('gone')) : request.frame(number));
  await assert.rejects(one.pool.video({ ...request, frame: absent }), /gone/u);
  assert.equal(await spools(), before);
  await using video = await one.pool.video(request);
  assert.ok(video.length > 1000);
});

test('too many frames, too large ones and too many large ones are refused with what is possible', async () => {
  await using one = poolOf();
  const read: number[] = [];
  const counted = (request: MovingRequest): MovingRequest => ({
    ...request,
    frame: async (number) => {
      read.push(number);
      return request.frame(number);
    },
  });
  const many = one.pool.video(counted(requestOf(20_000)));
  await assert.rejects(many, fails('too-large', /20000 frames; a video has at most 16384: ask for some of them/u));
  assert.deepEqual(read, []);
  const wide = one.pool.video(counted(requestOf(3, { rows: 16, columns: 16_000 })));
  await assert.rejects(wide, fails('too-large', /16000 x 16; .* at most 8688 pixels a side .* ask for a viewport/u));
  const large = one.pool.video(counted(requestOf(2000, { rows: 1024, columns: 1024 })));
  await assert.rejects(large, fails('too-large', /2000 frames of 1024 x 1024; a video has at most 1024 of them/u));
  assert.deepEqual(read, [1, 1], 'of each that has to be drawn once, one frame was read');
  const viewport = { columns: 320, rows: 320 };
  await using fitted = await one.pool.video({ ...requestOf(2, { rows: 16, columns: 16_000 }), viewport });
  assert.ok(fitted.length > 0);
});

test('who leaves while it is made stops it, before and within', async () => {
  await using one = poolOf();
  const leaving = new AbortController();
  const request = requestOf(1000);
  let read = 0;
  const frame = async (number: number) => {
    read += 1;
    if (number === 100) leaving.abort(new Error('left'));
    return request.frame(number);
  };
  await assert.rejects(one.pool.video({ ...request, frame, signal: leaving.signal }), /left/u);
  assert.ok(read < 200, `${read} frames were read`);
  await assert.rejects(one.pool.video({ ...request, signal: AbortSignal.abort(new Error('gone')) }), /gone/u);
  await using video = await one.pool.video(requestOf(2));
  assert.ok(video.length > 0);
});

test('one more than may wait is refused at once; one that waits too long for a frame is stopped', async () => {
  await using one = poolOf({ videos: { inside: 1, waiting: 0, deadlineMs: 1500 } });
  const request = requestOf(100);
  const never = {
    ...request,
    frame: (number: number) => (number === 50 ? new Promise<never>(() => undefined) : request.frame(number)),
  };
  const first = one.pool.video(never);
  await assert.rejects(one.pool.video(request), fails('queue-full', /0 waiting/u));
  await assert.rejects(first, fails('timeout', /1500 ms for a video/u));
});

test('a part of the file is those bytes of it, wherever it begins and ends', async () => {
  await using one = poolOf();
  await using video = await one.pool.video(requestOf(40));
  const whole = Buffer.concat(await Array.fromAsync(video.bytes()));
  const at = (share: number) => Math.floor(whole.length * share);
  for (const [start, end] of [
    [0, 1],
    [3, 40],
    [at(0.2), at(0.9)],
    [at(0.5), at(0.5) + 1],
    [whole.length - 1, whole.length],
    [0, whole.length],
  ] as const) {
    const part = Buffer.concat(await Array.fromAsync(video.bytes({ start, end })));
    assert.ok(part.equals(whole.subarray(start, end)), `${start} to ${end}`);
  }
});

/** Counts the frames that are read, so that it can be told whether a video was made again. */
const counted = (frames: number) => {
  const request = requestOf(frames);
  const count = { read: 0 };
  const frame = async (number: number) => {
    count.read += 1;
    return request.frame(number);
  };
  return { count, request: { ...request, frame } };
};

test('what several ask for at once, or again within a while, is made once; then it is gone', async () => {
  await using one = poolOf({ videos: { keptMs: 60, kept: 1 } });
  const { count, request } = counted(20);
  const both = await Promise.all([one.pool.video({ ...request, key: 'a' }), one.pool.video({ ...request, key: 'a' })]);
  assert.equal(count.read, 21);
  for (const video of both) await video[Symbol.asyncDispose]();
  await (await one.pool.video({ ...request, key: 'a' }))[Symbol.asyncDispose]();
  assert.equal(count.read, 21, 'kept');
  await (await one.pool.video({ ...request, key: 'b' }))[Symbol.asyncDispose]();
  assert.equal(count.read, 42);
  await (await one.pool.video({ ...request, key: 'a' }))[Symbol.asyncDispose]();
  assert.equal(count.read, 63, 'one more than is kept sends the oldest away');
  await new Promise((resolve) => setTimeout(resolve, 200));
  await (await one.pool.video({ ...request, key: 'a' }))[Symbol.asyncDispose]();
  assert.equal(count.read, 84, 'time is over');
});

test('one of two who wait may leave; when both have, the making stops, and who comes then gets a new one', async () => {
  await using one = poolOf();
  const { count, request } = counted(400);
  const [first, second] = [new AbortController(), new AbortController()];
  const asked = [first, second].map(({ signal }) => one.pool.video({ ...request, key: 'a', signal }));
  first.abort(new Error('first left'));
  await assert.rejects(asked[0] ?? Promise.resolve(), /first left/u);
  await using _video = await asked[1];
  assert.equal(count.read, 401);
  const alone = new AbortController();
  const other = counted(1000);
  const leaving = one.pool.video({ ...other.request, key: 'b', signal: alone.signal });
  await one.pool.render({ ...request, encoded: await request.frame(1), format: 'image/png' });
  alone.abort(new Error('left'));
  await assert.rejects(leaving, /left/u);
  await using again = await one.pool.video({ ...counted(3).request, key: 'b' });
  assert.ok(again.length > 0);
  assert.ok(other.count.read < 1000, `${other.count.read} were read`);
});

test('one that cannot be made is not kept', async () => {
  await using one = poolOf();
  const request = requestOf(5);
  const frame = () => Promise.reject(new Error('gone'));
  await assert.rejects(one.pool.video({ ...request, frame, key: 'a' }), /gone/u);
  await using video = await one.pool.video({ ...request, key: 'a' });
  assert.ok(video.length > 0);
});

test('a pool that is closed does not wait for a video', async () => {
  const { pool } = poolOf();
  const request = requestOf(50);
  const frame = (number: number) => (number === 40 ? new Promise<never>(() => undefined) : request.frame(number));
  const made = assert.rejects(pool.video({ ...request, frame, key: 'a' }), fails('closed', /closed/u));
  await pool.render({ ...request, encoded: await request.frame(1), format: 'image/png' });
  await pool.close();
  await made;
});

test('there are only so many videos until some of them are done with', async () => {
  await using one = poolOf({ videos: { most: 2 } });
  const first = await one.pool.video(requestOf(2));
  await using _second = await one.pool.video(requestOf(2));
  await assert.rejects(one.pool.video(requestOf(2)), fails('queue-full', /2 videos are on their way/u));
  await first[Symbol.asyncDispose]();
  await first[Symbol.asyncDispose]();
  await using _third = await one.pool.video(requestOf(2));
  await assert.rejects(one.pool.video(requestOf(2)), fails('queue-full', /2 videos/u));
});

test('more than is held in memory is in a file, which goes with the video', async () => {
  await using one = poolOf();
  const size = { rows: 1024, columns: 1024 };
  const [noise] = [frameBytes(syntheticFrame({ ...size, bitsStored: 8 }))];
  const random = noise.map((_, at) => (Math.imul(at, 2_654_435_761) >>> 11) & 0xff);
  const header = headerOf({ ...syntheticImage(size), numberOfFrames: 24 });
  const spools = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('concord-spool-'));
  const before = await spools();
  {
    await using video = await one.pool.video({
      ...{ header, transferSyntaxUid: explicit, quality: 100 },
      frame: async () => random,
    });
    assert.ok(video.length > 17 << 20, `${video.length} bytes`);
    assert.ok((await spools()).length > before.length, 'a file is there');
    const whole = Buffer.concat(await Array.fromAsync(video.bytes()));
    assert.equal(whole.length, video.length);
    const [start, end] = [(16 << 20) - 1000, (17 << 20) + 77];
    const part = Buffer.concat(await Array.fromAsync(video.bytes({ start, end })));
    assert.ok(part.equals(whole.subarray(start, end)));
  }
  assert.deepEqual(
    (await spools()).filter((name) => !before.includes(name)),
    [],
  );
});
