// verify, backup, restore and reindex, by the command line, of a server that is running and of one that was.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { startConcordWith } from '../testing/server.ts';
import { concord } from '../testing/terminal.ts';

const objectsOf = (data: string) =>
  readdirSync(join(data, 'objects'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.dcm'))
    .sort();

test('a running server is verified and backed up; restored elsewhere it is verified again; damage is found and mended', async (t) => {
  const server = await startConcordWith(t, { storeLayout: 'files' });
  const folder = folderWith(t, {
    'a.dcm': instanceFile({ sopInstanceUid: '1.2.3.1' }),
    'b.dcm': instanceFile({ sopInstanceUid: '1.2.3.2' }),
  });
  assert.equal((await concord(['store', '--peer', server.peer, folder])).code, 0);
  const running = await concord(['verify', '--data', server.data, '--json']);
  assert.equal(running.code, 0, running.notes.join('\n'));
  const { summary } = JSON.parse(running.output.at(-1) ?? '');
  assert.deepEqual([summary.rows, summary.findings], [2, 0]);

  const target = join(folderWith(t), 'backup');
  const copied = await concord(['backup', target, '--data', server.data]);
  assert.equal(copied.code, 0, copied.notes.join('\n'));
  assert.match(copied.output.join(), /2 objects.*2 copied now/);
  const again = await concord(['backup', target, '--data', server.data, '--json']);
  assert.equal(JSON.parse(again.output.join()).copied, 0);
  assert.equal((await concord(['restore', target, '--check'])).code, 0);
  assert.match((await concord(['reindex', '--data', server.data])).notes.join(), /in use by a server/);

  const [first = ''] = objectsOf(server.data);
  truncateSync(join(server.data, 'objects', first), 100);
  const damaged = await concord(['verify', '--data', server.data]);
  assert.equal(damaged.code, 1);
  assert.match(damaged.output.join(), /wrong size: .*concord restore/);
  assert.equal((await concord(['restore', target, '--missing', '--data', server.data])).code, 0);
  assert.equal((await concord(['verify', '--data', server.data])).code, 0);

  const restored = join(folderWith(t), 'restored');
  assert.equal((await concord(['restore', target, '--data', restored])).code, 0);
  const check = await concord(['verify'], { environment: { CONCORD_DATA: restored } });
  assert.equal(check.code, 0, check.output.join('\n'));
  const rebuilt = await concord(['reindex', '--data', restored]);
  assert.equal(rebuilt.code, 0, rebuilt.notes.join('\n'));
  assert.match(rebuilt.notes.join(), /2 objects indexed.*0 differences/);

  const ended = once(server.child, 'exit');
  server.child.kill('SIGTERM');
  await ended;
  const stopped = await concord(['verify', '--data', server.data]);
  assert.equal(stopped.code, 0, stopped.output.join('\n'));
});

test('wrong use, a damaged backup and a missing folder are told in one line', async (t) => {
  const empty = folderWith(t);
  const codes: number[] = [];
  for (const argv of [
    ['verify', '--data', join(empty, 'nothing')],
    ['verify', '--since', 'yesterday'],
    ['backup'],
    ['restore', empty, '--check', '--missing'],
    ['restore', empty, '--data', join(empty, 'new')],
    ['reindex', '--data', empty],
  ]) {
    const { code, notes } = await concord(argv);
    assert.ok(notes.length > 0 && !notes.join().includes('    at '), notes.join('\n'));
    codes.push(code);
  }
  assert.deepEqual(codes, [2, 2, 2, 2, 1, 2]);
});

test('an S3 server that is not there, or a bucket, ends a check: its objects are not called lost', async (t) => {
  const server = await startConcordWith(t, { storeLayout: 'files' });
  const folder = folderWith(t, { 'a.dcm': instanceFile({ sopInstanceUid: '1.2.3.1' }) });
  assert.equal((await concord(['store', '--peer', server.peer, folder])).code, 0);
  const keys = ['--s3-access-key', 'k', '--s3-secret-key', 's', '--s3-region', 'eu-west-1'];
  const places = ['--data', server.data, '--s3-endpoint', 'http://127.0.0.1:1', ...keys];
  for (const flag of ['--store', '--move-to']) {
    const { code, output, notes } = await concord(['verify', flag, 's3://pictures/a', ...places]);
    assert.deepEqual([code, output], [2, []]);
    assert.match(notes.join(), new RegExp(`${flag}: .*bucket pictures: .*ECONNREFUSED`));
  }
});

test('a backup that lost an object is not put in place', async (t) => {
  const server = await startConcordWith(t, { storeLayout: 'files' });
  const folder = folderWith(t, { 'a.dcm': instanceFile({ sopInstanceUid: '1.2.3.1' }) });
  await concord(['store', '--peer', server.peer, folder]);
  const target = folderWith(t);
  await concord(['backup', target, '--data', server.data]);
  for (const name of objectsOf(target)) rmSync(join(target, 'objects', name));
  const { code, notes } = await concord(['restore', target, '--data', join(folder, 'new')]);
  assert.equal(code, 1);
  assert.match(notes.join('\n'), /no such object in the store[\s\S]*nothing was put in place/);
});

test('objects in containers are verified, backed up, put back as files, indexed again and served', async (t) => {
  const server = await startConcordWith(t, { storeLayout: 'containers' });
  const folder = folderWith(t, {
    'a.dcm': instanceFile({ sopInstanceUid: '1.2.3.1' }),
    'b.dcm': instanceFile({ sopInstanceUid: '1.2.3.2' }),
  });
  assert.equal((await concord(['store', '--peer', server.peer, folder])).code, 0);
  const running = await concord(['verify', '--data', server.data]);
  assert.equal(running.code, 0, running.output.join('\n'));
  const target = join(folderWith(t), 'backup');
  const copied = await concord(['backup', target, '--data', server.data]);
  assert.match(copied.output.join(), /2 objects.*2 copied now/);
  const restored = join(folderWith(t), 'restored');
  assert.equal((await concord(['restore', target, '--data', restored])).code, 0);
  const check = await concord(['verify', '--data', restored]);
  assert.equal(check.code, 0, check.output.join('\n'));
  const rebuilt = await concord(['reindex', '--data', restored]);
  assert.match(rebuilt.notes.join(), /2 objects indexed.*0 differences/);
});
