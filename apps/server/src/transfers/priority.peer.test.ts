// A long job and a more urgent one for the same peer: the long one gives way after an object, and goes on behind it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { startReceivingPeer } from '../../testing/receiving-peer.ts';

const uid = (number: number) => `${madeSeries}.${number}`;
const urgent = `${madeStudy}.9`;

test('a high job does not wait for the end of a long low one to the same peer; neither sends anything twice', async (t) => {
  const came: string[] = [];
  const peer = await startReceivingPeer(t, {
    answer: (sopInstanceUid) => {
      came.push(sopInstanceUid);
      return new Promise((resolve) => setTimeout(resolve, 100, undefined));
    },
  });
  const folder = await temporaryFolder();
  const config = join(folder, 'concord.json');
  writeFileSync(config, JSON.stringify({ peers: [{ aeTitle: 'DESTINATION', host: '127.0.0.1', port: peer.port }] }));
  const server = await startServerProcess(t, join(folder, 'data'), '--config', config);
  const client = jobClient(server.httpPort);
  const many = Array.from({ length: 80 }, (_, at) => madeFile({ instance: uid(at + 1), instanceNumber: at + 1 }));
  await storeOverWeb(client.origin, [
    ...many,
    madeFile({ study: urgent, series: `${urgent}.1`, instance: `${urgent}.1.1` }),
  ]);
  const ask = async (priority: string, studyInstanceUid: string): Promise<string> => {
    const wanted = { destination: 'DESTINATION', selection: { studyInstanceUid }, priority };
    return (await client.call('POST', '/api/jobs', wanted)).body.jobId;
  };
  const low = await ask('low', madeStudy);
  await peer.until(3);
  const same = await ask('low', urgent);
  const high = await ask('high', urgent);
  assert.equal((await client.until(high, 'done')).sent, 1);
  assert.equal((await client.call('GET', `/api/jobs/${low}`)).body.state === 'done', false, 'the long one was first');
  const long = await client.until(low, 'done', 'failed');
  assert.deepEqual([long.state, long.sent, long.failed, long.detail], ['done', 80, 0, '']);
  assert.equal((await client.until(same, 'done')).sent, 1);
  assert.ok(came.indexOf(`${urgent}.1.1`) < 79, 'the urgent one came among the others');
  assert.equal(came.length, 82);
  assert.equal(new Set(came).size, 81);
});
