// The S3 store against a real S3 server: the suite of every store, large objects part by part, and what nodes leave behind.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { CreateBucketCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { bytes, get, objectStoreSuite, put, sealOf, unsettledIn } from '../../../testing/object-store-suite.ts';
import { startS3Server } from '../../../testing/s3-server.ts';
import { openTestIndex } from '../../../testing/test-index.ts';
import { type Database, sql } from '../../database/database.ts';
import { createClient, type S3Settings } from './s3-client.ts';
import { openS3Reader, openS3Store } from './s3-store.ts';

const { endpoint, accessKey, secretKey } = await startS3Server({ after });
const server: Omit<S3Settings, 'prefix'> = {
  bucket: 's3-store-tests',
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
};
const client = createClient({ ...server, prefix: '' });
after(() => client.destroy());
await client.send(new CreateBucketCommand({ Bucket: server.bucket }));

const indexes = new Map<string, Promise<Database>>();
after(() => Promise.all([...indexes.values()].map(async (index) => (await index).close())));

let clock = Date.parse('2026-01-01T00:00:00Z');
/** What passes whatever is done to the clock. */
let passed = 0;
const open = async (folder: string, more: Partial<Parameters<typeof openS3Store>[0]> = {}) => {
  const index = indexes.get(folder) ?? openTestIndex(folder);
  indexes.set(folder, index);
  const prefix = folder.slice(folder.lastIndexOf('/') + 1);
  const failed = (error: unknown) => assert.fail(String(error));
  return openS3Store({
    ...server,
    prefix,
    database: await index,
    node: 'a',
    now: () => new Date(clock),
    steady: () => passed,
    failed,
    ...more,
  });
};

objectStoreSuite('S3 store', (folder) => open(folder), 's3/000000900/000000900000.dcm', { onDisk: false });

describe('S3', async () => {
  const { temporaryFolder } = await import('../../../testing/real-archive.ts');

  test('a large object goes part by part, and is read back whole and in ranges', async () => {
    const folder = await temporaryFolder();
    const store = await open(folder, { partSize: 5 * 1024 * 1024 });
    const content = bytes(23_000_000);
    const pieces = Array.from({ length: 230 }, (_, index) => content.subarray(index * 100_000, (index + 1) * 100_000));
    const { key } = await put(store, ...pieces);
    assert.ok((await get(store, key)).equals(content));
    assert.ok(
      (await get(store, key, { start: 5_242_870, end: 5_242_900 })).equals(content.subarray(5_242_870, 5_242_900)),
    );
    await store.close();
  });

  test('an abandoned upload leaves no parts behind', async () => {
    const store = await open(await temporaryFolder(), { partSize: 5 * 1024 * 1024 });
    const writer = await store.create();
    for (let index = 0; index < 120; index += 1) await writer.write(bytes(100_000));
    await writer.abandon();
    const { Uploads: uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: server.bucket }));
    assert.deepEqual(uploads, []);
    assert.equal(await store.size(writer.key), undefined);
    await store.close();
  });

  test('parts that a crash left behind go with the next start', async () => {
    const folder = await temporaryFolder();
    const crashed = await open(folder, { partSize: 5 * 1024 * 1024 });
    const writer = await crashed.create();
    for (let index = 0; index < 120; index += 1) await writer.write(bytes(100_000));
    const uploads = async () => {
      const listed = await client.send(new ListMultipartUploadsCommand({ Bucket: server.bucket }));
      return listed.Uploads?.length ?? 0;
    };
    for (let tries = 0; (await uploads()) === 0 && tries < 100; tries += 1) await new Promise(setImmediate);
    assert.equal(await uploads(), 1);
    const again = await open(folder);
    assert.deepEqual(await unsettledIn(again), []);
    await again.settle();
    assert.equal(await uploads(), 0);
    await again.close();
    await crashed.close();
  });

  test('what a node left is found by itself at once, by others when it has been dead for long', async () => {
    const folder = await temporaryFolder();
    const dead = await open(folder);
    const writer = await dead.create();
    await writer.write(bytes(10));
    await writer.commit(sealOf([bytes(10)]));
    const beside = await open(folder, { node: 'b' });
    assert.deepEqual(await unsettledIn(beside), [], 'its lease still runs');
    await beside.settle();
    await put(beside, bytes(20));
    await beside.close();
    const again = await open(folder);
    assert.deepEqual(
      (await unsettledIn(again)).map(({ key }) => key),
      [writer.key],
    );
    clock += 3_600_000;
    const later = await open(folder, { node: 'c' });
    assert.deepEqual(await unsettledIn(later), [], 'the clock may be wrong');
    passed += 600_000;
    assert.equal(await later.takeOver?.(), true);
    assert.deepEqual(
      (await unsettledIn(later)).map(({ key }) => key),
      [writer.key],
    );
    await later.settle();
    await later.close();
    const last = await open(folder, { node: 'd' });
    assert.deepEqual(await unsettledIn(last), []);
    for (const store of [dead, again, last]) await store.close();
  });

  test('a node that runs takes over what one that died left behind, once, and keeps its hands off those that live', async () => {
    const folder = await temporaryFolder();
    const [running, other] = await Promise.all(['a', 'b'].map((node) => open(folder, { node })));
    const dead = await open(folder, { node: 'dead' });
    assert.ok(running?.takeOver && other?.takeOver);
    const kept = await put(running, bytes(30));
    const writer = await dead.create();
    await writer.write(bytes(10));
    await writer.commit(sealOf([bytes(10)]));
    assert.equal(await running.takeOver(), false, 'its lease still runs');
    assert.deepEqual(await unsettledIn(running), []);
    // An hour later those that live have renewed theirs.
    clock += 3_600_000;
    const database = await indexes.get(folder);
    await database?.batch([
      sql`update object_block set leased_until = ${new Date(clock + 600_000).toISOString()} where node in ('a', 'b')`,
    ]);
    assert.deepEqual(await Promise.all([running.takeOver(), other.takeOver()]), [false, false], 'it may live');
    passed += 600_000;
    const taken = await Promise.all([running.takeOver(), other.takeOver()]);
    assert.deepEqual(taken.toSorted(), [false, true]);
    const sweeping = taken[0] ? running : other;
    assert.deepEqual(
      (await unsettledIn(sweeping)).map(({ key }) => key),
      [writer.key],
    );
    await sweeping.settle();
    assert.equal(await sweeping.takeOver?.(), false);
    assert.ok((await get(other, kept.key)).equals(bytes(30)));
    for (const store of [running, other, dead]) await store.close();
  });

  test('a clock that leaps takes nothing from a node that lives; one that stood still hears that it lost what it had', async () => {
    const folder = await temporaryFolder();
    const [living, other] = await Promise.all(['a', 'b'].map((node) => open(folder, { node })));
    assert.ok(living?.takeOver && other?.takeOver);
    const begun = async () => {
      const writer = await living.create();
      await writer.write(bytes(10));
      return writer;
    };
    const first = await begun();
    clock += 400 * 86_400_000;
    assert.equal(await other.takeOver(), false);
    passed += 599_000;
    assert.equal(await other.takeOver(), false, 'who lives renews within that time');
    assert.equal(await first.commit(sealOf([bytes(10)])), 'synced');
    first.settle();
    const second = await begun();
    passed += 1000;
    assert.equal(await other.takeOver(), true, 'it has stood still for as long as its lease');
    const third = await begun();
    assert.notEqual(Math.floor(third.number / 1000), Math.floor(second.number / 1000), 'a block of its own again');
    await assert.rejects(second.commit(sealOf([bytes(10)])), /stood still too long/);
    assert.equal(await third.commit(sealOf([bytes(10)])), 'synced');
    third.settle();
    assert.deepEqual(
      (await unsettledIn(other)).map(({ key }) => key),
      [first.key],
    );
    await other.settle();
    for (const store of [living, other]) await store.close();
  });

  test('two nodes never give the same number, and read what the other stored', async () => {
    const folder = await temporaryFolder();
    const nodes = await Promise.all(['a', 'b'].map((node) => open(folder, { node })));
    const [one, other] = nodes;
    assert.ok(one && other);
    const written = await Promise.all(
      Array.from({ length: 40 }, (_, index) => put(index % 2 ? one : other, bytes(100, index))),
    );
    assert.equal(new Set(written.map(({ number }) => number)).size, 40);
    for (const [index, { key }] of written.entries())
      assert.ok((await get(index % 2 ? other : one, key)).equals(bytes(100, index)));
    const reader = openS3Reader({ ...server, prefix: folder.slice(folder.lastIndexOf('/') + 1) }, () => false);
    const listed = await Array.fromAsync(reader.list());
    assert.deepEqual(
      listed.map(({ number }) => number),
      written.map(({ number }) => number).toSorted((a, b) => a - b),
    );
    await reader.close();
    for (const node of nodes) await node.close();
  });

  test('a missing bucket and wrong keys are said so', async () => {
    await assert.rejects(
      open(await temporaryFolder(), { bucket: 'nothing-here' }),
      /bucket nothing-here: the server has no such bucket, and Concord makes none$/,
    );
    const credentials = { accessKeyId: accessKey, secretAccessKey: 'wrong' };
    await assert.rejects(open(await temporaryFolder(), { credentials }), {
      name: 'StoreError',
      fault: 'failed',
      message: /refuses the access key, its secret, .* \(403\)$/,
    });
  });
});
