// `concord transcode`, `render` and `frames`: sizes and quality told, pictures and frames that are what they should be.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DataSet, explicitVrLittleEndian, readPart10, writePart10 } from '@concord/dicom';
import { folderWith } from '../testing/folder.ts';
import { secondaryCapture } from '../testing/instance.ts';
import { concord } from '../testing/terminal.ts';

const side = 64;
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
const pixels = readPart10(cine()).dataSet.bytes('PixelData') ?? new Uint8Array();
const frame = (number: number) => Buffer.from(pixels.subarray((number - 1) * side * side, number * side * side));

test('transcode tells sizes, and of a lossy syntax the error; without --lossy it is refused', async (context) => {
  const files = folderWith(context, { 'cine.dcm': cine() });
  const lossless = await concord(['transcode', files, '--to', folderWith(context), '--syntax', 'JPEGLSLossless']);
  assert.equal(lossless.code, 0, lossless.output.join('\n'));
  assert.match(lossless.output[0] ?? '', /^cine\.dcm: 12\.\d kB to \d+(?:\.\d)? k?B, \d+\.\d\d:1$/);
  const refused = await concord(['transcode', files, '--to', folderWith(context), '--syntax', 'JPEGBaseline8Bit']);
  assert.equal(refused.code, 1);
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
