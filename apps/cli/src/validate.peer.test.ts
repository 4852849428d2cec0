// `concord validate` beside dciodvfy, on files that dcmodify has changed.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { explicitVrLittleEndian, writePart10 } from '@concord/dicom';
import { minimalObject } from '../../../packages/dicom/testing/minimal-object.ts';
import { folderWith } from '../testing/folder.ts';
import { concord } from '../testing/terminal.ts';

const ct = writePart10({
  dataSet: minimalObject('1.2.840.10008.5.1.4.1.1.2'),
  transferSyntaxUid: explicitVrLittleEndian,
});

/** dcmodify's arguments, then what both validators name. */
const changes = [
  { arguments: ['-e', '(0020,0037)'], keyword: 'ImageOrientationPatient' },
  { arguments: ['-m', '(0018,0060)=lots'], keyword: 'KVP', theirs: /KVP/ },
  { arguments: ['-m', '(0028,0103)=2'], keyword: 'PixelRepresentation', theirs: /Pixel Representation/ },
  { arguments: ['-m', '(0020,0032)=1\\2'], keyword: 'ImagePositionPatient' },
  {
    arguments: ['-e', '(0008,0016)', '-i', '(0008,0016)=1.2.840.10008.5.1.4.1.1.2', '-e', '(0028,0010)'],
    keyword: 'Rows',
  },
];

for (const { arguments: changed, keyword, theirs } of changes)
  test(`dcmodify ${changed.join(' ')}: both find ${keyword}`, async (context) => {
    const path = join(folderWith(context, { '1.dcm': ct }), '1.dcm');
    assert.equal((await concord(['validate', path])).code, 0, 'without fault before');
    execFileSync('dcmodify', ['-nb', ...changed, path], { stdio: 'pipe' });
    const { code, output } = await concord(['validate', '--json', '--severity', 'error', path]);
    const paths = JSON.parse(output[0] ?? '').findings.map((one: { path: string }) => one.path);
    assert.equal(code, 1);
    assert.ok(paths.includes(keyword), paths.join());
    const { stderr } = spawnSync('dciodvfy', [path], { encoding: 'utf8' });
    const errors = stderr.split('\n').filter((line) => line.startsWith('Error'));
    assert.ok(
      errors.some((line) => (theirs ?? new RegExp(keyword)).test(line)),
      errors.join('\n'),
    );
  });
