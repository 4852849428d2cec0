// The profile query-retrieve-server: what an association that hangs, is silent or is lost does to the others and to itself.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { writeDataSet } from '@concord/dicom';
import { ScriptedPeer, scriptedServer } from '../../../../packages/network/testing/scripted-peer.ts';
import { command, dataSet, echoRq, pData, storeRq } from '../../../../packages/network/testing/wire.ts';
import { startDestination } from '../../testing/answering-destination.ts';
import { asPart10, ctSlice } from '../../testing/data-sets.ts';
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
  startArchive,
  storeTitle,
} from '../../testing/profiled-archive.ts';
import { run } from '../../testing/programs.ts';
import { silentPort } from '../../testing/silent-port.ts';
import { readConfiguration } from '../settings/read-configuration.ts';

const [echo, ct] = ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2'];
const implicit = '1.2.840.10008.1.2';
const contexts = [
  { id: 1, abstract: echo, transfer: [implicit] },
  { id: 3, abstract: ct, transfer: [implicit] },
];

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
