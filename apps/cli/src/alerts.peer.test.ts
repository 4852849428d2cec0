// `concord alerts`, `concord exam-types` and `concord worklist` against a running server: what is listed, acknowledged, added, changed and taken out.
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

  const step = ['modality=CT', 'startDate=2126-03-01', 'startTime=08:30'];
  const added = await said('worklist', 'add', 'patientName=Doe^Jane', 'patientId=W1', ...step, '--by', 'Ann');
  const [, uid = ''] = /^0 (2\.25\.\d+)$/.exec(added) ?? [];
  assert.notEqual(uid, '', added);
  const row = /\n21260301 0830 +CT +Doe\^Jane +W1 +Examination +SCHEDULED +2\.25\.\d+$/;
  assert.match(await said('worklist', '--from', '21260301', '--to', '21260301'), row);
  assert.match(await said('worklist', '--modality', 'MR'), /^0 nothing is scheduled$/);
  const changed = ['startTime=0930', 'accessionNumber=A1', 'requestedProcedureCode=K1^99L^Knee'];
  assert.equal(await said('worklist', 'change', uid, ...changed), `0 ${uid} is changed`);
  const listedAsJson = await said('worklist', '--json', '--accession-number', 'A1');
  assert.match(listedAsJson, /"startTime":"0930".*"source":"web 127\.0\.0\.1"/);
  assert.match(listedAsJson, /"requestedProcedureCode":\[\{"value":"K1","scheme":"99L","meaning":"Knee"\}\]/);
  assert.equal(await said('worklist', 'state', uid, 'ARRIVED'), `0 ${uid} is ARRIVED`);
  assert.equal(await said('worklist', 'cancel', uid), `0 ${uid} is CANCELED`);
  assert.match(await said('worklist', '--state', 'SCHEDULED'), /^0 nothing is scheduled$/);
  assert.match(await said('worklist', 'add', 'patientName=A', 'patientId=1'), /^1 concord: .*modality is missing/);
  assert.match(await said('worklist', 'add', 'shoeSize=9'), /^2 concord: "shoeSize=9" is no value of an order/);
  assert.match(await said('worklist', 'cancel', '1.2.3'), /^1 concord: There is no order/);
  assert.match(await said('worklist', 'attributes'), /\nstationAeTitle +step +AE +AE title of the station\n/);
  const file = join(folder, 'order.json');
  writeFileSync(file, JSON.stringify({ patientName: 'Roe^Rick', steps: [{ modality: 'US' }, { modality: 'MR' }] }));
  assert.match(await said('worklist', 'add', '--file', file, 'patientId=W2'), /startDate is missing/);
  assert.match(
    await said('worklist', 'add', '--file', join(folder, 'none.json')),
    /^1 concord: .*cannot be read as JSON/,
  );
});
