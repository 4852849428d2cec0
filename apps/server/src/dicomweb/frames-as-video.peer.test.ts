// Frames of multi-frame images as video/mp4 over the web, as FFmpeg decodes them and as Chromium plays them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { DataSet, writePart10 } from '@concord/dicom';
import { pixelDataEnd, pixelDataFragment, pixelDataStart } from '@concord/imaging';
import { createImagingPool } from '@concord/imaging/node';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { startFilled } from '../../testing/archive.ts';
import { type Made, madeDataSet, madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';

const run = promisify(execFile);
const series = `/studies/${madeStudy}/series/${madeSeries}`;
const image = `${series}/instances/1.2.1`;
const uri = `/wado?requestType=WADO&studyUID=${madeStudy}&seriesUID=${madeSeries}&objectUID=1.2.1`;

/** Values count up over all frames, and the window is as wide as all of them. */
const cine = (
  rows: number,
  columns: number,
  frames: number,
  more: (dataSet: DataSet) => void = () => undefined,
): Made => ({
  ...{ instance: '1.2.1', rows, columns, frames },
  change: (dataSet) => {
    const total = rows * columns * frames;
    dataSet.set('WindowCenter', total / 2);
    dataSet.set('WindowWidth', total);
    dataSet.set('FrameTime', '50');
    more(dataSet);
  },
});

const start = async (t: TestContext, files: readonly Made[]) => {
  const web = await startFilled(t, files);
  const folder = await mkdtemp(join(tmpdir(), 'concord-video-'));
  t.after(() => rm(folder, { recursive: true }));
  const video = async (address: string): Promise<string> => {
    const response = await fetch(address, { headers: { accept: 'video/mp4' } });
    assert.equal(response.status, 200, await response.clone().text());
    assert.equal(response.headers.get('content-type'), 'video/mp4');
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.equal(response.headers.get('content-length'), String(bytes.length));
    const file = join(folder, 'video.mp4');
    await writeFile(file, bytes);
    return file;
  };
  return { ...web, video };
};

/** Width, height, frames in a second and how many, as ffprobe has it; pixels in red, green and blue, as ffmpeg has them. */
const decoded = async (file: string) => {
  const facts = ['-show_entries', 'stream=width,height,avg_frame_rate,nb_frames', '-of', 'csv=p=0'];
  const { stdout } = await run('ffprobe', ['-v', 'error', ...facts, file], { timeout: 30_000 });
  const exact = ['-sws_flags', 'accurate_rnd+full_chroma_int+full_chroma_inp+bitexact', '-fps_mode', 'passthrough'];
  const { stdout: pixels } = await run(
    'ffmpeg',
    ['-v', 'error', '-i', file, ...exact, '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'],
    { encoding: 'buffer', maxBuffer: 1 << 28, timeout: 60_000 },
  );
  const [width = 0, height = 0] = stdout.split(',').map(Number);
  const frame = (at: number) => pixels.subarray(at * width * height * 3, (at + 1) * width * height * 3);
  return { facts: stdout.trim(), width, height, frames: pixels.length / (width * height * 3), frame };
};

/** The largest difference between a frame of a video and a picture of the same frame. */
const apart = async (frame: Buffer, width: number, address: string): Promise<number> => {
  const response = await fetch(address, { headers: { accept: 'image/png' } });
  assert.equal(response.status, 200, address);
  const { data, info } = await sharp(Buffer.from(await response.arrayBuffer()))
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  let largest = 0;
  for (let y = 0; y < info.height; y += 1) {
    for (let x = 0; x < info.width * 3; x += 1) {
      largest = Math.max(largest, Math.abs((frame[y * width * 3 + x] ?? 0) - (data[y * info.width * 3 + x] ?? 0)));
    }
  }
  return largest;
};

test('every frame of an instance, of a list, and by WADO-URI is the PNG of that frame within 6 levels, as FFmpeg decodes it', async (t) => {
  const { service, url, video } = await start(t, [cine(61, 83, 7)]);
  const all = await decoded(await video(`${service}${image}/rendered`));
  assert.equal(all.facts, '84,62,20/1,7');
  for (let number = 1; number <= 7; number += 1) {
    const largest = await apart(all.frame(number - 1), all.width, `${service}${image}/frames/${number}/rendered`);
    assert.ok(largest <= 6, `frame ${number}: ${largest}`);
  }
  const asked = 'window=4000,9000,linear&viewport=40,40&annotation=patient,technique&quality=100';
  const some = await decoded(await video(`${service}${image}/frames/5,2,6/rendered?${asked}`));
  assert.equal(some.facts, '40,30,20/1,3');
  for (const [at, number] of [5, 2, 6].entries()) {
    const largest = await apart(some.frame(at), some.width, `${service}${image}/frames/${number}/rendered?${asked}`);
    assert.ok(largest <= 12, `frame ${number}: ${largest}`);
  }
  const how = 'windowCenter=4000&windowWidth=9000&imageQuality=100';
  const old = await decoded(await video(`${url}${uri}&contentType=video/mp4&${how}`));
  assert.equal(old.facts, '84,62,20/1,7');
  assert.ok((await apart(old.frame(6), 84, `${url}${uri}&contentType=image/png&frameNumber=7&${how}`)) <= 6);
  const middle = await decoded(await video(`${service}${series}/rendered?accept=video/mp4`));
  assert.equal(middle.facts, '84,62,20/1,7', 'of a series: the image that stands for it');
});

test('quality is bytes; the tag is followed; HEAD says what it is without making it', async (t) => {
  const { service, get } = await start(t, [cine(200, 200, 6)]);
  const sizeOf = async (quality: number) =>
    (await (await get(`${image}/rendered?quality=${quality}`, 'video/mp4')).arrayBuffer()).byteLength;
  const [poor, good, best] = [await sizeOf(10), await sizeOf(80), await sizeOf(100)];
  assert.ok(poor < good && good < best, `${poor}, ${good}, ${best}`);
  const first = await get(`${image}/rendered`, 'video/mp4');
  const again = { 'if-none-match': first.headers.get('etag') ?? '' };
  assert.equal((await get(`${image}/rendered`, 'video/mp4', again)).status, 304);
  assert.equal((await get(`${image}/rendered`, 'image/gif', again)).status, 200);
  const head = await fetch(`${service}${image}/rendered`, { method: 'HEAD', headers: { accept: 'video/mp4' } });
  assert.deepEqual([head.status, head.headers.get('content-type')], [200, 'video/mp4']);
});

/** A state that inverts, for the whole image or for some of its frames. */
const inverting = (frames: readonly string[] = []): Made => ({
  ...{ instance: '1.2.5', series: '1.3.5' },
  change: (dataSet) => {
    for (const keyword of ['Rows', 'Columns', 'BitsAllocated', 'BitsStored', 'HighBit', 'SamplesPerPixel'] as const)
      dataSet.delete(keyword);
    dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.11.1');
    dataSet.set('Modality', 'PR');
    dataSet.set('PresentationLUTShape', 'INVERSE');
    const reference = new DataSet();
    reference.set('ReferencedSOPClassUID', '1.2.840.10008.5.1.4.1.1.2');
    reference.set('ReferencedSOPInstanceUID', '1.2.1');
    if (frames.length > 0) reference.set('ReferencedFrameNumber', frames);
    const item = new DataSet();
    item.set('SeriesInstanceUID', madeSeries);
    item.set('ReferencedImageSequence', [reference]);
    dataSet.set('ReferencedSeriesSequence', [item]);
  },
});

test('a presentation state: its frames move as it shows them, by itself and by WADO-URI, as GIF too', async (t) => {
  const stateUri = `${uri}&presentationSeriesUID=1.3.5&presentationUID=1.2.5`;
  const state = `/studies/${madeStudy}/series/1.3.5/instances/1.2.5/rendered`;
  for (const [frames, shown] of [
    [[], [1, 2, 3, 4, 5]],
    [
      ['2', '4', '5'],
      [2, 4, 5],
    ],
  ] as const) {
    const { service, url, video, get } = await start(t, [cine(40, 48, 5), inverting(frames)]);
    for (const address of [`${service}${state}`, `${url}${stateUri}&contentType=video/mp4`]) {
      const made = await decoded(await video(address));
      assert.equal(made.frames, shown.length);
      for (const [at, number] of shown.entries()) {
        const still = `${url}${stateUri}&contentType=image/png&frameNumber=${number}`;
        assert.ok((await apart(made.frame(at), 48, still)) <= 6, `${address}: ${number}`);
      }
      const first = made.frame(0)[0] ?? 0;
      const last = made.frame(shown.length - 1)[0] ?? 255;
      assert.ok(first > last, 'it gets darker: the state inverts');
    }
    const gif = sharp(Buffer.from(await (await get(state, 'image/gif')).arrayBuffer()));
    assert.equal((await gif.metadata()).pages, shown.length);
  }
});

const problemOf = async (response: Response) => {
  const problem = (await response.json()) as { readonly detail?: string; readonly acceptable?: readonly string[] };
  return { status: response.status, detail: problem.detail ?? '', acceptable: problem.acceptable ?? [] };
};

test('what is no video: one frame, several parts, another codec, a profile; each is told what can be had', async (t) => {
  const { get, url, service } = await start(t, [
    cine(8, 8, 3),
    { instance: '1.2.2', series: '1.9', rows: 8, columns: 8 },
  ]);
  const still = `/studies/${madeStudy}/series/1.9/instances/1.2.2/rendered`;
  for (const path of [still, `${image}/frames/2/rendered`, `${image}/thumbnail`]) {
    const { status, acceptable } = await problemOf(await get(path, 'video/mp4'));
    assert.equal(status, 406, path);
    assert.ok(acceptable.includes('image/png') && !acceptable.includes('video/mp4'), path);
  }
  assert.equal((await get(still, 'video/mp4, image/png;q=0.2')).headers.get('content-type'), 'image/png');
  assert.equal((await get(`${image}/rendered`, 'video/*')).headers.get('content-type'), 'video/mp4');
  assert.equal((await get(`${image}/rendered`, '*/*')).headers.get('content-type'), 'image/jpeg');
  for (const type of ['video/h265', 'multipart/related; type="video/mp4"']) {
    const { status, acceptable } = await problemOf(await get(`${image}/rendered`, type));
    assert.equal(status, 406, type);
    assert.ok(acceptable.includes('video/mp4') && !acceptable.includes('multipart/related; type="video/mp4"'), type);
  }
  assert.equal((await get(`${image}/rendered?iccprofile=srgb`, 'video/mp4')).status, 400);
  assert.equal((await get(`${image}/frames/2,9/rendered`, 'video/mp4')).status, 404);
  assert.equal((await fetch(`${url}${uri}&contentType=video/mp4&frameNumber=2`)).status, 406);
  for (const [path, is] of [
    [`${series}/rendered`, true],
    [`${image}/frames/1,2/rendered`, true],
    [`${image}/thumbnail`, false],
  ] as const) {
    const said = await fetch(`${service}${path}`, { method: 'OPTIONS', headers: { accept: 'application/json' } });
    assert.equal((await said.text()).includes('video/mp4'), is, path);
  }
});

test('a frame that is damaged in the middle is named, before anything is sent; so are sizes and numbers beyond the bounds', async (t) => {
  const { get, service } = await start(t, [cine(16, 9000, 2)]);
  const wide = await problemOf(await get(`${image}/rendered`, 'video/mp4'));
  assert.equal(wide.status, 406);
  assert.ok(wide.acceptable.includes('image/png'));
  assert.match(wide.detail, /9000 x 16; a video has at most 8688 pixels a side .* ask for a viewport/u);
  assert.equal((await get(`${image}/rendered?viewport=900,900`, 'video/mp4')).status, 200);
  const send = async (file: Uint8Array) => {
    const body = Uint8Array.from(file);
    const stored = await fetch(`${service}/studies`, {
      ...{ method: 'POST', body, headers: { 'content-type': 'application/dicom' } },
    });
    assert.ok(stored.ok, await stored.text());
  };
  await send(madeFile({ ...cine(1, 1, 20_000), instance: '1.2.3' }));
  const many = await problemOf(await get(`${series}/instances/1.2.3/rendered`, 'video/mp4'));
  assert.equal(many.status, 406);
  assert.match(many.detail, /20000 frames; a video has at most 16384: ask for some of them/u);
  const rle = (number: number): Uint8Array => {
    const frame = new Uint8Array(64 + 2 * 18);
    new DataView(frame.buffer).setUint32(0, number === 4 ? 99 : 2, true);
    new DataView(frame.buffer).setUint32(4, 64, true);
    new DataView(frame.buffer).setUint32(8, 82, true);
    for (const at of [64, 82]) frame.set([15, ...new Uint8Array(16).fill(number * 20)], at);
    return frame;
  };
  const dataSet = madeDataSet({ ...cine(4, 4, 6), instance: '1.2.4' });
  dataSet.delete('PixelData');
  const head = writePart10({ dataSet, transferSyntaxUid: '1.2.840.10008.1.2.5' });
  const frames = [1, 2, 3, 4, 5, 6].flatMap((number) => pixelDataFragment(rle(number)));
  await send(Buffer.concat([head, pixelDataStart(), ...frames, pixelDataEnd()]));
  const damaged = await problemOf(await get(`${series}/instances/1.2.4/rendered`, 'video/mp4'));
  assert.equal(damaged.status, 406);
  assert.match(damaged.detail, /frame 4/u);
  assert.equal((await get(`${series}/instances/1.2.4/frames/1-3,5,6/rendered`, 'video/mp4')).status, 400);
  assert.equal((await get(`${series}/instances/1.2.4/frames/1,2,3,5,6/rendered`, 'video/mp4')).status, 200);
});

test('a part of it is asked for as players do: the same bytes, made once', async (t) => {
  const { get } = await start(t, [cine(64, 64, 20)]);
  const whole = await get(`${image}/rendered`, 'video/mp4');
  assert.equal(whole.headers.get('accept-ranges'), 'bytes');
  const bytes = Buffer.from(await whole.arrayBuffer());
  const part = await get(`${image}/rendered`, 'video/mp4', { range: 'bytes=100-2099' });
  assert.deepEqual([part.status, part.headers.get('content-range')], [206, `bytes 100-2099/${bytes.length}`]);
  assert.ok(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 2100)));
  const beyond = await get(`${image}/rendered`, 'video/mp4', { range: `bytes=${bytes.length}-` });
  assert.equal(beyond.status, 416);
  const other = await get(`${image}/rendered?quality=10`, 'video/mp4', {
    ...{ range: 'bytes=0-9', 'if-range': whole.headers.get('etag') ?? '' },
  });
  assert.equal(other.status, 200, 'a part of another video is no part of this one');
});

test('who leaves stops the making', async (t) => {
  const pool = createImagingPool({ threads: 1 });
  t.after(pool.close);
  const stopped = Promise.withResolvers<unknown>();
  const begun = Promise.withResolvers<void>();
  const imaging = Object.assign(Object.create(pool) as typeof pool, {
    video: (request: Parameters<typeof pool.video>[0]) => {
      begun.resolve();
      const made = pool.video(request);
      made.then(() => stopped.reject(new Error('it was made')), stopped.resolve);
      return made;
    },
  });
  const { service } = await startFilled(t, [cine(64, 64, 800)], { imaging });
  const leaving = new AbortController();
  const asked = fetch(`${service}${image}/rendered`, { headers: { accept: 'video/mp4' }, signal: leaving.signal });
  await begun.promise;
  leaving.abort();
  await assert.rejects(asked);
  assert.match(String(await stopped.promise), /went away/u);
  const still = await fetch(`${service}${image}/frames/3/rendered`);
  assert.equal(still.status, 200, await still.text());
});

test('Chromium plays it: its size, its length, and each frame at its time', async (t) => {
  const { service, url } = await start(t, [cine(64, 80, 8, (dataSet) => dataSet.set('FrameTime', '250'))]);
  const executablePath = process.env.CONCORD_CHROMIUM ?? '/usr/bin/chromium-headless-shell';
  const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const empty = { contentType: 'text/html', body: '<title>player</title>' }; // answers of a service forbid players
  await page.route('**/player', (route) => route.fulfill(empty));
  await page.goto(`${url}/player`);
  const levelOf = (frame: number) => ((frame * 64 * 80 + 40) / (64 * 80 * 8)) * 255;
  const asked = {
    source: `${service}${image}/rendered?accept=video/mp4`,
    wanted: Array.from({ length: 8 }, (_, at) => levelOf(at)),
  };
  const played = await page.evaluate(async ({ source, wanted }) => {
    const video = document.createElement('video');
    video.muted = true;
    video.preload = 'auto';
    const event = (name: string) =>
      new Promise((resolve, reject) => {
        video.addEventListener(name, resolve, { once: true });
        video.addEventListener('error', () => reject(new Error(video.error?.message)), { once: true });
      });
    const ready = event('canplaythrough');
    video.src = source;
    await ready;
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    const context = canvas.getContext('2d');
    const levels: number[] = [];
    for (const frame of [7, 0, 3, 1, 6, 2, 5, 4]) {
      const sought = event('seeked');
      video.currentTime = frame * 0.25 + 0.125;
      await sought;
      // A frame that was sought is drawn a moment after it is said to be found: until then it is the one before.
      const patience = performance.now() + 5000;
      do {
        context?.drawImage(video, 0, 0);
        levels[frame] = context?.getImageData(video.videoWidth / 2, 0, 1, 1).data[0] ?? -1;
        if (Math.abs((levels[frame] ?? -1) - (wanted[frame] ?? 0)) <= 5) break;
        await new Promise((resolve) => setTimeout(resolve, 20));
      } while (performance.now() < patience);
    }
    const back = event('seeked');
    video.currentTime = 0;
    await back;
    const ended = event('ended');
    video.playbackRate = 4;
    await video.play();
    await ended;
    return { size: [video.videoWidth, video.videoHeight], seconds: video.duration, levels };
  }, asked);
  assert.deepEqual(played.size, [80, 64]);
  assert.ok(Math.abs(played.seconds - 2) < 0.01, `${played.seconds}`);
  for (const [at, level] of played.levels.entries()) {
    assert.ok(Math.abs(level - levelOf(at)) <= 5, `frame ${at + 1}: ${level}, not ${levelOf(at)}`);
  }
});
