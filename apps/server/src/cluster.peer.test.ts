// Several servers on one PostgreSQL and one S3 store: what one stores the others have; one that is killed, or a database that
// restarts in the middle, loses nothing that was confirmed.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { assertNothingLost, startSending, uidOf, until } from '../testing/cluster-senders.ts';
import { jobClient } from '../testing/job-client.ts';
import { inPostgres, startPostgres } from '../testing/postgres.ts';
import { type ServerProcess, startServerProcess } from '../testing/programs.ts';
import { temporaryFolder } from '../testing/real-archive.ts';
import { startReceivingPeer } from '../testing/receiving-peer.ts';
import { startS3Server } from '../testing/s3-server.ts';
import { startSilentRelay } from '../testing/silent-relay.ts';
import { backup } from './backup/backup.ts';
import { copyIndex } from './backup/copy-index.ts';
import { restore } from './backup/restore.ts';
import { createClient } from './objects/s3/s3-client.ts';
import { readConfiguration } from './settings/read-configuration.ts';
import { openStored } from './verify/open-stored.ts';

const [postgres, s3] = await Promise.all([startPostgres({ after }, { durable: true }), startS3Server({ after })]);
const credentials = { accessKeyId: s3.accessKey, secretAccessKey: s3.secretKey };
const client = createClient({ bucket: '', prefix: '', region: 'us-east-1', endpoint: s3.endpoint, credentials });
after(() => client.destroy());

/** An index and a bucket of its own, shared by the nodes of one test. */
async function sharedStores(name: string) {
  await inPostgres(postgres.url, `create database ${name}`);
  // The S3 server may be one that was there before.
  const bucket = `${name}-${randomBytes(4).toString('hex')}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return [
    ...['--database-url', postgres.url.replace('/postgres?', `/${name}?`), '--store', `s3://${bucket}/objects`],
    ...['--s3-endpoint', s3.endpoint, '--s3-access-key', s3.accessKey, '--s3-secret-key', s3.secretKey],
  ];
}

describe('several servers', () => {
  test('what one stores the other finds and gives; one that is killed loses nothing, the other goes on and ends what the dead one was sending, nothing twice', async (t) => {
    const peer = await startReceivingPeer(t, {
      answer: () => new Promise((resolve) => setTimeout(resolve, 100)),
      finds: true,
    });
    const config = join(await temporaryFolder(), 'concord.json');
    const peers = [{ aeTitle: 'DESTINATION', host: '127.0.0.1', port: peer.port }];
    writeFileSync(config, JSON.stringify({ peers, jobLease: 5 }));
    const settings = [...(await sharedStores('cluster')), '--config', config];
    const folders = [await temporaryFolder(), await temporaryFolder()];
    const [first, second] = await Promise.all(folders.map((data) => startServerProcess(t, data, ...settings)));
    assert.ok(first && second);
    const senders = [startSending(first, 1), startSending(first, 2), startSending(second, 3), startSending(second, 4)];
    await until('objects are confirmed', () => senders.every(({ confirmed }) => confirmed.size > 3));
    const jobId = await jobClient(first.httpPort).send('DESTINATION', { patientId: 'PID001' });
    await peer.until(1);
    await first.end('SIGKILL');
    const so = senders.map(({ confirmed }) => confirmed.size);
    await until('the other goes on', () =>
      senders.slice(2).every(({ confirmed }, at) => confirmed.size > (so[at + 2] ?? 0)),
    );
    await Promise.all(senders.map((sender) => sender.stop()));
    const done = await jobClient(second.httpPort).until(jobId, 'done', 'failed');
    assert.deepEqual([done.state, done.sent, peer.confirmed.size], ['done', done.total, done.total]);
    assert.deepEqual([...new Set(peer.confirmed.values())], [1], 'nothing came twice');
    const again = await startServerProcess(t, folders[0] ?? '', ...settings);
    await assertNothingLost(settings, folders[0] ?? '', senders);
    for (const server of [again, second]) {
      const studies = await fetch(`http://127.0.0.1:${server.httpPort}/dicom-web/studies`);
      assert.equal(((await studies.json()) as unknown[]).length, 4);
      const study = `http://127.0.0.1:${server.httpPort}/dicom-web/studies/${uidOf(1, 1).slice(0, -2)}`;
      const frames = await fetch(`${study}/series/${uidOf(1, 1).slice(0, -2)}.0/instances/${uidOf(1, 1)}/frames/1`);
      assert.equal(frames.status, 200);
      await frames.arrayBuffer();
    }
    const target = join(await temporaryFolder(), 'backup');
    const configuration = readConfiguration(['--data', folders[0] ?? '', ...settings], {});
    await using stored = await openStored(configuration);
    const summary = await backup(
      { ...stored, copyIndex: (file) => copyIndex(configuration, file) },
      {
        target,
        parallel: 4,
        bytesPerSecond: 0,
        recheck: false,
        signal: new AbortController().signal,
        now: () => new Date(),
        found: (finding) => assert.fail(finding.detail),
      },
    );
    const none = { parallel: 4, bytesPerSecond: 0, signal: new AbortController().signal, damaged: assert.fail };
    const restored = join(await temporaryFolder(), 'restored');
    assert.deepEqual(
      (await restore(readConfiguration(['--data', restored], {}), { source: target, ...none })).objects,
      summary.objects,
    );
    assert.equal((await assertNothingLost([], restored, senders)).rows, summary.objects);
    const plain = await startServerProcess(t, restored);
    const study = uidOf(1, 1).slice(0, -2);
    const metadata = await fetch(`http://127.0.0.1:${plain.httpPort}/dicom-web/studies/${study}/metadata`);
    assert.equal(metadata.status, 200);
    await metadata.arrayBuffer();
    assert.equal(await plain.end(), 0);
    for (const server of [again, second]) assert.equal(await server.end(), 0);
  });

  test('a database that is killed in mid-ingest, or goes silent: refused with A701 in time until it is back, and nothing confirmed is lost', async (t) => {
    const settings = await sharedStores('restart');
    const address = settings.indexOf('--database-url') + 1;
    const relay = await startSilentRelay(t, settings[address] ?? '');
    settings[address] = relay.url;
    settings.push('--database-timeout', '1');
    const data = await temporaryFolder();
    const server = await startServerProcess(t, data, ...settings);
    const senders = [1, 2, 3].map((sender) => startSending(server, sender));
    await until('objects are confirmed', () => senders.every(({ confirmed }) => confirmed.size > 2));
    await postgres.stop('immediate');
    await until('objects are refused', () => senders.every(({ statuses }) => statuses.includes(0xa701)));
    const before = senders.map(({ confirmed }) => confirmed.size);
    await postgres.start();
    await until('it goes on', () => senders.every(({ confirmed }, at) => confirmed.size > (before[at] ?? 0)));
    // What is asked never arrives; what arrives and is carried out is never answered.
    for (const what of ['questions', 'answers'] as const) {
      const heard = senders.map(({ statuses }) => statuses.length);
      relay.swallow(what);
      await until(`objects are refused without ${what}`, () =>
        senders.every(({ statuses }, at) => statuses.slice(heard[at]).includes(0xa701)),
      );
      const so = senders.map(({ confirmed }) => confirmed.size);
      relay.swallow('nothing');
      await until('it goes on', () => senders.every(({ confirmed }, at) => confirmed.size > (so[at] ?? 0)));
    }
    for (const sender of senders) assert.ok(sender.longest() < 120_000, `${sender.longest()} ms for an answer`);
    await Promise.all(senders.map((sender) => sender.stop()));
    for (const { statuses } of senders) {
      assert.deepEqual(
        statuses.filter((code) => code !== 0 && code !== 0xa701),
        [],
      );
    }
    await server.logged(/an object could not be stored/);
    await server.logged(/no answer within 1 s/);
    await server.end('SIGTERM');
    const again = await startServerProcess(t, data, ...settings);
    await assertNothingLost(settings, data, senders);
    await again.end();
  });

  test('objects of a data folder move to S3 by age: killed again and again, nothing is lost, and each is found where it is', async (t) => {
    const bucket = `moved-${randomBytes(4).toString('hex')}`;
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    const credentialsOf = [
      '--s3-endpoint',
      s3.endpoint,
      '--s3-access-key',
      s3.accessKey,
      '--s3-secret-key',
      s3.secretKey,
    ];
    const settings = ['--move-to', `s3://${bucket}/old`, '--move-after', '0', ...credentialsOf];
    const data = await temporaryFolder();
    const first = await startServerProcess(t, data);
    const senders = [1, 2].map((sender) => startSending(first, sender));
    await until('objects are confirmed', () => senders.every(({ confirmed }) => confirmed.size > 20));
    await Promise.all(senders.map((sender) => sender.stop()));
    assert.equal(await first.end(), 0);
    const confirmed = senders.reduce((sum, sender) => sum + sender.confirmed.size, 0);
    const movedSoFar = async ({ httpPort }: ServerProcess): Promise<number> => {
      const use = (await (await fetch(`http://127.0.0.1:${httpPort}/api/storage`)).json()) as {
        moved: { objects: number };
      };
      return use.moved.objects;
    };
    // Its first round begins at once: it is killed somewhere in it.
    for (const wait of [0, 30, 90]) {
      const server = await startServerProcess(t, data, ...settings);
      await new Promise((resolve) => setTimeout(resolve, wait));
      await server.end('SIGKILL');
      await assertNothingLost(settings, data, senders);
    }
    let server = await startServerProcess(t, data, ...settings);
    for (const deadline = Date.now() + 90_000; (await movedSoFar(server)) < confirmed; ) {
      assert.ok(Date.now() < deadline, 'all are moved within 90 s');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    // The next start removes the files: nobody reads them any more.
    assert.equal(await server.end(), 0);
    server = await startServerProcess(t, data, ...settings);
    const study = `http://127.0.0.1:${server.httpPort}/dicom-web/studies/${uidOf(1, 1).slice(0, -2)}`;
    const whole = await fetch(study, { headers: { accept: 'multipart/related; type="application/dicom"' } });
    assert.equal(whole.status, 200);
    assert.ok((await whole.arrayBuffer()).byteLength > 600_000);
    assert.equal(await server.end(), 0);
    const { rows } = await assertNothingLost(settings, data, senders);
    assert.equal(rows, confirmed);
    await assert.rejects(startServerProcess(t, data), /ended with 2: --move-to: objects of this archive were moved/);
  });

  test('a second server with files of its own on a shared index, and an S3 that is not there, are refused', async (t) => {
    await inPostgres(postgres.url, 'create database files');
    const settings = ['--database-url', postgres.url.replace('/postgres?', '/files?')];
    const first = await startServerProcess(t, await temporaryFolder(), ...settings);
    await assert.rejects(startServerProcess(t, await temporaryFolder(), ...settings), /ended with 2: --store: another/);
    await first.end();
    const nowhere = ['--store', 's3://nothing', '--s3-endpoint', 'http://127.0.0.1:1', '--s3-access-key', 'x'];
    const wrong = startServerProcess(t, await temporaryFolder(), ...nowhere, '--s3-secret-key', 'secretsecret');
    await assert.rejects(
      wrong,
      (error: Error) => /ended with 2: --store:/.test(error.message) && !/secretsecret/.test(error.message),
    );
  });
});
