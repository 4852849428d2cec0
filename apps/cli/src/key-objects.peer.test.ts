// `concord key-objects` against our server: a selection is made, found over DICOM, sent on by a rule; titles come and go; what is wrong is told.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { startConcordWith } from '../testing/server.ts';
import { concord } from '../testing/terminal.ts';

const creator = '1.2.826.0.1.3680043.10.1.77';

test('[CS-IOD-06] [CS-COD-02] images are selected under a title of the site, which the statement has at once; its samples can be had', async (context) => {
  const { peer, httpPort } = await startConcordWith(context, {
    contextGroupCreator: creator,
    peers: [{ aeTitle: 'GONE', host: '127.0.0.1', port: 1, lossy: 'preferred' }],
  });
  const folder = folderWith(context);
  const bytes = instanceFile({ sopInstanceUid: '1.2.3.1.1' });
  const { dataSet } = readPart10(bytes);
  const study = dataSet.string('StudyInstanceUID') ?? '';
  writeFileSync(join(folder, '1.dcm'), bytes);
  assert.equal((await concord(['store', '--peer', peer, folder])).code, 0);
  const address = `http://127.0.0.1:${httpPort}`;
  const said = async (...argv: readonly string[]) => {
    const { code, output, notes } = await concord(['key-objects', ...argv, '--server', address]);
    return `${code} ${[...output, ...notes].join('\n')}`;
  };
  const rule = ['rules', 'add', 'keys', '--to', 'GONE', '--modality', 'KO', '--when', 'at once', '--paused'];
  const ruled = await concord([...rule, '--server', address]);
  assert.equal(ruled.code, 0, ruled.notes.join());
  assert.match(await said('titles'), /113000 +DCM +Of Interest/);
  assert.match(await said('create', '1.2.3.1.1', '--title', 'OWNER'), /^1 .*CID 7010.*OWNER/);
  assert.match(
    await said('add-title', 'OWNER', 'For the owner', '--definition', 'Given away.'),
    /^0 OWNER For the owner/,
  );
  assert.match(await said('add-title', 'OWNER', 'Again'), /^1 .*title already/);
  const made = await said('create', '1.2.3.1.1:1', '--title', 'OWNER', '--description', 'Look', '--by', 'Doe^Jane');
  const [, document = ''] = /^0 (\S+) in study \S+$/.exec(made) ?? [];
  assert.notEqual(document, '', made);
  assert.match(await said('list', study), /For the owner .*Doe\^Jane +1 +Look/);
  const json = await (await fetch(`${address}/conformance?format=json`)).json();
  const { annexes } = json;
  assert.equal(annexes.extendedContextGroups[0].creatorUid, creator);
  assert.equal(annexes.extendedContextGroups[0].content.at(-1).value, 'OWNER');
  assert.deepEqual(await (await fetch(`${address}/conformance/drift`)).json(), [], 'what was made is what is stated');
  for (const [at, { sample }] of annexes.createdObjects.objects.entries()) {
    const answer = await fetch(new URL(sample, address));
    assert.equal(answer.status, 200, sample);
    const path = join(folder, `sample-${at}.dcm`);
    writeFileSync(path, new Uint8Array(await answer.arrayBuffer()));
    const examined = execFileSync('sh', ['-c', `dciodvfy "${path}" 2>&1 || true`], { encoding: 'latin1' });
    assert.doesNotMatch(examined, /^Error/m, `${sample}: ${examined}`);
    assert.match(
      readPart10(new Uint8Array(readFileSync(path))).dataSet.string('PatientName') ?? '',
      /^ZZTEST|^[0-9A-Z]/,
    );
  }
  assert.equal((await fetch(`${address}/conformance/samples/none.dcm`)).status, 404);
  assert.match(await said('retire-title', '113000'), /^1 .*of the standard, which cannot be removed/);
  assert.match(await said('retire-title', 'OWNER'), /^0 OWNER is retired/);
  assert.match(await said('titles'), /OWNER +99CONCORD +For the owner +retired/);
  const jobs = async () => (await (await fetch(`${address}/api/jobs?destination=GONE`)).json()).length;
  const until = Date.now() + 60_000;
  while ((await jobs()) === 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(await jobs(), 1, 'the rule has seen it');
});

test('what names no object or no frames is refused before anything is asked', async () => {
  for (const wrong of ['nobody', '1.2.3:0', '1.2.3:5-2', '1.2.3:1-', '1.2.3:1-999999999']) {
    const { code, notes } = await concord([
      'key-objects',
      'create',
      wrong,
      '--title',
      '113000',
      '--server',
      'http://127.0.0.1:1',
    ]);
    assert.equal(code, 2, `${wrong} ${notes.join()}`);
  }
});
