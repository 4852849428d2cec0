// A running server tells its peers what it has: when a study is complete, again when more came, until it is answered; never others.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { bind, instanceAvailability, listen, service } from '@concord/network';
import { madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { startReceivingPeer } from '../../testing/receiving-peer.ts';
import { startRelay } from '../../testing/relay.ts';
import { type Notification, readNotification } from './notification.ts';

const patienceMs = 90_000;

const eventually = async (what: () => Promise<boolean> | boolean, words: string): Promise<void> => {
  for (const end = Date.now() + patienceMs; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50)))
    if (await what()) return;
  assert.fail(words);
};

/** Answers with the statuses in turn, then with success. */
async function startListener(t: TestContext, statuses: readonly number[]) {
  const told: (Notification | undefined)[] = [];
  const retrieve = new Set<string | undefined>();
  const taking = service({
    ...instanceAvailability,
    operations: { 'N-CREATE': { statuses: { 0x0000: 'noted', 0x0110: 'not now' } } },
  });
  const bound = bind(taking, {
    async 'N-CREATE'({ dataSet }) {
      told.push(dataSet && readNotification(dataSet));
      for (const series of dataSet?.items('ReferencedSeriesSequence') ?? [])
        for (const item of series.items('ReferencedSOPSequence')) retrieve.add(item.string('RetrieveAETitle'));
      return { code: (statuses[told.length - 1] ?? 0x0000) as 0x0000 };
    },
  });
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    applicationEntities: [{ aeTitle: 'RIS', services: [bound] }],
  });
  t.after(() => acceptor.close({ graceMs: 0 }));
  return { told, retrieve, port: acceptor.port };
}

const file = (number: number) => madeFile({ instance: `${madeSeries}.${number}`, instanceNumber: number });

test('a peer is told of a complete study until it answers, and again of what comes later; one that is not to be told is not', async (t) => {
  const relay = await startRelay(t);
  const ris = await startListener(t, [0x0110]);
  const stranger = await startReceivingPeer(t, { aeTitle: 'NOTAKER' });
  const folder = await temporaryFolder();
  const config = join(folder, 'concord.json');
  const peers = [
    { aeTitle: 'RIS', host: '127.0.0.1', port: relay.port, notification: 'study complete' },
    { aeTitle: 'NOTAKER', host: '127.0.0.1', port: stranger.port, notification: 'study complete' },
    { aeTitle: 'OTHER', host: '127.0.0.1', port: stranger.port },
  ];
  writeFileSync(
    config,
    JSON.stringify({ peers, quietTime: 3600, sendRetryWait: 1, sendLongestWait: 1, sendAttempts: 100 }),
  );
  const server = await startServerProcess(t, join(folder, 'data'), '--config', config);
  const { call, origin } = jobClient(server.httpPort);
  const jobs = async (destination: string) =>
    (await call('GET', '/api/jobs')).body.filter((job: { destination: string }) => job.destination === destination);
  const expect = (count: number) => call('POST', '/api/transfers/expected', { studyInstanceUid: madeStudy, count });
  await expect(2);
  await storeOverWeb(origin, [file(1), file(2)]);
  // Nobody is there yet: the job waits, and says why.
  await eventually(async () => (await jobs('RIS'))[0]?.attempts > 0, 'no try yet');
  assert.deepEqual([(await jobs('RIS'))[0].kind, (await jobs('OTHER')).length], ['notification', 0]);
  relay.lead(ris.port);
  await eventually(
    async () => (await jobs('RIS')).every(({ state }: { state: string }) => state === 'done'),
    'not told',
  );
  const [refused, noted] = ris.told;
  assert.deepEqual(refused, noted, 'an answer that refuses is followed by the same once more');
  assert.equal(noted?.studyInstanceUid, madeStudy);
  assert.deepEqual(
    noted?.instances.map(({ sopInstanceUid }) => sopInstanceUid),
    [`${madeSeries}.1`, `${madeSeries}.2`],
  );
  assert.deepEqual([...ris.retrieve], ['CONCORD']);
  await expect(3);
  await storeOverWeb(origin, [file(3)]);
  await eventually(() => ris.told.at(-1)?.instances.length === 3, 'not told of what came later');
  // There is one job for what was complete first and one for what came later.
  const untaken = async () => (await jobs('NOTAKER')).map(({ state }: { state: string }) => state);
  await eventually(async () => (await untaken()).every((state: string) => state === 'failed'), 'a job still goes on');
  assert.equal((await untaken()).length, 2);
});
