// `concord alerts` and `concord exam-types` against a running server: what is listed, acknowledged, added and taken out.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DataSet, explicitVrLittleEndian, readPart10, writePart10 } from '@concord/dicom';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { startConcord } from '../testing/server.ts';
import { concord } from '../testing/terminal.ts';

test('[QR-DB-10] a move that fails is an alert until it is acknowledged; exam types are a list, and a study is of those it names', async (context) => {
  const { peer, httpPort } = await startConcord(context);
  const said = async (...argv: readonly string[]) => {
    const { code, output, notes } = await concord([...argv, '--server', `http://127.0.0.1:${httpPort}`]);
    return `${code} ${[...output, ...notes].join('\n')}`;
  };
  assert.equal(await said('alerts'), '0 no alert waits for anybody');
  const folder = folderWith(context);
  const { dataSet } = readPart10(instanceFile({ sopInstanceUid: '1.2.3.1.1.1' }));
  assert.ok(dataSet instanceof DataSet);
  dataSet.set('StudyDescription', 'CT CHEST');
  writeFileSync(join(folder, 'one.dcm'), writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian }));
  assert.equal((await concord(['store', '--peer', peer, folder])).code, 0);
  assert.equal((await concord(['move', '--study', '1.2.3.1', '--to', 'DESTINATION', '--peer', peer])).code, 1);
  const listed = await said('alerts');
  const [, id = ''] = /\n(\S+) +\S+ +1 +CONCORD +C-MOVE +A702H +\S+ +DESTINATION +1 not sent: /.exec(listed) ?? [];
  assert.notEqual(id, '', listed);
  assert.match(await said('alerts', 'acknowledge', 'nothing'), /^1 concord: No alert that waits/);
  assert.equal(await said('alerts', 'acknowledge', id, '--by', 'Ann'), `0 ${id} is acknowledged`);
  assert.equal(await said('alerts'), '0 no alert waits for anybody');
  assert.match(await said('alerts', '--all', '--json'), /"acknowledgedBy":"Ann, web 127\.0\.0\.1"/);

  assert.match(await said('exam-types', 'of', '1.2.3.1'), /none of the list$/);
  assert.equal(await said('exam-types', 'add', 'Ct Chest', '--by', 'Ann'), '0 Ct Chest is in the list');
  assert.match(await said('exam-types', 'add', 'CT CHEST'), /^1 concord: "CT CHEST" is in the list already\.$/);
  assert.match(await said('exam-types', 'add', 'a\\b'), /^1 concord: .*no backslash/);
  assert.match(await said('exam-types'), /\nCt Chest +\S+ +Ann, web 127\.0\.0\.1$/);
  assert.match(await said('exam-types', 'of', '1.2.3.1'), /\nCt Chest +Study Description$/);
  assert.equal(await said('exam-types', 'remove', 'ct chest'), '0 ct chest is no longer in the list');
  assert.match(await said('exam-types', 'remove', 'ct chest'), /^1 concord: No exam type is called "ct chest"\.$/);
});
