// `concord modify` and `concord json`: what changes, what stays, what is refused.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { concord } from '../testing/terminal.ts';

const image = (number: number) => instanceFile({ sopInstanceUid: `1.2.3.${number}` });
const read = (...path: string[]) => readPart10(readFileSync(join(...path)));

test('modify: elements are set and removed over folders, the others keep their bytes', async (context) => {
  const folder = folderWith(context, {
    'a/1.dcm': image(1),
    'b/2.dcm': image(2),
    'b/readme.txt': 'not an image, but long enough',
  });
  const to = join(folderWith(context), 'new');
  const changes = ['--set', 'PatientID=X 1', '--set', 'PatientComments=Grüße', '--remove', 'StudyDate'];
  const { code, output } = await concord(['modify', folder, '--to', to, ...changes]);
  assert.equal(code, 0);
  assert.match(output[0] ?? '', /^2 modified, 0 failed, 1 not DICOM, passed by/);
  assert.deepEqual([readdirSync(join(to, 'a')), readdirSync(join(to, 'b'))], [['1.dcm'], ['2.dcm']]);
  const [before, after] = [readPart10(image(1)).dataSet, read(to, 'a/1.dcm').dataSet];
  assert.deepEqual(
    [after.string('PatientID'), after.string('PatientComments'), after.has('StudyDate')],
    ['X 1', 'Grüße', false],
  );
  for (const keyword of ['PatientName', 'PixelData', 'SOPInstanceUID'] as const)
    assert.deepEqual(Buffer.from(after.bytes(keyword) ?? []), Buffer.from(before.bytes(keyword) ?? []), keyword);
});

test('modify: without a change that touches them, files come out byte for byte', async (context) => {
  const folder = folderWith(context, { '1.dcm': image(1) });
  await concord(['modify', folder, '--in-place', '--remove', 'PatientComments']);
  assert.deepEqual(new Uint8Array(readFileSync(join(folder, '1.dcm'))), image(1));
});

test('modify: a new instance says so in its meta information too', async (context) => {
  const folder = folderWith(context, { '1.dcm': image(1), '2.dcm': image(2) });
  assert.equal((await concord(['modify', folder, '--in-place', '--new-instance'])).code, 0);
  const uids = ['1.dcm', '2.dcm'].map((name) => {
    const { meta, dataSet } = read(folder, name);
    assert.equal(meta.string('MediaStorageSOPInstanceUID'), dataSet.string('SOPInstanceUID'));
    return dataSet.string('SOPInstanceUID') ?? '';
  });
  assert.ok(uids.every((uid) => uid.startsWith('2.25.')) && uids[0] !== uids[1], uids.join());
});

test('modify: a value that does not fit fails, and the file stays as it was', async (context) => {
  const folder = folderWith(context, { '1.dcm': image(1) });
  for (const change of ['Rows=many', '0002,0010=1.2']) {
    const { code, output } = await concord(['modify', folder, '--in-place', '--set', change, '--json']);
    assert.equal(code, 1);
    assert.equal(JSON.parse(output[0] ?? '').outcome, 'failed');
    assert.deepEqual(readdirSync(folder), ['1.dcm']);
    assert.deepEqual(new Uint8Array(readFileSync(join(folder, '1.dcm'))), image(1));
  }
});

test('modify: wrong use is told before a file is touched', async (context) => {
  const folder = folderWith(context, { 'a/1.dcm': image(1), 'b/1.dcm': image(2) });
  const wrong = [
    ['modify', folder, '--in-place'],
    ['modify', folder, '--set', 'PatientID=1'],
    ['modify', folder, '--set', 'PatientID=1', '--in-place', '--to', 'x'],
    ['modify', folder, '--set', 'NoSuchThing=1', '--in-place'],
    ['modify', join(folder, 'a/1.dcm'), join(folder, 'b/1.dcm'), '--set', 'PatientID=1', '--to', join(folder, 'c')],
    ['json', folder, '--in-place'],
  ];
  for (const argv of wrong) assert.equal((await concord(argv)).code, 2, argv.join(' '));
  assert.deepEqual(new Uint8Array(readFileSync(join(folder, 'a/1.dcm'))), image(1));
});

test('json: there and back again is the same data set', async (context) => {
  const folder = folderWith(context, { 'a/1.dcm': image(1) });
  const [asJson, asDicom] = [folderWith(context), folderWith(context)];
  assert.equal((await concord(['json', folder, '--to', asJson])).code, 0);
  const model = JSON.parse(readFileSync(join(asJson, 'a/1.json'), 'utf8'));
  assert.deepEqual(model['00100010'], { vr: 'PN', Value: [{ Alphabetic: 'DOE^JANE' }] });
  assert.equal((await concord(['json', '--read', asJson, '--to', asDicom])).code, 0);
  const elements = (bytes: Uint8Array) => {
    const { dataSet } = readPart10(bytes);
    return [...dataSet.elements()].map(({ tag, vr }) => [
      tag,
      vr,
      Buffer.from(dataSet.bytes(tag) ?? []).toString('hex'),
    ]);
  };
  assert.deepEqual(elements(readFileSync(join(asDicom, 'a/1.dcm'))), elements(image(1)));
});

test('json: what is no DICOM JSON model fails with the reason', async (context) => {
  const folder = folderWith(context, { 'a.json': '{', 'b.json': '{"00100010": 1}', 'c.json': '[]' });
  const { code, output } = await concord(['json', '--read', folder, '--to', folderWith(context), '--json']);
  assert.equal(code, 1);
  const outcomes = output.slice(0, -1).map((line) => JSON.parse(line));
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['failed', 'failed', 'failed'],
  );
});
