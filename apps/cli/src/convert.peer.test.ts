// `concord convert` there and back, checked by GDCM and DCMTK.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DataSet, explicitVrLittleEndian, readPart10, writePart10 } from '@concord/dicom';
import { folderWith } from '../testing/folder.ts';
import { secondaryCapture } from '../testing/instance.ts';
import { concord } from '../testing/terminal.ts';

/** Two frames of 16 x 16 pixels of 12 bits, a ramp and its reverse, and an element after the pixels. */
function ramp(): Uint8Array {
  const values = Array.from({ length: 512 }, (_, at) => (at < 256 ? at * 16 : 4095 - (at - 256) * 16));
  const dataSet = new DataSet();
  dataSet.set('SOPClassUID', secondaryCapture);
  dataSet.set('SOPInstanceUID', '1.2.3.4');
  dataSet.set('PatientName', 'DOE^JANE');
  dataSet.set('SamplesPerPixel', 1);
  dataSet.set('PhotometricInterpretation', 'MONOCHROME2');
  dataSet.set('NumberOfFrames', 2);
  for (const keyword of ['Rows', 'Columns', 'BitsAllocated'] as const) dataSet.set(keyword, 16);
  dataSet.set('BitsStored', 12);
  dataSet.set('HighBit', 11);
  dataSet.set('PixelRepresentation', 0);
  dataSet.set('PixelData', new Uint8Array(Uint16Array.from(values).buffer), 'OW');
  dataSet.set('DataSetTrailingPadding', new Uint8Array(4), 'OB');
  return writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });
}

const lossless = [
  'RLELossless',
  'JPEGLosslessSV1',
  'JPEGLSLossless',
  'JPEG2000Lossless',
  'HTJ2KLossless',
  'ImplicitVRLittleEndian',
  'DeflatedExplicitVRLittleEndian',
];
const readable = { RLELossless: 'dcmdrle', JPEGLosslessSV1: 'dcmdjpeg', JPEGLSLossless: 'dcmdjpls' } as const;

for (const syntax of lossless)
  test(`${syntax} and back keeps every element and pixel`, async (context) => {
    const original = ramp();
    const files = folderWith(context, { 'a/ramp.dcm': original });
    const [there, back] = [folderWith(context), folderWith(context)];
    assert.equal((await concord(['convert', files, '--to', there, '--syntax', syntax])).code, 0);
    const again = await concord(['convert', there, '--to', back, '--syntax', 'ExplicitVRLittleEndian']);
    assert.equal(again.code, 0, again.output.join('\n'));
    const elements = (bytes: Uint8Array) => {
      const { dataSet } = readPart10(bytes);
      return [...dataSet.elements()].map(({ tag }) => [tag, Buffer.from(dataSet.bytes(tag) ?? []).toString('hex')]);
    };
    assert.deepEqual(elements(readFileSync(join(back, 'a/ramp.dcm'))), elements(original));
  });

for (const [syntax, decoder] of Object.entries(readable))
  test(`${syntax} is read by DCMTK's ${decoder} to the same pixels`, async (context) => {
    const files = folderWith(context, { 'ramp.dcm': ramp() });
    const to = folderWith(context);
    assert.equal((await concord(['convert', files, '--to', to, '-x', syntax])).code, 0);
    execFileSync(decoder, [join(to, 'ramp.dcm'), join(to, 'plain.dcm')]);
    const pixels = (bytes: Uint8Array) =>
      Buffer.from(readPart10(bytes).dataSet.bytes('PixelData') ?? []).toString('hex');
    assert.equal(pixels(readFileSync(join(to, 'plain.dcm'))), pixels(ramp()));
  });

test('a lossy syntax is refused without --lossy, and makes a new instance with it', async (context) => {
  const files = folderWith(context, { 'ramp.dcm': ramp() });
  const to = folderWith(context);
  const refused = await concord(['convert', files, '--to', to, '-x', 'JPEG2000']);
  assert.equal(refused.code, 1);
  assert.match(refused.output.join('\n'), /1 failed: .*lossy/);
  assert.deepEqual(readdirSync(to), []);
  assert.equal((await concord(['convert', files, '--to', to, '-x', 'JPEG2000', '--lossy'])).code, 0);
  const { meta, dataSet } = readPart10(readFileSync(join(to, 'ramp.dcm')));
  assert.notEqual(dataSet.string('SOPInstanceUID'), '1.2.3.4');
  assert.equal(meta.string('MediaStorageSOPInstanceUID'), dataSet.string('SOPInstanceUID'));
  assert.equal(dataSet.string('LossyImageCompression'), '01');
});

test('an unknown syntax is wrong use; an image that does not fit fails and leaves nothing', async (context) => {
  const broken = Buffer.from(ramp());
  const files = folderWith(context, { 'cut.dcm': broken.subarray(0, broken.length - 600) });
  const to = join(folderWith(context), 'to');
  assert.equal((await concord(['convert', files, '--to', to, '-x', 'Nonsense'])).code, 2);
  assert.equal(existsSync(to), false);
  const { code, output } = await concord(['convert', files, '--to', to, '-x', 'RLELossless']);
  assert.equal(code, 1);
  assert.match(output.join('\n'), /1 failed/);
  assert.deepEqual(existsSync(to) ? readdirSync(to) : [], []);
});
