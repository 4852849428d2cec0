// A whole server whose clock is set anew by hours and years, to and fro, while it works (libfaketime): nothing is lost, nothing goes too early, jobs go on.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertNothingLost, startSending, until } from '../testing/cluster-senders.ts';
import { jobClient } from '../testing/job-client.ts';
import { startAtTime, startServerAtTime } from '../testing/programs.ts';
import { temporaryFolder } from '../testing/real-archive.ts';
import { startReceivingPeer } from '../testing/receiving-peer.ts';

interface Sums {
  readonly year: number;
  readonly rejected: number;
  readonly purged: number;
  readonly studies: number;
}

test('while the clock leaps senders store, jobs are tried again, studies become complete and go out once; a start years later finds all', async (t) => {
  const folder = await temporaryFolder();
  const [config, data, clock] = ['concord.json', 'data', 'clock'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  let full = true;
  const peer = await startReceivingPeer(t, { answer: async () => (full ? 0xa700 : undefined) });
  const ruled = await startReceivingPeer(t, { aeTitle: 'RULED' });
  const peers = [
    { aeTitle: 'DESTINATION', host: '127.0.0.1', port: peer.port },
    { aeTitle: 'RULED', host: '127.0.0.1', port: ruled.port },
  ];
  const retention = [{ name: 'old', olderThan: 30 }];
  writeFileSync(config, JSON.stringify({ peers, quietTime: 1, sendRetryWait: 1, retention, purgeAfter: 30 }));
  const set = (to: string) => writeFileSync(clock, `${to}\n`);
  set('+0');
  const server = await startServerAtTime(t, clock, data, '--config', config);
  const client = jobClient(server.httpPort);
  const { status } = await client.call('POST', '/api/rules', { name: 'R', destinations: ['RULED'] });
  assert.equal(status, 200);
  const senders = [startSending(server, 1), startSending(server, 2)];
  t.after(() => Promise.all(senders.map((sender) => sender.stop())));
  const goOn = async (words: string) => {
    const before = senders.map(({ confirmed }) => confirmed.size);
    await until(words, () => senders.every(({ confirmed }, at) => confirmed.size > (before[at] ?? 0) + 2));
  };
  await goOn('objects are confirmed');
  const jobId = await client.send('DESTINATION', { patientId: 'PID001' });
  await client.until(jobId, 'waiting');
  const noticed = () => server.log().split('the clock was set anew').length;
  for (const leap of ['+400d', '-700d', '+5h', '-5h', '-700d']) {
    const before = noticed();
    set(leap);
    await goOn(`objects are confirmed after ${leap}`);
    await until(`${leap} is noticed`, () => noticed() > before);
  }
  await Promise.all(senders.map((sender) => sender.stop()));
  full = false;
  // It waits for the seconds it was told, whatever year it is.
  const sent = await client.until(jobId, 'done', 'failed');
  assert.deepEqual([sent.state, sent.sent, sent.total], ['done', sent.total, sent.total]);
  set('+3650d');
  const late = startSending(server, 3);
  senders.push(late);
  await until('objects are confirmed in ten years', () => late.confirmed.size > 2);
  await late.stop();
  const confirmed = senders.reduce((sum, sender) => sum + sender.confirmed.size, 0);
  await ruled.until(confirmed);
  assert.equal(await server.end(), 0);
  set('-3650d');
  const again = await startServerAtTime(t, clock, data, '--config', config);
  const after = jobClient(again.httpPort);
  const { body } = await after.call('GET', '/api/jobs');
  for (const job of body as { jobId: string }[])
    assert.equal((await after.until(job.jobId, 'done', 'failed')).state, 'done');
  assert.equal(await again.end(), 0);
  assert.equal((await assertNothingLost([], data, senders)).rows, confirmed);
  assert.deepEqual([...new Set([...peer.confirmed.values(), ...ruled.confirmed.values()])], [1], 'nothing came twice');
});

test('rules about age do nothing after a leap of years, nor after a restart, until somebody has confirmed the clock', async (t) => {
  const folder = await temporaryFolder();
  const clock = join(folder, 'clock');
  const set = (to: string) => writeFileSync(clock, `${to}\n`);
  set('+0');
  const program = join(import.meta.dirname, '../testing/keep-by-age.ts');
  const start = async () => {
    const { say, line, end } = startAtTime(t, clock, program, folder);
    assert.equal(await line(), 'ready');
    const round = async (what = ''): Promise<Sums> => {
      say(`round ${what}`);
      return JSON.parse(await line());
    };
    return { round, end };
  };
  const first = await start();
  const { year } = await first.round();
  assert.deepEqual(await first.round(), { year, rejected: 0, purged: 0, studies: 1 });
  set('+1500d');
  for (const _ of [1, 2]) {
    const { year: then, ...sums } = await first.round();
    assert.ok(then >= year + 4, `it is ${then}`);
    assert.deepEqual(sums, { rejected: 0, purged: 0, studies: 1 });
  }
  await first.end();
  const second = await start();
  assert.deepEqual({ ...(await second.round()), year }, { year, rejected: 0, purged: 0, studies: 1 });
  set('-1500d');
  assert.deepEqual({ ...(await second.round()), year }, { year, rejected: 0, purged: 0, studies: 1 });
  set('+1500d');
  const { rejected, purged, studies } = await second.round('acknowledge');
  assert.deepEqual(
    { rejected, purged, studies },
    { rejected: 1, purged: 1, studies: 0 },
    'the clock is right after all',
  );
  await second.end();
});
