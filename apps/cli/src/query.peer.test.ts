// `concord query` and `concord retrieve`: our server asks DCMTK's dcmqrscp, a dead and a silent peer, and fetches what is wanted.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startDcmqrscp } from '../testing/dcmtk.ts';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { freePort } from '../testing/program.ts';
import { startConcordWith } from '../testing/server.ts';
import { concord } from '../testing/terminal.ts';

/** A port that takes connections and says nothing. */
async function silentPort(context: TestContext): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    context.after(() => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('what another archive has is listed as it comes, fetched and then here; a dead one and a slow one are named and hold up nobody', async (context) => {
  const archive = await startDcmqrscp(context, 1);
  const folder = folderWith(context);
  for (const number of [1, 2])
    writeFileSync(join(folder, `${number}.dcm`), instanceFile({ sopInstanceUid: `1.2.3.1.1.${number}` }));
  assert.equal((await concord(['store', '--peer', archive.peer, folder])).code, 0);
  const at = (aeTitle: string, port: number) => ({ aeTitle, host: '127.0.0.1', port, retrieve: 'C-GET' });
  const peers = [at('ARCHIVE', archive.port), at('DEAD', await freePort()), at('SLOW', await silentPort(context))];
  const { httpPort } = await startConcordWith(context, { peers, queryTimeout: 3, sendAttempts: 1 });
  const server = ['--server', `http://127.0.0.1:${httpPort}`];

  const all = await concord(['query', 'StudyInstanceUID=1.2.3.1', ...server]);
  assert.equal(all.code, 1);
  assert.match(all.output.join('\n'), /^FROM +StudyInstanceUID .*\nARCHIVE +1\.2\.3\.1 /);
  assert.match(all.notes.join('\n'), /ARCHIVE: done, 1 found/);
  assert.match(all.notes.join('\n'), /DEAD: failed, 0 found \(no TCP connection/);
  assert.match(all.notes.join('\n'), /SLOW: failed, 0 found \(/);
  const events = (await concord(['query', 'PatientID=*', '--json', ...server])).output.map((line) => JSON.parse(line));
  const placeOf = (kind: string, archive: string) =>
    events.findIndex((each) => each.kind === kind && each.archive === archive);
  assert.ok(
    placeOf('archive', 'ARCHIVE') < placeOf('archive', 'SLOW'),
    'whoever is quick has ended before the slow one has',
  );
  const one = await concord(['query', 'PatientID=*', '--from', 'ARCHIVE', '--json', ...server]);
  assert.equal(one.code, 0);
  assert.deepEqual(
    one.output.map((line) => JSON.parse(line).kind),
    ['asked', 'match', 'archive'],
  );

  const tree = await concord(['query', 'PatientID=*', '--depth', 'image', '--from', 'ARCHIVE', ...server]);
  assert.equal(tree.code, 0, tree.notes.join());
  assert.deepEqual(
    tree.output.map((line) => line.split('  ').slice(0, 2).join(': ')),
    [
      'ARCHIVE: 1.2.3.1',
      'ARCHIVE 1.2.3.1: 1.2.3.1.1',
      'ARCHIVE 1.2.3.1 1.2.3.1.1: 1.2.3.1.1.1',
      'ARCHIVE 1.2.3.1 1.2.3.1.1: 1.2.3.1.1.2',
    ],
  );
  assert.equal((await concord(['query', 'PatientID=*', '--depth', 'frame', ...server])).code, 2);

  const fetched = await concord(['retrieve', 'ARCHIVE', '--study', '1.2.3.1', '--wait', ...server]);
  assert.deepEqual([fetched.code, fetched.notes], [0, []]);
  assert.match(fetched.output.join(), /^job [0-9a-f]+ from ARCHIVE: done, 2 of 2 here$/);
  const dead = await concord(['retrieve', 'DEAD', '--study', '1.2.3.1', '--wait', ...server]);
  assert.equal(dead.code, 1);
  assert.match(dead.output.join(), /from DEAD: failed, 0 of 0 here \(no TCP connection/);
});

test('wrong use and wrong keys are one clear line', async (context) => {
  const { httpPort } = await startConcordWith(context, { peers: [] });
  const server = ['--server', `http://127.0.0.1:${httpPort}`];
  assert.equal((await concord(['query'])).code, 2);
  assert.equal((await concord(['retrieve', 'A'])).code, 2);
  assert.equal((await concord(['retrieve', 'A', '--study', '1.2', '--instance', '1.3'])).code, 2);
  assert.match((await concord(['query', 'Rows=4', ...server])).notes.join(), /no key of the STUDY level/);
  assert.match((await concord(['retrieve', 'A', '--study', '1.2', ...server])).notes.join(), /No archive is called/);
});
