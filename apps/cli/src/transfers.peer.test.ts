// `concord transfers` against a running server: what came, what is expected, what is missing, and the proof as a file.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPart10, writePart10 } from '@concord/dicom';
import { startStorescp } from '../testing/dcmtk.ts';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { startConcord } from '../testing/server.ts';
import { concord } from '../testing/terminal.ts';

test('a study is incomplete while fewer came than were announced, complete when all are here; the proof names each', async (context) => {
  const { port } = await startStorescp(context);
  const { peer, httpPort } = await startConcord(context, port);
  const folder = folderWith(context);
  const server = ['--server', `http://127.0.0.1:${httpPort}`];
  const said = async (...argv: readonly string[]) => {
    const { code, output, notes } = await concord(['transfers', ...argv, ...server]);
    return `${code} ${[...output, ...notes].join('\n')}`;
  };
  assert.equal(await said(), '0 nothing has come');
  assert.equal(await said('--incomplete'), '0 nothing is missing');
  assert.match(await said('1.2.3.1'), /^1 concord: /);
  const csvOfNothing = join(folder, 'nothing.csv');
  assert.match(await said('proof', '1.2.3.1'), /^1 concord: Nothing is known of "1\.2\.3\.1"/);
  assert.match(await said('proof', '1.2.3.1', '-o', csvOfNothing), /^1 concord: Nothing is known/);
  assert.equal(existsSync(csvOfNothing), false);
  const store = async (number: number) => {
    writeFileSync(
      join(folder, 'one.dcm'),
      instanceFile({ sopInstanceUid: `1.2.3.1.1.${number}`, patientName: '=cmd' }),
    );
    assert.equal((await concord(['store', '--peer', peer, '--calling', 'ROOM1', folder])).code, 0);
  };
  await store(1);
  assert.match(await said('expect', '1.2.3.1', 'many'), /^2 .*whole number from 0/);
  assert.match(await said('expect', '1.2.3.1', '2'), /^0 2 are expected of 1\.2\.3\.1$/);
  assert.match(await said('1.2.3.1'), /1 of 2/);
  await store(2);
  assert.match(await said('1.2.3.1'), /^0 RECEIVED .*\n.* 2 of 2 /);
  assert.match(await said(), /^0 RECEIVED .*\n.* 2 of 2 /);
  assert.equal((await concord(['push', 'DESTINATION', '--study', '1.2.3.1', '--wait', ...server])).code, 0);
  assert.match(await said(), /DESTINATION 2/);
  const lines = (await said('proof', '1.2.3.1'))
    .slice(2)
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ event, sopInstanceUid }) => `${event} ${sopInstanceUid}`).sort(), [
    'expected ',
    'sent 1.2.3.1.1.1',
    'sent 1.2.3.1.1.2',
    'stored 1.2.3.1.1.1',
    'stored 1.2.3.1.1.2',
  ]);
  const csv = join(folder, 'proof.csv');
  assert.match(await said('proof', '1.2.3.1', '-o', csv), /^0 $/);
  const [heading = '', ...rows] = readFileSync(csv, 'utf8').trimEnd().split(/\r?\n/);
  assert.match(heading, /event/);
  assert.equal(rows.length, 5);
  const json = join(folder, 'proof.json');
  await said('proof', '1.2.3.1', '-o', json);
  assert.equal(JSON.parse(readFileSync(json, 'utf8')).length, 5);
  const { associationId } = lines.find(({ event }) => event === 'stored');
  assert.match(await said('proof', associationId, '--association'), /1\.2\.3\.1\.1\.1/);
  assert.match(await said('--json', '--limit', '1'), /^0 \{"studyInstanceUid":"1\.2\.3\.1"/);
  assert.equal(await said('refused'), '0 nothing was refused');
  const { dataSet, transferSyntaxUid } = readPart10(instanceFile({ sopInstanceUid: '1.2.3.1.1.9' }));
  dataSet.delete('StudyInstanceUID');
  writeFileSync(join(folder, 'one.dcm'), writePart10({ dataSet, transferSyntaxUid }));
  assert.equal((await concord(['store', '--peer', peer, '--calling', 'ROOM1', folder])).code, 1);
  assert.match(
    await said('refused'),
    /^0 AT .*\n\d{4}-\S+ +ROOM1 +127\.0\.0\.1 +[AC][0-9A-F]{3} +1\.2\.3\.1\.1\.9 +A900H: Study Instance UID is missing$/,
  );
  assert.match(await said('refused', '--json'), /^0 \{"id":.*"sopInstanceUid":"1\.2\.3\.1\.1\.9"/);
  assert.match(await said('refused', '--limit', 'all'), /^[12] /);
});
