// `concord get` and `concord move` against DCMTK's dcmqrscp and our own server; storescp is the destination.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import { type Receiver, startDcmqrscp, startStorescp } from '../testing/dcmtk.ts';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { startConcord } from '../testing/server.ts';
import { concord } from '../testing/terminal.ts';

const study = '1.2.3.1';
const uids = Array.from({ length: 5 }, (_, at) => `${study}.1.${at + 1}`);
const image = (sopInstanceUid: string) => instanceFile({ sopInstanceUid, studyInstanceUid: study });

type Start = (context: TestContext, destination: number) => Promise<{ readonly peer: string }>;
const archives: Readonly<Record<string, Start>> = { dcmqrscp: startDcmqrscp, Concord: startConcord };

/** An archive with one study of five images, and the destination it knows. */
async function filled(context: TestContext, start: Start): Promise<{ peer: string; destination: Receiver }> {
  const destination = await startStorescp(context, '-uf');
  const { peer } = await start(context, destination.port);
  const files = folderWith(context, Object.fromEntries(uids.map((uid) => [`${uid}.dcm`, image(uid)])));
  assert.equal((await concord(['store', files, '--peer', peer])).code, 0);
  return { peer, destination };
}

for (const [name, start] of Object.entries(archives))
  describe(`retrieval from ${name}`, () => {
    test('get: a study arrives as files named by SOP Instance UID, with the values that were stored', async (context) => {
      const { peer } = await filled(context, start);
      const folder = join(folderWith(context), 'new/folder');
      const { code, output, notes } = await concord(['get', '--study', study, '--to', folder, '--peer', peer]);
      assert.deepEqual([code, notes], [0, []]);
      assert.match(output.join(), /^5 received, 0 failed/);
      assert.deepEqual(
        readdirSync(folder).sort(),
        uids.map((uid) => `${uid}.dcm`),
      );
      const [uid = ''] = uids;
      const kept = readPart10(readFileSync(join(folder, `${uid}.dcm`))).dataSet;
      assert.deepEqual([kept.string('PatientName'), kept.bytes('PixelData')?.length], ['DOE^JANE', 4]);
    });

    test('get: --instance takes one, --json tells the counts', async (context) => {
      const { peer } = await filled(context, start);
      const folder = folderWith(context);
      const series = ['--study', study, '--series', '1.2.3.1.1', '--instance', uids[2] ?? ''];
      const { code, output } = await concord(['get', ...series, '--to', folder, '--peer', peer, '--json']);
      assert.equal(code, 0);
      const { status, completed, failed } = JSON.parse(output.join(''));
      assert.deepEqual([status, completed, failed], [0, 1, 0]);
      assert.deepEqual(readdirSync(folder), [`${uids[2]}.dcm`]);
    });

    test('move: the peer sends the study to the destination it knows', async (context) => {
      const { peer, destination } = await filled(context, start);
      const { code, output, notes } = await concord(['move', '--study', study, '--to', 'DESTINATION', '--peer', peer]);
      assert.deepEqual([code, notes], [0, []]);
      assert.match(output.join(), /^5 sent, 0 failed/);
      assert.equal(readdirSync(destination.folder).length, 5);
    });

    test('move: a destination the peer does not know is a failure in its words', async (context) => {
      const { peer } = await filled(context, start);
      const { code, notes } = await concord(['move', '--study', study, '--to', 'NOBODY', '--peer', peer]);
      assert.equal(code, 1);
      assert.match(notes.join(), /A801H/);
    });
  });

test('get: a folder that cannot be made is a failure before anything is asked', async (context) => {
  const folder = folderWith(context, { file: '' });
  const { code, notes } = await concord([
    'get',
    '--study',
    study,
    '--to',
    join(folder, 'file'),
    '--peer',
    'A@127.0.0.1:1',
  ]);
  assert.equal(code, 1);
  assert.match(notes.join(), /EEXIST|ENOTDIR|file/);
});

test('nothing selected is wrong use', async () => {
  for (const argv of [['get'], ['move', '--to', 'X'], ['get', '--study', '../x'], ['move', '--study', '1.2']])
    assert.equal((await concord(argv)).code, 2, argv.join(' '));
});
