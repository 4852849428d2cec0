// `concord push`, `concord jobs` and `concord media import` against our server, which sends to DCMTK's storescp; and where nobody answers.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startStorescp } from '../testing/dcmtk.ts';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { startConcordWith } from '../testing/server.ts';
import { concord } from '../testing/terminal.ts';

test('a study in the server is pushed to a peer, waited for, and listed; a folder is imported, and sent on', async (context) => {
  const { port } = await startStorescp(context);
  const at = (aeTitle: string, where: number) => ({ aeTitle, host: '127.0.0.1', port: where });
  const { peer, httpPort } = await startConcordWith(context, { peers: [at('DESTINATION', port), at('GONE', 1)] });
  const folder = folderWith(context);
  writeFileSync(join(folder, 'one.dcm'), instanceFile({ sopInstanceUid: '1.2.3.1.1.1' }));
  assert.equal((await concord(['store', '--peer', peer, folder])).code, 0);
  const server = ['--server', `http://127.0.0.1:${httpPort}`];
  assert.equal((await concord(['push', 'DESTINATION', '--patient', '*', ...server])).code, 1);
  const pushed = await concord(['push', 'DESTINATION', '--study', '1.2.3.1', '--wait', ...server]);
  assert.deepEqual([pushed.code, pushed.notes], [0, []]);
  assert.match(pushed.output.join(), /^job [0-9a-f]+ to DESTINATION: done, 1 of 1 confirmed$/);
  const listed = await concord(['jobs', ...server]);
  assert.match(listed.output.join('\n'), /^JOB .*\n[0-9a-f]+ +done +DESTINATION +1\/1/);
  const id = /^[0-9a-f]+/.exec(listed.output[1] ?? '')?.[0] ?? '';
  const again = await concord(['jobs', 'retry', id, ...server]);
  assert.deepEqual([again.code, again.notes], [1, ['concord: A job that is done can take no "retry".']]);
  const none = await concord(['jobs', '--to', 'DESTINATION', '--state', 'failed', ...server]);
  assert.equal(none.output.filter((line) => line.startsWith(id)).length, 0);
  assert.equal((await concord(['jobs', '--state', 'lost', ...server])).code, 1);
  const empty = await concord(['jobs', 'queues', ...server]);
  assert.deepEqual([empty.output, empty.notes], [[], ['nothing waits for any peer']]);
  const paused = await concord(['jobs', 'queues', 'pause', 'DESTINATION', ...server]);
  assert.deepEqual([paused.code, paused.output], [0, ['pause: 0 jobs for DESTINATION']]);
  assert.match(
    (await concord(['jobs', 'queues', ...server])).output.join(),
    /DESTINATION .* paused until it is resumed/,
  );
  const waits = await concord(['push', 'DESTINATION', '--study', '1.2.3.1', ...server]);
  assert.match((await concord(['jobs', ...server])).output.join('\n'), /^[0-9a-f]+ +paused +DESTINATION/m);
  assert.equal(waits.code, 0);
  const resumed = await concord(['jobs', 'queues', 'resume', 'DESTINATION', ...server]);
  assert.deepEqual([resumed.code, resumed.output], [0, ['resume: 1 job for DESTINATION']]);
  for (const end = Date.now() + 90_000; (await concord(['jobs', 'queues', ...server])).output.length > 0; )
    assert.ok(Date.now() < end, 'it does not go on');
  assert.match((await concord(['push', 'NOBODY', '--study', '1.2.3.1', ...server])).notes.join(), /No peer is called/);
  await jobsOfDeadPeer(server);
  await importsFolder(folder, server);
});

/** What people do with jobs that do not get on: with one of them, and with all of a peer. */
async function jobsOfDeadPeer(server: readonly string[]): Promise<void> {
  const said = async (...argv: readonly string[]) => {
    const { code, output, notes } = await concord([...argv, ...server]);
    return `${code} ${[...output, ...notes].join('\n')}`;
  };
  const pushed = await said('push', 'GONE', '--study', '1.2.3.1');
  const id = /job ([0-9a-f]+)/.exec(pushed)?.[1] ?? '';
  // Between two tries it waits a minute.
  for (const end = Date.now() + 90_000; !/no TCP connection/.test(await said('jobs', '--to', 'GONE')); )
    assert.ok(Date.now() < end, 'it was not tried');
  assert.match(await said('jobs', 'queues'), /^0 PEER .*\nGONE +0 +1 +0 +0 +0 +1 +no TCP connection/);
  assert.equal(await said('jobs', 'pause', id.slice(-12)), `0 ${id} is paused`);
  assert.match(await said('jobs', 'pause', 'zzz'), /^1 concord: No job goes by "zzz"/);
  assert.equal(await said('jobs', 'queues', 'resume', 'GONE'), '0 resume: 1 job for GONE');
  assert.equal(await said('jobs', 'queues', 'pause', 'GONE'), '0 pause: 1 job for GONE');
  assert.equal(await said('jobs', 'queues', 'retry', 'GONE'), '0 retry: 0 jobs for GONE');
  assert.match(await said('jobs', 'resume', id), /is (waiting|running)$/);
  assert.equal(await said('jobs', 'cancel', id), `0 ${id} is cancelled`);
  assert.equal(await said('jobs', 'queues', 'retry', 'GONE'), '0 retry: 0 jobs for GONE');
  assert.match(await said('jobs', 'retry', id), /^0 [0-9a-f]+ is (waiting|running)$/);
  assert.equal(await said('jobs', 'cancel', id), `0 ${id} is cancelled`);
  assert.match(await said('jobs', 'pause', id), /^1 concord: A job that is cancelled can take no "pause"\.$/);
}

async function importsFolder(folder: string, server: readonly string[]): Promise<void> {
  writeFileSync(join(folder, 'two.dcm'), instanceFile({ sopInstanceUid: '1.2.3.1.1.2' }));
  writeFileSync(join(folder, 'notes.txt'), 'no object at all');
  const imported = await concord(['media', 'import', folder, '--to', 'DESTINATION', ...server]);
  assert.deepEqual([imported.code, imported.notes], [0, []]);
  assert.match(
    imported.output.join('\n'),
    /^1 imported, 1 there before, 0 passed over, 0 failed\nsent to DESTINATION by job [0-9a-f]+$/,
  );
  const elsewhere = await concord(['media', 'import', '--there', '/etc', ...server]);
  assert.deepEqual([elsewhere.code, elsewhere.notes.length], [1, 1]);
  assert.match(elsewhere.notes.join(), /do not allow/);
  assert.equal((await concord(['media', 'import', join(folder, 'nowhere'), ...server])).code, 2);
  // No ZIP archive: told, and nothing of it stays on the server.
  assert.match((await concord(['media', 'import', join(folder, 'notes.txt'), ...server])).notes.join(), /ZIP/);
}

test('nothing selected is wrong use; nobody there is one clear line', async () => {
  assert.equal((await concord(['push', 'A'])).code, 2);
  assert.equal((await concord(['jobs', '--server', 'file:///etc/passwd'])).code, 2);
  const dead = await concord(['jobs'], { environment: { CONCORD_SERVER: 'http://127.0.0.1:1' } });
  assert.deepEqual([dead.code, dead.notes], [1, ['concord: no Concord server answers at http://127.0.0.1:1']]);
});
