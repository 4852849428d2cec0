// The profile query-retrieve-server: who opens which association, what one that hangs or is lost does to the others.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { writeDataSet } from '@concord/dicom';
import { connect, listen, verificationScp } from '@concord/network';
import { freePort, start } from '../../../../packages/network/testing/programs.ts';
import { ScriptedPeer, scriptedServer } from '../../../../packages/network/testing/scripted-peer.ts';
import {
  associateAc,
  command,
  dataSet,
  echoRq,
  pData,
  readCommand,
  storeRq,
} from '../../../../packages/network/testing/wire.ts';
import { startDestination } from '../../testing/answering-destination.ts';
import { asPart10, ctSlice } from '../../testing/data-sets.ts';
import { st1 } from '../../testing/fixture-f1.ts';
import { startProfile } from '../../testing/profile.ts';
import {
  contextsOf,
  entitiesWith,
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
import { silentPort } from '../../testing/silent-port.ts';
import { readConfiguration } from '../settings/read-configuration.ts';

const [echo, ct] = ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2'];
const [implicit, explicit] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'];
const contexts = [
  { id: 1, abstract: echo, transfer: [implicit] },
  { id: 3, abstract: ct, transfer: [implicit] },
];

/** Of the two contexts that are proposed for CT. */
const explicitAlone = associateAc([
  { id: 1, result: 4, transfer: implicit },
  { id: 3, transfer: explicit },
]);

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

/** The next PDU within the time, or what did not come. */
const within = (peer: ScriptedPeer, ms: number) => Promise.race([peer.nextHex(), pause(ms, 'nothing came')]);
const isAbort = /^07 /;

test('[QR-QRA-05] [QR-STO-04] [QR-RCV-07] an association that hangs or is lost disturbs no other, and leaves its place', async (t) => {
  const server = await startProfile(t, queryRetrieve, {
    entities: entitiesWith({ [storeTitle]: { maximumAssociations: 2 }, [queryTitle]: { maximumAssociations: 2 } }),
  });
  for (const title of [storeTitle, queryTitle]) {
    const port = server.ports.get(title) ?? 0;
    using hanging = await ScriptedPeer.associate(port, { called: title, contexts });
    hanging.send(echoRq(1).subarray(0, 20));
    for (let count = 0; count < 3; count += 1)
      assert.equal((await run('echoscu', ...server.called(title))).exitCode, 0, 'beside it');
    const lost = await ScriptedPeer.associate(port, { called: title, contexts });
    await assert.rejects(server.associate(title, contextsOf(echo)), /local.limit/i);
    lost.socket.resetAndDestroy();
    let again: number | undefined;
    for (let wait = 0; again !== 0 && wait < 50; wait += 1)
      again = (await run('echoscu', ...server.called(title))).exitCode;
    assert.equal(again, 0, 'the place of the lost one is free');
  }
});

test('[QR-QCF-02] half a message and silence: A-ABORT after the time between packets, and the export goes on', async (t) => {
  const dest = await startDestination(t, () => pause(300, 0));
  const server = await startArchive(t, dest.port, { dataTimeout: 1 });
  const moving = await ScriptedPeer.associate(server.ports.get(queryTitle) ?? 0, {
    called: queryTitle,
    contexts: [{ id: 1, abstract: models.studyMove, transfer: [implicit] }],
  });
  moving.send(
    command(1, [
      [0x0002, models.studyMove],
      [0x0100, 0x0021],
      [0x0110, 7],
      [0x0600, 'DEST'],
      [0x0700, 0],
      [0x0800, 0],
    ]),
    dataSet(1, writeDataSet(identifier('STUDY', { StudyInstanceUID: st1 }), implicit)),
  );
  assert.equal((await moving.nextCommand()).get(0x0900), 0xff00);
  moving.send(echoRq(8).subarray(0, 20));
  let last = await within(moving, 5000);
  while (last.startsWith('04 ')) last = await within(moving, 5000);
  assert.match(last, isAbort);
  for (let wait = 0; dest.ended.length === 0 && wait < 100; wait += 1) await pause(50);
  assert.deepEqual([dest.asked.length, dest.ended[0]?.kind], [5, 'released']);
  moving.close();
});

test('[QR-RST-06] [QR-RST-07] silence between and within data sets: A-ABORT, and what is whole is kept', async (t) => {
  const entities = entitiesWith({ [storeTitle]: { idleTimeout: 1 } });
  const server = await startProfile(t, queryRetrieve, { entities, dataTimeout: 1 });
  const stored = async (half: boolean, study: string) => {
    using peer = await ScriptedPeer.associate(server.ports.get(storeTitle) ?? 0, { called: storeTitle, contexts });
    const instance = ctSlice({
      StudyInstanceUID: study,
      SOPInstanceUID: `${study}.1`,
      SeriesInstanceUID: `${study}.2`,
    });
    peer.send(storeRq(1, ct, `${study}.1`, 3), dataSet(3, writeDataSet(instance, implicit)));
    assert.equal((await peer.nextCommand()).get(0x0900), 0);
    if (half)
      peer.send(storeRq(2, ct, `${study}.3`, 3), pData(3, 0, writeDataSet(instance, implicit).subarray(0, 200)));
    assert.match(await within(peer, 5000), isAbort);
    const keys = identifier('IMAGE', {
      StudyInstanceUID: study,
      SeriesInstanceUID: `${study}.2`,
      SOPInstanceUID: null,
    });
    return (await find(server, models.studyFind, keys)).flatMap(
      (match) => match.identifier?.string('SOPInstanceUID') ?? [],
    );
  };
  assert.deepEqual(await stored(false, '1.2.3.71'), ['1.2.3.71.1']);
  assert.deepEqual(await stored(true, '1.2.3.72'), ['1.2.3.72.1']);
});

test('[QR-SCF-02] a destination that stops reading in the middle of an image: A-ABORT, A702', async (t) => {
  await using dest = await scriptedServer();
  const peers = [{ aeTitle: 'DEST', host: '127.0.0.1', port: dest.peer.port }];
  const server = await startProfile(t, queryRetrieve, { peers, dataTimeout: 1 });
  const large = join(server.folder, 'large.dcm');
  const size = 4096;
  const pixels = { Rows: size, Columns: size, PixelData: new Uint8Array(2 * size * size) };
  writeFileSync(large, asPart10(ctSlice({ StudyInstanceUID: st1, ...pixels })));
  assert.equal((await run('storescu', ...server.called(storeTitle), large)).exitCode, 0);
  const moving = moveStudy(server, st1);
  const peer = await dest.accepted();
  await peer.next();
  peer.send(explicitAlone);
  peer.socket.pause();
  const last = (await moving).at(-1);
  assert.deepEqual([last?.status.code, last?.failed], [0xa702, 1]);
  peer.close();
  assert.ok(
    server.lines.some((line) => /taken nothing for 1 s/.test(line)),
    server.lines.join('\n'),
  );
});

test('[QR-SCU-12] a destination that takes the connection and says nothing is given up; the waits are those of the profile', async (t) => {
  const { connectTimeout, networkTimeout, dataTimeout, artimTimeout } = readConfiguration(
    ['--profile', queryRetrieve],
    {},
  );
  assert.deepEqual([connectTimeout, networkTimeout, dataTimeout, artimTimeout], [10, 30, 30, 30]);
  const server = await startArchive(t, await silentPort(t), { networkTimeout: 1 });
  const started = performance.now();
  const last = (await moveStudy(server, st1)).at(-1);
  assert.deepEqual([last?.status.code, last?.failed], [0xa702, 5]);
  assert.ok(performance.now() - started >= 900);
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
