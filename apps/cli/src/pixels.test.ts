// `concord transcode`, `render` and `frames`: sizes and quality told, pictures and frames that are what they should be.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { DataSet, explicitVrLittleEndian, readPart10, writePart10 } from '@concord/dicom';
import { pixelDataEnd, pixelDataFragment, pixelDataStart } from '@concord/imaging';
import { folderWith } from '../testing/folder.ts';
import { secondaryCapture } from '../testing/instance.ts';
import { concord as runCommand } from '../testing/terminal.ts';
import { eachFile } from './each-file.ts';
import { inThisThread } from './tasks/pool.ts';

const side = 64;
/** One file at a time: a thread of codecs costs as much to start as these files to convert. */
const concord: typeof runCommand = (argv, options) => runCommand([...argv, '--jobs', '1'], options);
/** Three frames of 64 x 64 pixels of 8 bits, each brighter than the one before. */
function cine(): Uint8Array {
  const dataSet = new DataSet();
  dataSet.set('SOPClassUID', secondaryCapture);
  dataSet.set('SOPInstanceUID', '1.2.3.4');
  dataSet.set('SamplesPerPixel', 1);
  dataSet.set('PhotometricInterpretation', 'MONOCHROME2');
  dataSet.set('NumberOfFrames', 3);
  for (const keyword of ['Rows', 'Columns'] as const) dataSet.set(keyword, side);
  for (const keyword of ['BitsAllocated', 'BitsStored'] as const) dataSet.set(keyword, 8);
  dataSet.set('HighBit', 7);
  dataSet.set('PixelRepresentation', 0);
  dataSet.set('WindowCenter', 128);
  dataSet.set('WindowWidth', 256);
  const values = Array.from(
    { length: 3 * side * side },
    (_, at) => ((at * at) % 97) + 60 * Math.floor(at / (side * side)),
  );
  dataSet.set('PixelData', Uint8Array.from(values), 'OB');
  return writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });
}
/** One frame of 64 x 64 pixels in colour. */
function colours(): Uint8Array {
  const { dataSet } = readPart10(cine());
  for (const keyword of ['NumberOfFrames', 'WindowCenter', 'WindowWidth'] as const) dataSet.delete(keyword);
  dataSet.set('SOPInstanceUID', '1.2.3.5');
  dataSet.set('SamplesPerPixel', 3);
  dataSet.set('PhotometricInterpretation', 'RGB');
  dataSet.set('PlanarConfiguration', 0);
  const levels = Array.from({ length: side * side * 3 }, (_, at) => (Math.floor(at / 3) + 40 * (at % 3)) % 200);
  dataSet.set('PixelData', Uint8Array.from(levels), 'OB');
  return writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });
}
const pixels = readPart10(cine()).dataSet.bytes('PixelData') ?? new Uint8Array();
const frame = (number: number) => Buffer.from(pixels.subarray((number - 1) * side * side, number * side * side));

test('transcode tells sizes, and of a lossy syntax the error; without --lossy it is refused', async (context) => {
  const files = folderWith(context, { 'cine.dcm': cine() });
  const lossless = await concord(['transcode', files, '--to', folderWith(context), '--syntax', 'JPEGLSLossless']);
  assert.equal(lossless.code, 0, lossless.output.join('\n'));
  assert.match(lossless.output[0] ?? '', /^cine\.dcm: 12\.\d kB to \d+(?:\.\d)? k?B, \d+\.\d\d:1$/);
  const refused = await concord(['transcode', files, '--to', folderWith(context), '--syntax', 'JPEGBaseline8Bit']);
  assert.equal(refused.code, 1);
  assert.match(refused.output.join('\n'), /--lossy allows it/);
  for (const elsewhere of ['JPIPReferenced', '1.2.840.10008.1.2.4.94', 'Papyrus3ImplicitVRLittleEndian'])
    assert.equal(
      (await concord(['transcode', files, '--to', folderWith(context), '-x', elsewhere])).code,
      2,
      elsewhere,
    );
  const psnr = async (quality: string) => {
    const argv = [
      'transcode',
      files,
      '--to',
      folderWith(context),
      '-x',
      'JPEGBaseline8Bit',
      '--lossy',
      '--quality',
      quality,
    ];
    const { code, output } = await concord([...argv, '--json']);
    assert.equal(code, 0, output.join('\n'));
    const { bytesAfter, largestError, psnr: decibel } = JSON.parse(output[0] ?? '');
    assert.ok(largestError > 0);
    return [bytesAfter, Number(decibel)] as const;
  };
  const [poor, good] = [await psnr('10'), await psnr('95')];
  assert.ok(poor[0] < good[0] && poor[1] < good[1], `${poor} ${good}`);
});

/** Largest error and peak signal-to-noise ratio in dB, of bytes. */
function errorsOf(before: Uint8Array, after: Uint8Array): readonly [largest: number, decibel: string] {
  assert.equal(before.length, after.length);
  const errors = Array.from(before, (value, at) => Math.abs(value - (after[at] ?? 0)));
  const mean = errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
  return [Math.max(...errors), (10 * Math.log10(255 ** 2 / mean)).toFixed(1)];
}

test('the quality told is that of the decoded frames; of colour it is that of red, green and blue', async (context) => {
  const files = folderWith(context, { 'cine.dcm': cine(), 'colour.dcm': colours() });
  const told = async (to: string, ...how: readonly string[]) => {
    const said = await concord(['transcode', files, '--to', to, '--lossy', '--json', '-x', ...how]);
    assert.equal(said.code, 0, said.output.join('\n'));
    return said.output.slice(0, 2).map((line) => JSON.parse(line));
  };
  const [lossy, raw] = [folderWith(context), folderWith(context)];
  const [gray, fine] = await told(lossy, 'JPEGBaseline8Bit', '--quality', '60');
  assert.equal((await concord(['frames', join(lossy, 'cine.dcm'), '--to', raw, '--decode'])).code, 0);
  const decoded = ['0001', '0002', '0003'].map((name) => readFileSync(join(raw, 'cine', `${name}.raw`)));
  assert.deepEqual([gray.largestError, gray.psnr], errorsOf(pixels, Buffer.concat(decoded)));
  const [, near] = await told(folderWith(context), 'JPEGLSNearLossless', '--near', '3');
  assert.ok(near.largestError > 0 && near.largestError <= 3, JSON.stringify(near));
  const [, coarse] = await told(folderWith(context), 'JPEGBaseline8Bit', '--quality', '10');
  assert.ok(Number(fine.psnr) > 25 && Number(coarse.psnr) < Number(fine.psnr), `${coarse.psnr} and ${fine.psnr}`);
  assert.ok(coarse.bytesAfter < fine.bytesAfter && Number(coarse.ratio) > Number(fine.ratio));
});

test('each command shows on a terminal how far it is, and works on as many files at a time as --jobs says', async (context) => {
  const names = ['1', '2', '3', '4', '5', '6'];
  const files = folderWith(context, Object.fromEntries(names.map((name) => [`${name}.dcm`, cine()])));
  for (const [argv, done] of [
    [['render'], 'rendered'],
    [['frames'], 'taken apart'],
    [['transcode', '--syntax', 'RLELossless'], 'transcoded'],
  ] as const) {
    const drawn: string[] = [];
    const to = folderWith(context);
    const terminal = { columns: 100, draw: (text: string) => drawn.push(text) };
    const { code, output } = await runCommand([...argv, files, '--to', to, '--jobs', '3'], { terminal });
    assert.equal(code, 0, output.join('\n'));
    assert.match(output.at(-1) ?? '', new RegExp(`^6 ${done}, 0 failed`, 'u'));
    assert.ok(
      drawn.some((text) => text.includes(`6/6 6 ${done}, 0 failed`)),
      drawn.join('\n'),
    );
  }
  for (const jobs of [1, 3]) {
    const under = { now: 0, most: 0 };
    const together = Promise.withResolvers<void>();
    // Nobody ends before as many are under way as there are jobs: fewer at a time would wait for ever.
    const task = async () => {
      under.now += 1;
      under.most = Math.max(under.most, under.now);
      if (under.now === jobs) together.resolve();
      await together.promise;
      under.now -= 1;
    };
    const work = { done: 'seen', open: async (size: { jobs: number }) => inThisThread(task, size.jobs) };
    const quiet = { print: () => {}, note: () => {}, draw: () => {}, columns: undefined, fail: () => {} };
    const surroundings = { ...quiet, signal: AbortSignal.timeout(60_000), environment: {}, input: Readable.from([]) };
    await eachFile([files], { to: folderWith(context), jobs }, work, surroundings);
    assert.equal(under.most, jobs);
  }
});

test('render makes a still of a frame, and a moving picture of all', async (context) => {
  const files = folderWith(context, { 'a/cine.dcm': cine() });
  const to = folderWith(context);
  const still = await concord(['render', files, '--to', to, '--frame', '2', '--size', '32x32']);
  assert.equal(still.code, 0, still.output.join('\n'));
  const png = readFileSync(join(to, 'a/cine.png'));
  assert.deepEqual([png.toString('latin1', 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)], ['PNG', 32, 32]);
  assert.equal((await concord(['render', files, '--to', to, '--format', 'gif'])).code, 0);
  assert.equal((await concord(['render', files, '--to', to, '--format', 'jp2', '--quality', '100'])).code, 0);
  assert.equal(readFileSync(join(to, 'a/cine.jp2')).toString('latin1', 16, 24), 'ftypjp2 ');
  const gif = readFileSync(join(to, 'a/cine.gif'));
  assert.equal(gif.toString('latin1', 0, 6), 'GIF89a');
  assert.equal(gif.toString('latin1').split('\x21\xf9\x04').length - 1, 3, 'three frames');
  const windowed = await concord([
    'render',
    files,
    '--to',
    folderWith(context),
    '--window',
    '40,400',
    '--format',
    'jpeg',
  ]);
  assert.equal(windowed.code, 0);
});

test('render makes a video of all frames, and says of one frame, of --frame and of damage what is wrong', async (context) => {
  const { dataSet } = readPart10(cine());
  dataSet.set('NumberOfFrames', 1);
  dataSet.set('PixelData', frame(1), 'OB');
  const single = writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });
  const files = folderWith(context, { 'a/cine.dcm': cine(), 'b.dcm': single, 'c.dcm': cine().subarray(0, -3000) });
  const to = folderWith(context);
  const mp4 = (...more: readonly string[]) => concord(['render', files, '--to', to, '--format', 'mp4', ...more]);
  const { code, output } = await mp4('--size', '31x31', '--quality', '50');
  assert.equal(code, 1);
  assert.deepEqual(readdirSync(to, { recursive: true }).sort(), ['a', 'a/cine.mp4'], 'nothing of those that failed');
  const video = readFileSync(join(to, 'a/cine.mp4'));
  assert.equal(video.toString('latin1', 4, 12), 'ftypisom');
  assert.equal(video.readUInt32BE(video.indexOf('stsz') + 12), 3, 'three frames');
  const entry = video.indexOf('avc1', video.indexOf('stsd'));
  assert.deepEqual([video.readUInt16BE(entry + 28), video.readUInt16BE(entry + 30)], [32, 32], 'sides are even');
  assert.match(output.join('\n'), /a video needs several frames, and the image has one: ask for a picture\n.*b\.dcm/u);
  assert.match(output.join('\n'), /frame 3: .*\n.*c\.dcm/u);
  for (const [how, why] of [
    [['--frame', '2'], /a video has several frames: --frame is for pictures/u],
    [['--superimposed', files, '--presentation-state', join(files, 'b.dcm')], /in pictures, not in videos/u],
  ] as const) {
    const refused = await mp4(...how);
    assert.equal(refused.code, 2);
    assert.match(refused.notes.join('\n'), why);
  }
});

test('render shows an image as a presentation state wants it, and refuses a state of another image', async (context) => {
  const state = new DataSet();
  state.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.11.1');
  state.set('SOPInstanceUID', '1.2.3.9');
  state.set('ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID', '1.2.3.4');
  state.set('SoftcopyVOILUTSequence[0].WindowCenter', '128');
  state.set('SoftcopyVOILUTSequence[0].WindowWidth', '256');
  state.set('PresentationLUTShape', 'INVERSE');
  const { dataSet: turnedRound } = readPart10(cine());
  turnedRound.set('PhotometricInterpretation', 'MONOCHROME1');
  const file = (dataSet: DataSet) => writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });
  const files = folderWith(context, {
    'cine.dcm': cine(),
    'turned.dcm': file(turnedRound),
    'colour.dcm': colours(),
    'state.dcm': file(state),
  });
  const rendered = async (name: string, ...how: readonly string[]) => {
    const to = folderWith(context);
    const said = await concord(['render', join(files, `${name}.dcm`), '--to', to, '--frame', '1', ...how]);
    return said.code === 0 ? readFileSync(join(to, `${name}.png`)) : said.output.join('\n');
  };
  const how = ['--presentation-state', join(files, 'state.dcm')];
  assert.deepEqual(await rendered('cine', ...how), await rendered('turned'));
  assert.notDeepEqual(await rendered('cine'), await rendered('turned'));
  assert.match(String(await rendered('colour', ...how)), /does not refer to this frame/);
});

test('frames takes them apart, decoded or as they are stored', async (context) => {
  const files = folderWith(context, { 'cine.dcm': cine() });
  const [compressed, to] = [folderWith(context), folderWith(context)];
  assert.equal((await concord(['frames', files, '--to', to])).code, 0);
  assert.deepEqual(readdirSync(join(to, 'cine')), ['0001.raw', '0002.raw', '0003.raw']);
  assert.deepEqual(readFileSync(join(to, 'cine/0003.raw')), frame(3));
  await concord(['transcode', files, '--to', compressed, '--syntax', 'JPEG2000Lossless']);
  const streams = folderWith(context);
  const taken = await concord(['frames', compressed, '--to', streams]);
  assert.match(taken.output[0] ?? '', /^cine\.dcm: 3 frames, /);
  assert.equal(readFileSync(join(streams, 'cine/0001.j2k')).readUInt16BE(0), 0xff4f);
  assert.equal((await concord(['frames', compressed, '--to', streams, '--decode'])).code, 0);
  assert.deepEqual(readFileSync(join(streams, 'cine/0002.raw')), frame(2));
});

test('frames in several fragments are told apart by how they begin; a video has none to be taken out, nor has an image more than it has', async (context) => {
  const { dataSet } = readPart10(cine());
  const streams = [1, 2, 3].map((seed) => Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Array(60).fill(seed)]));
  const halves = streams.flatMap((stream) => [stream.subarray(0, 32), stream.subarray(32)]);
  const encapsulated = (transferSyntaxUid: string, fragments: readonly Uint8Array[]) => {
    dataSet.delete('PixelData');
    const head = writePart10({ dataSet, transferSyntaxUid });
    return Buffer.concat([head, pixelDataStart(), ...fragments.flatMap(pixelDataFragment), pixelDataEnd()]);
  };
  const files = folderWith(context, {
    'jpeg.dcm': encapsulated('1.2.840.10008.1.2.4.50', halves),
    'none.dcm': encapsulated('1.2.840.10008.1.2.4.50', []),
    'video.dcm': encapsulated('1.2.840.10008.1.2.4.102', streams),
  });
  const to = folderWith(context);
  const { code, output } = await concord(['frames', files, '--to', to]);
  assert.equal(code, 1);
  assert.match(output.join('\n'), /1 taken apart, 2 failed/);
  assert.match(output.join('\n'), /a video is one stream/);
  assert.match(output.join('\n'), /no frame of that number: 1 of 0/);
  const taken = [1, 2, 3].map((number) => readFileSync(join(to, `jpeg/000${number}.jpg`)));
  assert.deepEqual(taken, streams);
  const beyond = await concord(['render', folderWith(context, { 'cine.dcm': cine() }), '--to', to, '--frame', '4']);
  assert.match(beyond.output.join('\n'), /no frame of that number: 4 of 3/);
});

test('what is wrong is told of its file, the others are done', async (context) => {
  const bytes = cine();
  const { dataSet } = readPart10(bytes);
  dataSet.delete('PixelData');
  const without = writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });
  const files = folderWith(context, { '1.dcm': bytes, '2.dcm': without, '3.dcm': bytes.subarray(0, -5000) });
  for (const command of ['render', 'frames']) {
    const { code, output } = await concord([command, files, '--to', folderWith(context)]);
    assert.equal(code, 1);
    assert.match(output.join('\n'), /it has no pixel data/);
    assert.match(
      output.join('\n'),
      command === 'render' ? /2 rendered, 1 failed|1 rendered, 2 failed/ : /1 taken apart, 2 failed/,
    );
  }
  assert.equal((await concord(['render', files, '--to', 'x', '--frame', '0'])).code, 2);
  assert.equal((await concord(['render', files, '--to', 'x', '--window', 'wide'])).code, 2);
  assert.equal((await concord(['transcode', files, '--to', 'x', '--syntax', 'MPEG2MPML'])).code, 2);
  assert.equal((await concord(['render', files, '--in-place'])).code, 2);
});
