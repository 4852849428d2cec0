// The profile query-retrieve-server: who opens which association, with which title, and what goes over it when.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, listen, verificationScp } from '@concord/network';
import { freePort, start } from '../../../../packages/network/testing/programs.ts';
import { type ScriptedPeer, scriptedServer } from '../../../../packages/network/testing/scripted-peer.ts';
import { command, readCommand } from '../../../../packages/network/testing/wire.ts';
import { startDestination } from '../../testing/answering-destination.ts';
import { st1 } from '../../testing/fixture-f1.ts';
import { startProfile } from '../../testing/profile.ts';
import {
  contextsOf,
  entitiesWith,
  explicitAlone,
  find,
  identifier,
  models,
  moveStudy,
  queryRetrieve,
  queryTitle,
  shippedEntities,
  startArchive,
  storeTitle,
} from '../../testing/profiled-archive.ts';
import { run } from '../../testing/programs.ts';
import { readConfiguration } from '../settings/read-configuration.ts';

const [echo, ct] = ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2'];
const [implicit, explicit] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'];
/** What a configuration file makes of the profile. Throws SettingsError. */
function configuredWith(file: object) {
  const argv = ['--profile', queryRetrieve, '--config', 'concord.json'];
  const { entities, callingAeTitle } = readConfiguration(argv, {}, () => JSON.stringify(file));
  return { entities, callingAeTitle };
}

type Pdu = Awaited<ReturnType<ScriptedPeer['next']>>;

/** The first presentation data value of a P-DATA-TF. */
function fragmentOf(pdu: Pdu): Buffer {
  assert.ok(pdu !== 'closed' && pdu.type === 4);
  return pdu.body.subarray(6);
}

const endsDataSet = (pdu: Pdu): boolean => {
  assert.ok(pdu !== 'closed' && pdu.type === 4);
  return pdu.body[5] === 2;
};

async function startStorescp(t: TestContext, ...args: readonly string[]) {
  const port = await freePort();
  const storescp = await start('storescp', ['-d', '--ignore', ...args, String(port)], port);
  t.after(() => storescp.stop());
  return { port, output: storescp.output };
}

test('[QR-GEN-08] [QR-SCU-01] [QR-QRA-01] nothing is sent that no C-MOVE asked for, and what sends has no port', async (t) => {
  const dest = await startDestination(t);
  const server = await startArchive(t, dest.port);
  const found = await find(server, models.studyFind, identifier('STUDY', { StudyInstanceUID: null, PatientID: '*' }));
  assert.equal(found.length, 5);
  await pause(300);
  assert.deepEqual([dest.asked.length, dest.ended.length], [0, 0]);
  assert.deepEqual([...server.ports.keys()], [storeTitle, queryTitle]);
  assert.equal((await moveStudy(server, st1)).at(-1)?.status.code, 0);
  for (let wait = 0; dest.ended.length === 0 && wait < 100; wait += 1) await pause(20);
  assert.deepEqual(dest.ended, [{ callingAeTitle: 'EX_STORE_SCU', kind: 'released' }]);
});

test('[QR-GEN-03] what sends may have the title of what answers queries', async (t) => {
  const dest = await startDestination(t);
  const entities = entitiesWith({ EX_STORE_SCU: { aeTitle: queryTitle } });
  const configured = configuredWith({ entities, callingAeTitle: queryTitle });
  const server = await startArchive(t, dest.port, configured);
  assert.equal((await moveStudy(server, st1)).at(-1)?.status.code, 0);
  for (let wait = 0; dest.ended.length === 0 && wait < 100; wait += 1) await pause(20);
  assert.equal(dest.ended[0]?.callingAeTitle, queryTitle);
});

test('[QR-GEN-04] what stores has a title of its own: another configuration is refused in words', async () => {
  for (const title of [queryTitle, 'EX_STORE_SCU'])
    assert.throws(
      () => configuredWith({ entities: entitiesWith({ [storeTitle]: { aeTitle: title } }) }),
      new RegExp(`STORAGE-SCP must have an AE title of its own, and ${title} is that of`),
    );
});

test('[QR-CTX-03] transfer syntaxes can be left out, but Implicit VR Little Endian cannot', async (t) => {
  const limited = (transferSyntaxes: readonly string[]) =>
    entitiesWith({ [storeTitle]: { services: [{ service: 'storage', sopClasses: [ct], transferSyntaxes }] } });
  assert.throws(() => configuredWith({ entities: limited([explicit]) }), /Implicit VR Little Endian/);
  const { entities } = configuredWith({ entities: limited([implicit]) });
  const server = await startProfile(t, queryRetrieve, { entities });
  await using association = await server.associate(storeTitle, [
    { abstractSyntax: ct, transferSyntaxes: [explicit, implicit] },
    { abstractSyntax: ct, transferSyntaxes: [explicit] },
  ]);
  assert.deepEqual(
    [
      association.accepted.map(({ transferSyntax }) => transferSyntax),
      association.rejected.map(({ result }) => result),
    ],
    [[implicit], [4]],
  );
});

test('[QR-SCU-14] a C-ECHO goes out only when a person asks for it', async (t) => {
  const dest = await startStorescp(t);
  const server = await startArchive(t, dest.port);
  assert.equal((await moveStudy(server, st1)).at(-1)?.status.code, 0);
  assert.doesNotMatch(dest.output(), /Received Echo Request/);
  const asked = await fetch(`http://127.0.0.1:${server.httpPort}/api/peers/DEST/echo`, { method: 'POST' });
  assert.equal(asked.status, 200);
  assert.match(dest.output(), /Received Echo Request/);
});

test('[QR-SCU-15] the next C-STORE goes out after the answer to the one before', async (t) => {
  await using dest = await scriptedServer();
  const server = await startArchive(t, dest.peer.port);
  const moving = moveStudy(server, st1);
  const peer = await dest.accepted();
  const request = await peer.next();
  assert.ok(request !== 'closed' && request.type === 1);
  peer.send(explicitAlone);
  let next = peer.next();
  for (let sent = 0; sent < 5; sent += 1) {
    const store = readCommand(fragmentOf(await next));
    let fragment = await peer.next();
    while (!endsDataSet(fragment)) fragment = await peer.next();
    next = peer.next();
    assert.equal(await Promise.race([next, pause(100, 'nothing')]), 'nothing', 'before the answer');
    peer.send(
      command(3, [
        [0x0100, 0x8001],
        [0x0120, Number(store.get(0x0110))],
        [0x0800, 0x0101],
        [0x0900, 0],
      ]),
    );
  }
  await next;
  peer.close();
  assert.equal((await moving).at(-1)?.completed, 5);
});

test('[QR-QRA-11] a move that lasts longer than the wait for the next request is not ended by it', async (t) => {
  const dest = await startDestination(t, () => pause(500, 0));
  const entities = entitiesWith({ [queryTitle]: { idleTimeout: 1 } });
  const server = await startArchive(t, dest.port, { entities });
  assert.equal((await moveStudy(server, st1)).at(-1)?.status.code, 0);
});

test('[QR-QRA-13] without attributes of images, only the models that end at the study are answered', async (t) => {
  const entities = shippedEntities.map((entity) => ({
    ...entity,
    services: entity.services.map((service) =>
      service.service === 'query'
        ? { ...service, sopClasses: [models.onlyFind] }
        : service.service === 'move'
          ? { ...service, sopClasses: [models.onlyMove] }
          : service,
    ),
  }));
  const server = await startArchive(t, 1, { entities });
  for (const model of ['-P', '-S'])
    assert.notEqual((await run('findscu', model, ...server.called(queryTitle), '-k', '0010,0020=PID001')).exitCode, 0);
  const keys = ['-k', '0008,0052=PATIENT', '-k', '0010,0020=PID*'];
  const { exitCode, output } = await run('findscu', '-O', ...server.called(queryTitle), ...keys);
  assert.equal(exitCode, 0, output);
  assert.equal(output.match(/PID00[12]/g)?.length, 2, output);
});

test('[QR-QRA-09] queries and moves, in any order, are answered on the association of the request', async (t) => {
  const dest = await startDestination(t);
  const server = await startArchive(t, dest.port);
  await using association = await server.associate(queryTitle, contextsOf(echo, models.studyFind, models.studyMove));
  const keys = identifier('STUDY', { StudyInstanceUID: st1 });
  for (let round = 0; round < 2; round += 1) {
    assert.equal((await Array.fromAsync(association.find(models.studyFind, keys))).length, 2);
    const moved = await Array.fromAsync(association.move(models.studyMove, keys, 'DEST'));
    assert.equal(moved.at(-1)?.completed, 5);
    assert.equal((await association.echo()).code, 0);
  }
  assert.equal(dest.asked.length, 10);
});

for (const [ids, profile, title] of [
  ['QR-NET-07', queryRetrieve, queryTitle],
  ['IC-COMM-01', 'impromed-client', 'IMPROMED'],
  ['RV-ASSOC-08', 'reviewer', 'REVIEWER'],
  ['VW-NET-03', 'viewer', 'VIEWER'],
] as const)
  test(`[${ids}] IPv4 and IPv6, to be called and to call`, async (t) => {
    const dest = await startStorescp(t);
    const six = await listen({
      host: '::1',
      port: 0,
      applicationEntities: [{ aeTitle: 'SIX', services: [verificationScp] }],
    });
    t.after(() => six.close({ graceMs: 0 }));
    const peers = [
      { aeTitle: 'FOUR', host: '127.0.0.1', port: dest.port },
      { aeTitle: 'SIX', host: '::1', port: six.port },
    ];
    const server = await startProfile(t, profile, { host: '::', peers });
    const port = server.ports.get(title) ?? 0;
    for (const host of ['127.0.0.1', '::1']) {
      const peer = { host, port, calledAeTitle: title, callingAeTitle: 'TESTER' };
      await using association = await connect(peer, contextsOf(echo));
      assert.equal((await association.echo()).code, 0, host);
    }
    for (const { aeTitle } of peers) {
      const asked = await fetch(`http://127.0.0.1:${server.httpPort}/api/peers/${aeTitle}/echo`, { method: 'POST' });
      assert.deepEqual((await asked.json()).status, 'success', aeTitle);
    }
  });
