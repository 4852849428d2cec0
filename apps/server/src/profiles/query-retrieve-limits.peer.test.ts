// The profile query-retrieve-server: who may call which entity, how many exports run at a time, what an error does to one, what is proposed.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSet } from '@concord/dicom';
import { NetworkError } from '@concord/network';
import { freePort, start } from '../../../../packages/network/testing/programs.ts';
import { startDestination } from '../../testing/answering-destination.ts';
import { st1, writeF1 } from '../../testing/fixture-f1.ts';
import { startProfile } from '../../testing/profile.ts';
import { run } from '../../testing/programs.ts';
import { readConfiguration } from '../settings/read-configuration.ts';

const implicit = '1.2.840.10008.1.2';
const studyMove = '1.2.840.10008.5.1.4.1.2.2.2';
const echo = [{ abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: [implicit] }];
const [store, query] = ['EX_STORE_SCP', 'EX_QUERY_SCP'];
const profile = 'query-retrieve-server';
const shipped = readConfiguration(['--profile', profile], {}).entities;

const refusal = (work: Promise<{ release(): Promise<void> }>) =>
  work.then(
    (association) => association.release(),
    (error) => (error instanceof NetworkError ? error.refusal : Promise.reject(error)),
  );
const notRecognized = { result: 1, source: 1, reason: 3 };

/** The entities of the profile, some with changes by title. */
const entitiesWith = (changes: Readonly<Record<string, object>>) =>
  shipped.map((entity) => ({ ...entity, ...changes[entity.aeTitle] }));

test('[QR-SEC-02] [QR-SEC-03] [QR-GEN-18] each entity has its own list of calling titles', async (t) => {
  const entities = entitiesWith({ [query]: { callingAeTitles: ['READER'] } });
  const server = await startProfile(t, profile, { entities });
  assert.equal(await refusal(server.associate(store, echo)), undefined);
  assert.deepEqual(await refusal(server.associate(query, echo)), notRecognized);
  const port = String(server.ports.get(query));
  assert.equal((await run('echoscu', '-aet', 'READER', '-aec', query, '127.0.0.1', port)).exitCode, 0);
});

test('[QR-SEC-05] [QR-QRA-07] [QR-STO-06] each entity has its own list of addresses, and the log names the one that is refused', async (t) => {
  const entities = entitiesWith({ [store]: { addresses: ['127.0.0.2', '10.1.0.0/16'] } });
  const server = await startProfile(t, profile, { entities });
  assert.deepEqual(await refusal(server.associate(store, echo)), notRecognized);
  assert.equal(await refusal(server.associate(query, echo)), undefined);
  assert.ok(
    server.lines.some((line) => line.includes('127.0.0.1')),
    server.lines.join('\n'),
  );
});

test('[QR-SEC-04] the called title is demanded, or any is taken', async (t) => {
  const asked = async (calledAeTitle: 'check' | 'any') => {
    const server = await startProfile(t, profile, { calledAeTitle });
    return (await run('echoscu', '-aec', 'WRONG', '127.0.0.1', String(server.ports.get(query)))).exitCode;
  };
  assert.notEqual(await asked('check'), 0);
  assert.equal(await asked('any'), 0);
});

test('[QR-GEN-18] a class that is taken out is refused, the others are not', async (t) => {
  const mr = '1.2.840.10008.5.1.4.1.1.4';
  const services = (shipped.find(({ aeTitle }) => aeTitle === store)?.services ?? []).map((service) =>
    service.sopClasses ? { ...service, sopClasses: service.sopClasses.filter((uid) => uid !== mr) } : service,
  );
  const server = await startProfile(t, profile, { entities: entitiesWith({ [store]: { services } }) });
  const association = await server.associate(store, [
    { abstractSyntax: mr, transferSyntaxes: [implicit] },
    { abstractSyntax: '1.2.840.10008.5.1.4.1.1.2', transferSyntaxes: [implicit] },
  ]);
  assert.deepEqual([association.rejected[0]?.result, association.accepted.length], [3, 1]);
  await association.release();
});

async function archive(t: TestContext, port: number, changes: object = {}) {
  const peers = [{ aeTitle: 'DEST', host: '127.0.0.1', port }];
  const server = await startProfile(t, profile, { peers, ...changes });
  const { exitCode, output } = await run('storescu', '+sd', ...server.called(store), await writeF1(server.folder));
  assert.equal(exitCode, 0, output);
  return server;
}

async function move(server: Awaited<ReturnType<typeof archive>>) {
  await using association = await server.associate(query, [
    { abstractSyntax: studyMove, transferSyntaxes: [implicit] },
  ]);
  const keys = new DataSet();
  keys.set('QueryRetrieveLevel', 'STUDY');
  keys.set('StudyInstanceUID', st1);
  return (await Array.fromAsync(association.move(studyMove, keys, 'DEST'))).at(-1);
}

for (const [ids, moveJobs, most] of [
  ['[QR-SCU-05] [QR-SCU-07] [QR-SCU-08]', 4, 4],
  ['[QR-SCU-06]', 1, 1],
] as const)
  test(`${ids} at most ${moveJobs} exports at a time, also to one destination; the others wait and are done`, async (t) => {
    let [open, peak] = [0, 0];
    const dest = await startDestination(t, async () => {
      open += 1;
      peak = Math.max(peak, open);
      await pause(40);
      open -= 1;
      return 0;
    });
    const server = await archive(t, dest.port, { moveJobs });
    const last = await Promise.all(Array.from({ length: 8 }, () => move(server)));
    assert.deepEqual(new Set(last.map((response) => response?.status.code)), new Set([0]));
    for (let wait = 0; dest.ended.length < 8 && wait < 50; wait += 1) await pause(20);
    assert.deepEqual([peak, dest.asked.length, dest.ended.length], [most, 40, 8]);
  });

test('[QR-SCU-05] the profile allows ten', () => {
  assert.equal(readConfiguration(['--profile', profile], {}).moveJobs, 10);
});

test('[QR-SCU-04] [QR-SCF-03] a destination that goes away ends the job with A702, and is not called again', async (t) => {
  const dest = await startDestination(t, async (place) => {
    if (place === 1) void dest.close();
    await pause(50);
    return 0;
  });
  const server = await archive(t, dest.port);
  const last = await move(server);
  assert.deepEqual([last?.status.code, last?.completed, last?.failed], [0xa702, 1, 4]);
  await pause(200);
  assert.equal(dest.ended.length, 1);
});

test('[QR-SCU-17] a CT study is offered in contexts of CT alone, the stored transfer syntax among them', async (t) => {
  const port = await freePort();
  const storescp = await start('storescp', ['-d', '--ignore', String(port)], port);
  t.after(() => storescp.stop());
  const server = await archive(t, port);
  assert.equal((await move(server))?.status.code, 0);
  const classes = [...storescp.output().matchAll(/Abstract Syntax: =(\S+)/g)].map(([, name]) => name);
  assert.deepEqual(new Set(classes), new Set(['CTImageStorage']));
  assert.ok(storescp.output().includes('=LittleEndianExplicit'), 'as F1 is stored');
});
