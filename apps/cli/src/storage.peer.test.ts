// `concord storage` and protection against a running server: what is used, what keeps a study, deleting in two steps.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { startConcordWith } from '../testing/server.ts';
import { concord } from '../testing/terminal.ts';

test('a study is protected, released, rejected, put back and deleted, and each is said', async (context) => {
  const { peer, httpPort } = await startConcordWith(context, {
    quota: 1,
    retention: [{ name: 'old', olderThan: 1000, by: 'study date' }],
  });
  const server = ['--server', `http://127.0.0.1:${httpPort}`];
  const said = async (...argv: readonly string[]) => {
    const { code, output, notes } = await concord([...argv, ...server]);
    return `${code} ${[...output, ...notes].join('\n')}`;
  };
  assert.match(await said('storage'), /^0 0 B in 0 studies\n0% of the quota of 1\.1 GB; past it objects are refused/);
  assert.match(await said('storage', 'preview'), /^0 no rule would take any$/);
  const folder = folderWith(context);
  writeFileSync(join(folder, 'one.dcm'), instanceFile({ sopInstanceUid: '1.2.3.1.1.1' }));
  assert.equal((await concord(['store', '--peer', peer, folder])).code, 0);
  assert.match(await said('storage', 'study', '1.2.3.1'), /^0 still coming in$/);
  assert.match(
    await said('patients', 'protect', '1.2.3.1', '--reason', 'teaching'),
    /^0 event .*: study of DOE\^JANE protected$/,
  );
  assert.match(await said('storage', 'study', '1.2.3.1'), /^0 protected\nstill coming in$/);
  assert.match(await said('storage', 'reject', '1.2.3.1'), /^1 concord: The study is protected: release it first\.$/);
  assert.match(await said('patients', 'release', '1.2.3.1'), /^0 event .*: study of DOE\^JANE no longer protected$/);
  assert.match(await said('storage', 'rejected'), /^0 nothing is rejected$/);
  assert.match(
    await said('storage', 'reject', '1.2.3.1', '--reason', 'twice', '--by', 'vet'),
    /^0 1 object is rejected$/,
  );
  assert.match(
    await said('storage', 'rejected'),
    /\n1\.2\.3\.1 +DOE\^JANE +\S.* 1 +\S+ +vet, web 127\.0\.0\.1 +twice$/,
  );
  assert.match(await said('storage', 'study', '1.2.3.1'), /^1 concord: No study has the UID "1\.2\.3\.1"\.$/);
  assert.match(await said('storage', 'restore', '1.2.3.1'), /^0 1 object is put back$/);
  assert.match(await said('storage', 'reject', '1.2.3.1'), /^0 1 /);
  assert.match(await said('storage', 'purge', '1.2.3.1'), /^0 1 object is deleted$/);
  assert.match(await said('storage', 'restore', '1.2.3.1'), /^1 concord: /);
  assert.match(await said('storage', '--json'), /^0 \{"bytes":0,/);
});
