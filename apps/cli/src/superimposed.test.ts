// `concord render` with a blending presentation state: one image laid over another, and what is no such thing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DataSet, explicitVrLittleEndian, writePart10 } from '@concord/dicom';
import { folderWith } from '../testing/folder.ts';
import { secondaryCapture } from '../testing/instance.ts';
import { concord } from '../testing/terminal.ts';

const side = 16;
const file = (dataSet: DataSet): Uint8Array => writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });
const item = (values: Readonly<Record<string, string | DataSet[]>>): DataSet => {
  const dataSet = new DataSet();
  for (const [keyword, value] of Object.entries(values)) dataSet.set(keyword, value);
  return dataSet;
};

/** An image of one grey level. */
const image = (uid: string, level: number): Uint8Array => {
  const dataSet = item({
    SOPClassUID: secondaryCapture,
    SOPInstanceUID: uid,
    PhotometricInterpretation: 'MONOCHROME2',
  });
  for (const keyword of ['Rows', 'Columns'] as const) dataSet.set(keyword, side);
  for (const [keyword, value] of Object.entries({ SamplesPerPixel: 1, BitsAllocated: 8, BitsStored: 8, HighBit: 7 }))
    dataSet.set(keyword, value);
  dataSet.set('PixelRepresentation', 0);
  dataSet.set('PixelData', new Uint8Array(side * side).fill(level), 'OB');
  return file(dataSet);
};
const part = (position: string, uid: string) =>
  item({
    BlendingPosition: position,
    ReferencedSeriesSequence: [item({ ReferencedImageSequence: [item({ ReferencedSOPInstanceUID: uid })] })],
  });
const blending = (): DataSet => {
  const state = item({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.11.4', SOPInstanceUID: '1.9' });
  state.set('BlendingSequence', [part('UNDERLYING', '1.1'), part('SUPERIMPOSED', '1.2')]);
  state.set('RelativeOpacity', 0.25);
  return state;
};

test('one image lies over another by the opacity of the state', async (context) => {
  const states = folderWith(context, { 'state.dcm': file(blending()) });
  const blended = async (below: number, above: number): Promise<Buffer> => {
    const folder = folderWith(context, { 'below/a.dcm': image('1.1', below), 'above/b.dcm': image('1.2', above) });
    const to = folderWith(context);
    const argv = ['render', join(folder, 'below'), '--to', to, '--presentation-state', join(states, 'state.dcm')];
    const { code, output } = await concord([...argv, '--superimposed', join(folder, 'above'), states]);
    assert.equal(code, 0, output.join('\n'));
    return readFileSync(join(to, 'a.png'));
  };
  const picture = await blended(40, 200);
  assert.deepEqual([picture.readUInt32BE(16), picture.readUInt32BE(20)], [side, side]);
  assert.deepEqual(picture, await blended(80, 80), 'a quarter of 200 and three of 40');
  assert.notDeepEqual(picture, await blended(81, 80));
  assert.notDeepEqual(picture, await blended(40, 40));
});

test('a blending state without its images, images without one, and another kind of state are refused', async (context) => {
  const plain = blending();
  plain.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.11.1');
  const folder = folderWith(context, {
    'a.dcm': image('1.1', 40),
    'b.dcm': image('1.2', 200),
    'state.dcm': file(blending()),
    'plain.dcm': file(plain),
  });
  const render = (...more: readonly string[]) =>
    concord(['render', join(folder, 'a.dcm'), '--to', folderWith(context), ...more]);
  const [state, above] = [join(folder, 'state.dcm'), join(folder, 'b.dcm')];
  for (const argv of [
    ['--presentation-state', state],
    ['--superimposed', above],
    ['--presentation-state', join(folder, 'plain.dcm'), '--superimposed', above],
    ['--presentation-state', state, '--superimposed', join(folder, 'a.dcm')],
    ['--presentation-state', state, '--superimposed', join(folder, 'nothing')],
  ])
    assert.equal((await render(...argv)).code, 2, argv.join(' '));
});
