// Rules in a running server: what is sent on to DCMTK and to peers that count, over crashes, dead peers and loops.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { madeFile } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { freePort } from '../../testing/ports.ts';
import { run, startServerProcess, startStorescp } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { startReceivingPeer } from '../../testing/receiving-peer.ts';
import { startRelay } from '../../testing/relay.ts';

const study = (number: number) => `1.2.826.0.1.3680043.10.7.${number}`;

interface Batch {
  readonly study: number;
  readonly series?: number;
  readonly from?: number;
  readonly count: number;
  readonly modality?: string;
  readonly bodyPart?: string;
}

const files = ({ study: number, series = 1, from = 1, count, modality = 'CT', bodyPart }: Batch) =>
  Array.from({ length: count }, (_, index) =>
    madeFile({
      study: study(number),
      series: `${study(number)}.${series}`,
      instance: `${study(number)}.${series}.${from + index}`,
      instanceNumber: from + index,
      modality,
      change: (dataSet) => bodyPart !== undefined && dataSet.set('BodyPartExamined', bodyPart),
    }),
  );

const peerOf = (aeTitle: string, port: number) => ({ aeTitle, host: '127.0.0.1', port });

const startWith = async (t: TestContext, peers: readonly object[], settings: object = {}) => {
  const folder = await temporaryFolder();
  const config = join(folder, 'concord.json');
  const start = async (...args: readonly string[]) => {
    writeFileSync(config, JSON.stringify({ peers, sendRetryWait: 1, networkTimeout: 2, quietTime: 1, ...settings }));
    const server = await startServerProcess(t, join(folder, 'data'), '--config', config, ...args);
    const client = jobClient(server.httpPort);
    const add = async (rule: object) => {
      const { status, body } = await client.call('POST', '/api/rules', { name: 'R', ...rule });
      assert.equal(status, 200, JSON.stringify(body));
      return body.ruleId as string;
    };
    const jobs = async () => (await client.call('GET', '/api/jobs')).body;
    return { ...server, ...client, add, jobs };
  };
  return { folder, start, server: await start() };
};

/** Waits until it holds; a time that is too short fails, one too long costs nothing. */
const eventually = async (what: () => Promise<boolean> | boolean, words: string): Promise<void> => {
  for (const end = Date.now() + 90_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50)))
    if (await what()) return;
  assert.fail(words);
};

test('[ES-FWD-01] [ES-FWD-03] [ES-STORE-08] a study goes to every destination when nothing more comes; what comes later follows, each object once', async (t) => {
  const received = await temporaryFolder();
  const dcmtk = await freePort();
  await startStorescp(t, received, dcmtk);
  const counting = await startReceivingPeer(t);
  const { server } = await startWith(t, [peerOf('DCMTK', dcmtk), peerOf('DESTINATION', counting.port)]);
  await server.add({ destinations: ['DCMTK', 'DESTINATION'] });
  await storeOverWeb(server.origin, files({ study: 1, count: 5 }));
  await counting.until(5);
  await eventually(() => readdirSync(received).length === 5, 'DCMTK has not got all');
  // What comes once more is no news.
  await storeOverWeb(server.origin, files({ study: 1, from: 5, count: 4 }));
  await counting.until(8);
  await eventually(() => readdirSync(received).length === 8, 'DCMTK has not got the addition');
  assert.deepEqual([...new Set(counting.confirmed.values())], [1]);
  await eventually(
    async () => (await server.jobs()).every(({ state }: { state: string }) => state === 'done'),
    'a job is not done',
  );
  // On a slow machine a study may seem complete between two objects: then there are more jobs, never more objects.
  const jobs: { destination: string; total: number; cause: string }[] = await server.jobs();
  for (const destination of ['DCMTK', 'DESTINATION']) {
    const of = jobs.filter((job) => job.destination === destination);
    assert.ok(of.length >= 2, `${of.length} jobs`);
    assert.equal(
      of.reduce((sum, { total }) => sum + total, 0),
      8,
    );
  }
  assert.deepEqual([...new Set(jobs.map(({ cause }) => cause))], ['rule R']);
});

test('[ES-FWD-02] a rule holds for what it names, and only for what comes after it; off and removed it sends nothing', async (t) => {
  const peer = await startReceivingPeer(t);
  const { server } = await startWith(t, [peerOf('DESTINATION', peer.port)]);
  await storeOverWeb(server.origin, files({ study: 1, count: 1 }));
  const ruleId = await server.add({
    when: 'series complete',
    modalities: ['C?'],
    bodyParts: ['KNEE'],
    keys: { PatientID: 'P*', InstanceNumber: '2' },
    destinations: ['DESTINATION'],
  });
  await storeOverWeb(server.origin, files({ study: 1, from: 2, count: 1, bodyPart: 'HAND' }));
  await storeOverWeb(server.origin, files({ study: 2, count: 3, bodyPart: 'Knee' }));
  await storeOverWeb(server.origin, files({ study: 3, count: 3, bodyPart: 'KNEE', modality: 'MR' }));
  await peer.until(1);
  const { body: rule } = await server.call('GET', '/api/rules');
  assert.equal(rule[0].ruleId, ruleId);
  const { ruleId: _, since: __, ...content } = rule[0];
  await server.call('POST', `/api/rules/${ruleId}`, { ...content, state: 'off' });
  await storeOverWeb(server.origin, files({ study: 4, count: 3, bodyPart: 'KNEE' }));
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await server.call('POST', `/api/rules/${ruleId}/remove`);
  assert.deepEqual([...peer.confirmed.keys()], [`${study(2)}.1.2`]);
  assert.equal((await server.jobs()).length, 1);
});

test('[ES-FWD-04] one dead destination holds up no other; its jobs outlive a kill and arrive when it is there, each object once', async (t) => {
  const late = await startRelay(t);
  const alive = await startReceivingPeer(t, { finds: true });
  const { server: first, start } = await startWith(t, [peerOf('LATE', late.port), peerOf('DESTINATION', alive.port)], {
    sendAttempts: 100,
    sendLongestWait: 1,
  });
  await first.add({ when: 'at once', destinations: ['LATE', 'DESTINATION'] });
  await storeOverWeb(first.origin, files({ study: 1, count: 20 }));
  await alive.until(20);
  const { body } = await first.call('GET', '/api/jobs?limit=50');
  const waiting = body.filter(({ destination }: { destination: string }) => destination === 'LATE');
  assert.ok(waiting.length > 0 && waiting.every(({ sent }: { sent: number }) => sent === 0));
  await storeOverWeb(first.origin, files({ study: 2, count: 10 }));
  await first.end('SIGKILL');
  const peer = await startReceivingPeer(t, { aeTitle: 'LATE', finds: true });
  late.lead(peer.port);
  const server = await start();
  await peer.until(30);
  await alive.until(30);
  await eventually(
    async () => (await server.jobs()).every(({ state }: { state: string }) => state === 'done'),
    'a job is not done',
  );
  assert.deepEqual([...new Set(peer.confirmed.values())], [1]);
  assert.deepEqual([...new Set(alive.confirmed.values())], [1]);
});

test('killed at any moment between the storing of a study and its sending, a server sends all of it and nothing twice', async (t) => {
  const peer = await startReceivingPeer(t, { finds: true });
  const { server: first, start } = await startWith(t, [peerOf('DESTINATION', peer.port)]);
  await first.add({ when: 'study complete', destinations: ['DESTINATION'] });
  let server = first;
  for (const [round, wait] of [0, 1100, 1300].entries()) {
    await storeOverWeb(server.origin, files({ study: round + 1, count: 12 }));
    await new Promise((resolve) => setTimeout(resolve, wait));
    await server.end('SIGKILL');
    server = await start();
  }
  await peer.until(36);
  await eventually(
    async () => (await server.jobs()).every(({ state }: { state: string }) => state === 'done'),
    'a job is not done',
  );
  assert.deepEqual([...new Set(peer.confirmed.values())], [1]);
  const total = (await server.jobs()).reduce((sum: number, job: { total: number }) => sum + job.total, 0);
  assert.equal(total, 36);
});

test('[ES-FWD-05] two servers that forward to each other come to rest after one round; nothing goes back to who sent it', async (t) => {
  const [toA, toB] = [await startRelay(t), await startRelay(t)];
  const there = { calledAeTitle: 'any' };
  const [{ server: serverA }, { server: serverB }] = [
    await startWith(t, [peerOf('B', toB.port)], { ...there, aeTitle: 'A' }),
    await startWith(t, [peerOf('A', toA.port)], { ...there, aeTitle: 'B' }),
  ];
  toA.lead(serverA.dicomPort);
  toB.lead(serverB.dicomPort);
  await serverA.add({ when: 'at once', destinations: ['B'] });
  await serverB.add({ when: 'at once', destinations: ['A'] });
  const path = join(await temporaryFolder(), 'one.dcm');
  const [file] = files({ study: 1, count: 1 });
  writeFileSync(path, file ?? '');
  assert.equal((await run('storescu', '-aet', 'ROOM1', '127.0.0.1', String(serverA.dicomPort), path)).exitCode, 0);
  await eventually(
    async () => (await serverB.call('GET', '/api/system')).body.statistics.instances === 1,
    'B has not got it',
  );
  await new Promise((resolve) => setTimeout(resolve, 3500));
  assert.equal((await serverA.jobs()).length, 1);
  assert.deepEqual(await serverB.jobs(), []);
  const { body: tried } = await serverB.call('POST', '/api/rules/try', {
    rule: { name: 'X', destinations: ['A'] },
  });
  assert.deepEqual(tried[0].destinations, [{ destination: 'A', instances: 0, cameFromThere: 1 }]);
});

test('a dry run says what a rule would have done and does nothing; rules that mean nothing are refused in words', async (t) => {
  const { server } = await startWith(t, [peerOf('DESTINATION', 1)]);
  await storeOverWeb(server.origin, files({ study: 1, count: 4 }));
  await storeOverWeb(server.origin, files({ study: 2, count: 2, modality: 'MR' }));
  const rule = { name: 'CT only', modalities: ['CT'], destinations: ['DESTINATION'] };
  const { body: tried } = await server.call('POST', '/api/rules/try', { rule });
  assert.deepEqual(
    tried.map(
      ({ total, held, destinations }: { total: number; held: number; destinations: { instances: number }[] }) => [
        total,
        held,
        destinations[0]?.instances,
      ],
    ),
    [
      [2, 0, 0],
      [4, 4, 4],
    ],
  );
  const past = { rule, since: '2020-01-01T00:00:00Z', until: '2020-01-02T00:00:00Z' };
  assert.deepEqual((await server.call('POST', '/api/rules/try', past)).body, []);
  assert.deepEqual(await server.jobs(), []);
  const wrong = async (content: object) => {
    const { status, body } = await server.call('POST', '/api/rules', {
      name: 'X',
      destinations: ['DESTINATION'],
      ...content,
    });
    return [status, body.detail];
  };
  assert.deepEqual(await wrong({ destinations: ['NOBODY'] }), [404, 'No peer is called "NOBODY".']);
  assert.equal((await wrong({ destinations: [] }))[0], 400);
  assert.match(String((await wrong({ keys: { NoSuchThing: '1' } }))[1]), /is no attribute/);
  assert.match(String((await wrong({ from: '25:00' }))[1]), /must be a time/);
  assert.match(String((await wrong({ whatever: 1 }))[1]), /whatever/);
  assert.equal(
    (await server.call('POST', '/api/rules/nothing', { name: 'X', destinations: ['DESTINATION'] })).status,
    404,
  );
});

/** A time of the day as rules have it, so many hours from now. */
const hoursFromNow = (hours: number): string => {
  const at = new Date(Date.now() + hours * 3_600_000);
  return [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
};

test('a rule holds by who sent, and by the time of day; an expected count sends long before the quiet time ends; a paused rule makes jobs that wait', async (t) => {
  const [caller, open, shut, counted, waiting] = await Promise.all(
    ['CALLER', 'OPEN', 'SHUT', 'COUNTED', 'WAITING'].map((aeTitle) => startReceivingPeer(t, { aeTitle })),
  );
  assert.ok(caller && open && shut && counted && waiting);
  const peers = Object.entries({ caller, open, shut, counted, waiting }).map(([name, { port }]) =>
    peerOf(name.toUpperCase(), port),
  );
  const { server, folder } = await startWith(t, peers, { quietTime: 3600 });
  const atOnce = { when: 'at once' };
  await server.add({ ...atOnce, callingAeTitles: ['ROOM?'], destinations: ['CALLER'] });
  await server.add({ ...atOnce, from: hoursFromNow(6), until: hoursFromNow(10), destinations: ['SHUT'] });
  await server.add({ ...atOnce, from: hoursFromNow(-6), until: hoursFromNow(6), destinations: ['OPEN'] });
  await server.add({ when: 'study complete', destinations: ['COUNTED'] });
  const content = { name: 'W', ...atOnce, destinations: ['WAITING'], priority: 'high' };
  const ruleId = await server.add({ ...content, state: 'paused' });
  const expected = { studyInstanceUid: study(1), count: 3 };
  assert.equal((await server.call('POST', '/api/transfers/expected', expected)).status, 200);
  for (const [index, aeTitle] of ['ROOM1', 'WARD1', 'ROOM2'].entries()) {
    assert.equal(counted.confirmed.size, 0, 'not all is here');
    const path = join(folder, 'one.dcm');
    writeFileSync(path, files({ study: 1, from: index + 1, count: 1 })[0] ?? '');
    const titles = ['-aet', aeTitle, '-aec', 'CONCORD'];
    const { exitCode } = await run('storescu', ...titles, '127.0.0.1', String(server.dicomPort), path);
    assert.equal(exitCode, 0);
  }
  await Promise.all([caller.until(2), open.until(3), counted.until(3)]);
  assert.deepEqual(
    [...caller.confirmed.keys()].sort(),
    [1, 3].map((number) => `${study(1)}.1.${number}`),
  );
  const to = async (destination: string) =>
    (await server.jobs()).filter((job: { destination: string }) => job.destination === destination);
  assert.deepEqual([shut.confirmed.size, await to('SHUT')], [0, []]);
  const held: { state: string; priority: string }[] = await to('WAITING');
  assert.deepEqual([...new Set(held.map(({ state, priority }) => `${state} ${priority}`))], ['paused high']);
  assert.equal(waiting.confirmed.size, 0);
  await server.call('POST', `/api/rules/${ruleId}`, { ...content, state: 'on' });
  await waiting.until(3);
});
