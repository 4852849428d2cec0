// The profile query-retrieve-server finds destinations by their names: those of this machine, and those that a name server knows.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { st1, writeF1 } from '../../testing/fixture-f1.ts';
import { startNameServer } from '../../testing/name-server.ts';
import { freePort } from '../../testing/ports.ts';
import {
  entitiesWith,
  identifier,
  models,
  queryRetrieve,
  queryTitle,
  startArchive,
  storeTitle,
} from '../../testing/profiled-archive.ts';
import { run, startServerResolving, startStorescp } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';

test('[QR-NET-06] a destination is found by its local name', async (t) => {
  const port = await freePort();
  const server = await startArchive(t, 1, { peers: [{ aeTitle: 'DEST', host: 'localhost', port }] });
  const received = join(server.folder, 'received');
  mkdirSync(received);
  await startStorescp(t, received, port);
  await using association = await server.associate(queryTitle, [
    { abstractSyntax: models.studyMove, transferSyntaxes: ['1.2.840.10008.1.2'] },
  ]);
  const keys = identifier('STUDY', { StudyInstanceUID: st1 });
  const moved = await Array.fromAsync(association.move(models.studyMove, keys, 'DEST'));
  assert.equal(moved.at(-1)?.status.code, 0);
  assert.equal(readdirSync(received).length, 5);
});

const noRoot = process.getuid?.() === 0 ? false : 'only root can say which name server a process asks';

test('[QR-NET-02] the host name of a destination is resolved by DNS', { skip: noRoot }, async (t) => {
  const folder = await temporaryFolder();
  const [storePort, queryPort, port] = [await freePort(), await freePort(), await freePort()];
  const names = await startNameServer(t, '127.0.0.153', 'pacs.clinic.test', [127, 0, 0, 1]);
  const resolvers = join(folder, 'resolv.conf');
  writeFileSync(resolvers, 'nameserver 127.0.0.153\noptions timeout:2 attempts:5\n');
  const config = join(folder, 'concord.json');
  const peers = [
    { aeTitle: 'DEST', host: 'pacs.clinic.test', port },
    { aeTitle: 'NOWHERE', host: 'other.clinic.test', port },
  ];
  const entities = entitiesWith({ [storeTitle]: { port: storePort }, [queryTitle]: { port: queryPort } });
  writeFileSync(config, JSON.stringify({ peers, entities }));
  const given = ['--profile', queryRetrieve, '--config', config];
  await startServerResolving(t, resolvers, join(folder, 'data'), ...given);
  const stored = await run(
    'storescu',
    '+sd',
    '-aec',
    storeTitle,
    '127.0.0.1',
    String(storePort),
    await writeF1(folder),
  );
  assert.equal(stored.exitCode, 0, stored.output);
  const received = join(folder, 'received');
  mkdirSync(received);
  await startStorescp(t, received, port);
  const move = (to: string) =>
    run(
      ...(['movescu', '-v', '-S', '-xi', '-aem', to, '-aec', queryTitle, '127.0.0.1', String(queryPort)] as const),
      ...['-k', 'QueryRetrieveLevel=STUDY', '-k', `StudyInstanceUID=${st1}`],
    );
  assert.match((await move('DEST')).output, /Received Final Move Response \(Success\)/);
  assert.equal(readdirSync(received).length, 5);
  assert.doesNotMatch((await move('NOWHERE')).output, /Received Final Move Response \(Success\)/);
  assert.ok(
    ['pacs.clinic.test', 'other.clinic.test'].every((name) => names.asked.includes(name)),
    names.asked.join(),
  );
});
