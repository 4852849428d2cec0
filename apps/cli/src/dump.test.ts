// `concord dump` on good files, broken files and other files.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { concord } from '../testing/terminal.ts';

const image = instanceFile({ sopInstanceUid: '1.2.3.4', patientName: 'DOE^JANE' });

test('every element is a line with tag, VR, value and name', async (context) => {
  const folder = folderWith(context, { 'a.dcm': image });
  const { code, output, notes } = await concord(['dump', join(folder, 'a.dcm')]);
  assert.deepEqual([code, notes], [0, []]);
  assert.ok(
    output.some((line) => /^\(0010,0010\) PN .*DOE\^JANE.*PatientName/.test(line)),
    output.join('\n'),
  );
  assert.ok(output.some((line) => line.startsWith('(0002,0010) UI')));
});

test('--json prints the DICOM JSON model, one object per line, without large values', async (context) => {
  const folder = folderWith(context, { 'a.dcm': image, 'b.dcm': image });
  const { code, output } = await concord(['dump', '--json', folder]);
  assert.equal(code, 0);
  assert.equal(output.length, 2);
  assert.deepEqual(JSON.parse(output[0] ?? '')['00100020'], { vr: 'LO', Value: ['PID001'] });
});

test('files in a folder that are not DICOM are passed by; a file named itself is a failure', async (context) => {
  const folder = folderWith(context, { 'a.dcm': image, 'notes/readme.txt': 'nothing for a dump to show here\n' });
  const whole = await concord(['dump', folder]);
  assert.equal(whole.code, 0);
  assert.match(whole.notes.join(), /not DICOM: 1/);
  const named = await concord(['dump', join(folder, 'notes/readme.txt')]);
  assert.equal(named.code, 1);
  assert.match(named.notes.join(), /readme\.txt/);
});

test('a file that ends in the middle is shown as far as it goes, and says so', async (context) => {
  const folder = folderWith(context, { 'cut.dcm': image.subarray(0, image.length - 2) });
  const { code, output } = await concord(['dump', join(folder, 'cut.dcm')]);
  assert.equal(code, 1);
  assert.match(output.join('\n'), /PatientName/);
  assert.match(output.join('\n'), /# error: of 4 bytes 2 are there/);
});

test('a path that does not exist is wrong use', async () => {
  const { code, notes } = await concord(['dump', '/no/such/file']);
  assert.deepEqual([code, notes], [2, ['concord: /no/such/file: no such file or folder']]);
});
