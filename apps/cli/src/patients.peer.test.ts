// `concord patients` against our server: another person under a known ID waits, is put right, and the act is taken back.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPart10, writePart10 } from '@concord/dicom';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { startConcord } from '../testing/server.ts';
import { concord } from '../testing/terminal.ts';

const fileOf = (study: string, name: string): Uint8Array => {
  const { dataSet, transferSyntaxUid } = readPart10(instanceFile({ sopInstanceUid: `${study}.1.1` }));
  dataSet.set('StudyInstanceUID', study);
  dataSet.set('SeriesInstanceUID', `${study}.1`);
  dataSet.set('PatientID', 'P1');
  dataSet.set('PatientName', name);
  return writePart10({ dataSet, transferSyntaxUid });
};

test('what waits is shown, moved, listed in the history, and taken back', async (context) => {
  const { peer, httpPort } = await startConcord(context);
  const folder = folderWith(context);
  writeFileSync(join(folder, '1.dcm'), fileOf('1.2.3.1', 'DOE^JANE'));
  assert.equal((await concord(['store', '--peer', peer, folder])).code, 0);
  writeFileSync(join(folder, '1.dcm'), fileOf('1.2.3.2', 'ROE^RICHARD'));
  assert.equal((await concord(['store', '--peer', peer, folder])).code, 0);
  const server = ['--server', `http://127.0.0.1:${httpPort}`];
  const said = async (...argv: readonly string[]) => {
    const { code, output, notes } = await concord(['patients', ...argv, ...server]);
    return `${code} ${[...output, ...notes].join('\n')}`;
  };
  assert.match(await said(), /^0 STUDY .*\n1\.2\.3\.2 +P1 +ROE\^RICHARD +DOE\^JANE +PatientName contradicts/);
  const moved = await said(
    'move',
    '1.2.3.2',
    'P2',
    'PatientName=ROE^RICHARD',
    '--reason',
    'typed wrong',
    '--by',
    'vet',
  );
  assert.match(moved, /^0 event [0-9a-f]{24}: study moved from ROE\^RICHARD \(P1\) to ROE\^RICHARD \(P2\)$/);
  assert.match(await said(), /nothing waits/);
  assert.match(await said('history', '--study', '1.2.3.2'), /vet, web 127\.0\.0\.1 +study moved .* typed wrong/);
  const eventOf = (words: string): string => /event (\S+):/.exec(words)?.[1] ?? '';
  const linked = await said('link', 'P1', 'P2', '--reason', 'one person');
  assert.match(linked, /^0 event [0-9a-f]{24}: .*P1.*P2/);
  assert.match(await said('undo', eventOf(linked)), /^0 taken back: /);
  const event = eventOf(moved);
  assert.match(await said('undo', event), /^0 taken back: study moved/);
  assert.match(await said(), /1\.2\.3\.2 +P1 +ROE/);
  const accepted = await said('accept', '1.2.3.2', '--reason', 'two of one number');
  assert.match(accepted, /^0 event [0-9a-f]{24}: /);
  assert.match(await said(), /nothing waits/);
  assert.match(await said('undo', eventOf(accepted)), /^0 taken back: /);
  assert.match(await said('correct-study', '1.2.3.1', 'StudyDescription=Knee'), /^0 event .* Knee/);
  assert.match(await said('history', '--study', '1.2.3.1'), /Knee/);
  assert.match(await said('correct', 'P1', 'PatientBirthDate=19600101'), /^0 .*birth date .* → 19600101/);
  assert.match(await said('merge', 'study:1.2.3.2', 'P1'), /^0 .*merged into DOE\^JANE \(P1\), 1 study/);
  assert.match(await said('correct', 'NOBODY', 'PatientName=X'), /^1 .*no such patient/);
  assert.match(await said('correct', 'P1', 'PatientBirthDate=tomorrow'), /^1 .*must be a date/);
  assert.match(await said('undo', '00'), /^1 .*no such/);
  assert.match(await said('known', 'P1'), /^0 PATIENT ID .*\nP1 +DOE\^JANE +19600101 +\S* +2$/);
  assert.equal(await said('known', 'P*'), '0 nobody is known under this ID');
  const { dataSet, transferSyntaxUid } = readPart10(fileOf('1.2.3.1', 'DOE^JANE'));
  dataSet.set('StudyDescription', 'Other content');
  writeFileSync(join(folder, '1.dcm'), writePart10({ dataSet, transferSyntaxUid }));
  await concord(['store', '--peer', peer, folder]);
  const [, number = ''] = /\n(\d+) +1\.2\.3\.1\.1\.1 +1\.2\.3\.1 +DOE\^JANE +other content/.exec(await said()) ?? [];
  assert.equal(await said('dismiss', number), `0 ${number} is let go`);
  assert.match(await said(), /nothing waits/);
  assert.match(await said('dismiss', number), /^1 .*Nothing waits under/);
});
