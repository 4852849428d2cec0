// An S3 server that answers 500, slowly, wrongly or not at all: nothing is called stored that is not there, and every wait ends.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import { bytes, sealOf } from '../../../testing/object-store-suite.ts';
import { temporaryFolder } from '../../../testing/real-archive.ts';
import { failure, type Script, startScriptedS3 } from '../../../testing/scripted-s3.ts';
import { openTestIndex } from '../../../testing/test-index.ts';
import { createPace } from '../../verify/pace.ts';
import { checkRow } from '../../verify/verify.ts';
import type { ObjectStore } from '../object-store.ts';
import { readSmall } from './s3-claim.ts';
import { createClient } from './s3-client.ts';
import { createNames, holderName } from './s3-names.ts';
import { openS3Store, type S3StoreOptions } from './s3-store.ts';

const internal = failure(500, 'InternalError');

/** A store on a server that does what it is told. */
async function start(t: TestContext, script: Partial<Record<string, Script>>, more: Partial<S3StoreOptions> = {}) {
  const { endpoint, asked, kept } = await startScriptedS3(t, script);
  const database = await openTestIndex(await temporaryFolder());
  const store = await openS3Store({
    bucket: 'concord',
    prefix: 'p',
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestTimeout: 300,
    tries: 2,
    database,
    node: 'n',
    now: () => new Date(),
    failed: () => undefined,
    ...more,
  });
  t.after(async () => {
    await store.close();
    await database.close();
  });
  return { store, asked, kept, script };
}

async function store(store: ObjectStore, size: number) {
  const writer = await store.create();
  const content = bytes(size);
  for (let at = 0; at < size; at += 1_000_000) await writer.write(content.subarray(at, at + 1_000_000));
  return { writer, outcome: await writer.commit(sealOf([content])).catch((error: { fault?: string }) => error.fault) };
}

const small = 1000;
const large = 12_000_000;

test('what the server does well is stored', async (t) => {
  const { store: s3, kept } = await start(t, {
    'HEAD object': (_, response) => response.writeHead(200, { 'content-length': small }).end(),
  });
  assert.equal((await store(s3, small)).outcome, 'synced');
  assert.equal(kept.size, 1);
});

test('S3 that answers 500 now and then is asked again; where it always does the object fails', async (t) => {
  let times = 0;
  const script = {
    'PUT object': (_: IncomingMessage, response: ServerResponse, body: Buffer) => {
      times += 1;
      if (times % 2 === 1) internal(response);
      else response.writeHead(200, { etag: '"x"' }).end(String(body.length * 0));
    },
    'HEAD object': (_: IncomingMessage, response: ServerResponse) =>
      response.writeHead(200, { 'content-length': small }).end(),
  };
  const flaky = await start(t, script);
  assert.equal((await store(flaky.store, small)).outcome, 'synced');
  const dead = await start(t, { 'PUT object': (_, response) => internal(response) });
  assert.equal((await store(dead.store, small)).outcome, 'failed');
  assert.deepEqual(dead.asked.filter((kind) => kind === 'PUT object').length, 2, 'so often as it may be tried');
  assert.ok(dead.asked.includes('DELETE object'), 'a request whose answer failed may have been carried out');
});

for (const kind of ['POST uploads', 'PUT part', 'POST complete'])
  test(`a large object whose "${kind}" fails is not stored, and its upload is given up`, async (t) => {
    const { store: s3, asked } = await start(t, {
      [kind]: (_: IncomingMessage, response: ServerResponse) => internal(response),
    });
    const outcome = await store(s3, large).then(
      ({ outcome: said }) => said,
      (error: { fault?: string }) => error.fault,
    );
    assert.equal(outcome, 'failed');
    if (kind === 'PUT part' || kind === 'POST complete') assert.ok(asked.includes('DELETE upload'));
  });

test('a 200 that says an error, or that lies, is no success', async (t) => {
  const error = await start(t, {
    'POST complete': (_, response) =>
      response.writeHead(200).end('<Error><Code>InternalError</Code><Message>no</Message></Error>'),
  });
  assert.equal((await store(error.store, large)).outcome, 'failed');
  const lost = await start(t, { 'PUT object': (_, response) => response.writeHead(200, { etag: '"x"' }).end() });
  assert.equal((await store(lost.store, small)).outcome, 'failed', 'it is not there');
  const cut = await start(t, {
    'HEAD object': (_, response) => response.writeHead(200, { 'content-length': 999 }).end(),
  });
  assert.equal((await store(cut.store, small)).outcome, 'failed', 'it is shorter than what was sent');
});

test('S3 that never answers ends the wait', async (t) => {
  const { store: s3 } = await start(t, { 'PUT object': () => undefined, 'DELETE object': () => undefined });
  const begun = performance.now();
  assert.equal((await store(s3, small)).outcome, 'failed');
  assert.ok(performance.now() - begun < 5000);
  // A request may take long and be tried often: who waits for all of it waits no longer than was said.
  const endless = { 'PUT object': () => undefined, 'PUT part': () => undefined, 'DELETE object': () => undefined };
  const patient = await start(t, endless, { requestTimeout: 60_000, tries: 4, patience: 200 });
  assert.equal((await store(patient.store, small)).outcome, 'failed');
  const parts = await store(patient.store, large).then(
    ({ outcome }) => outcome,
    (error: { fault?: string }) => error.fault,
  );
  assert.equal(parts, 'failed');
  assert.ok(performance.now() - begun < 30_000);
});

test('S3 that answers slowly, but in time, stores and gives everything', async (t) => {
  const slowly = (answer: () => void) => setTimeout(answer, 100);
  const kept = new Map<string, Buffer>();
  const s3 = await start(
    t,
    {
      'PUT object': ({ url = '' }, response, body) => {
        kept.set(url.split('?')[0] ?? '', body);
        slowly(() => response.writeHead(200, { etag: '"x"' }).end());
      },
      'HEAD object': ({ url = '' }, response) =>
        void slowly(() => response.writeHead(200, { 'content-length': kept.get(url)?.length ?? 0 }).end()),
      'GET object': ({ url = '' }, response) => {
        const body = kept.get(url.split('?')[0] ?? '') ?? Buffer.alloc(0);
        response.writeHead(200, { 'content-length': body.length });
        for (let at = 0, turn = 1; at < body.length; at += 250, turn += 1)
          setTimeout(() => response.write(body.subarray(at, at + 250)), turn * 50);
      },
    },
    { requestTimeout: 5000 },
  );
  const { writer, outcome } = await store(s3.store, small);
  assert.equal(outcome, 'synced');
  writer.settle();
  assert.ok(Buffer.concat(await Array.fromAsync(s3.store.read(writer.key))).equals(bytes(small)));
});

test('S3 that says the digest is wrong, since bytes were changed on their way, stores nothing', async (t) => {
  const digests: (string | undefined)[] = [];
  const s3 = await start(t, {
    'PUT object': ({ headers }, response, body) => {
      digests.push(headers['content-md5']?.toString());
      assert.equal(createHash('md5').update(body).digest('base64'), digests.at(-1), 'what is sent has its digest');
      failure(400, 'BadDigest')(response);
    },
  });
  assert.equal((await store(s3.store, small)).outcome, 'failed');
  assert.equal(s3.kept.size, 0);
});

test('S3 that gives other bytes than it was given, of the same length, is found out by the digest of receipt', async (t) => {
  const s3 = await start(t, {});
  const { writer } = await store(s3.store, small);
  writer.settle();
  const { digest } = sealOf([bytes(small)]);
  const row = {
    ...{ source: 0, number: writer.number, key: writer.key, size: small, dataSetOffset: 0 },
    ...{ digest: digest.toString(16).padStart(8, '0'), studyInstanceUid: '1.2.3', sopInstanceUid: '1.2.3.4' },
  };
  const pace = createPace(0, new AbortController().signal);
  assert.equal((await checkRow(s3.store, row, pace)).finding, undefined);
  for (const [name, body] of s3.kept) s3.kept.set(name, Buffer.from(body).fill(7, 500, 501));
  assert.equal((await checkRow(s3.store, row, pace)).finding?.kind, 'wrong digest');
});

test('no space left is told apart', async (t) => {
  const { store: s3 } = await start(t, {
    'PUT object': (_, response) => failure(507, 'InsufficientStorage')(response),
  });
  assert.equal((await store(s3, small)).outcome, 'full');
});

const stored = async (s3: ObjectStore, size: number) => {
  const { writer } = await store(s3, size);
  writer.settle();
  return writer.key;
};

test('a read that breaks off goes on from there; one that stands still, or never gets on, ends', async (t) => {
  const size = 300_000;
  let times = 0;
  const breaking: Script = ({ headers }, response) => {
    times += 1;
    const from = Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
    const said = headers.range ? { 'content-range': `bytes ${from}-/${size}` } : {};
    response.writeHead(headers.range ? 206 : 200, { 'content-length': size - from, ...said });
    response.write(bytes(size).subarray(from, from + 100_000), () => setTimeout(() => response.destroy(), 20));
  };
  const broken = await start(t, { 'GET object': breaking });
  const key = await stored(broken.store, size);
  assert.ok(Buffer.concat(await Array.fromAsync(broken.store.read(key))).equals(bytes(size)));
  assert.equal(times, 3);
  const still: Script = (_, response) => void response.writeHead(200, { 'content-length': size }).write('x');
  const standing = await start(t, { 'GET object': still });
  const other = await stored(standing.store, size);
  await assert.rejects(Array.fromAsync(standing.store.read(other)), { name: 'StoreError' });
});

test('a server that ignores ranges, or gives less than it has, is not believed', async (t) => {
  const ignoring: Script = (_, response) => response.writeHead(200, { 'content-length': 1000 }).end(bytes(1000));
  const whole = await start(t, { 'GET object': ignoring });
  const key = await stored(whole.store, 1000);
  await assert.rejects(whole.store.readRun(key, 10, 5), { name: 'StoreError', fault: 'failed' });
  const short: Script = (_, response) =>
    response.writeHead(206, { 'content-length': 3, 'content-range': 'bytes 10-12/1000' }).end('abc');
  const less = await start(t, { 'GET object': short });
  await assert.rejects(less.store.readRun(await stored(less.store, 1000), 10, 5), { fault: 'cut-short' });
});

test('an object that is not there is said so, not tried again and again', async (t) => {
  const { store: s3, asked } = await start(t, {});
  await assert.rejects(Array.fromAsync(s3.read('s3/000000000/000000000007.dcm')), { fault: 'not-there' });
  assert.equal(asked.filter((kind) => kind === 'GET object').length, 1);
  assert.equal(await s3.remove('s3/000000000/000000000007.dcm'), false);
});

test('a word of a place that has no length and no end is given up after a few bytes', async (t) => {
  let sent = 0;
  const { endpoint } = await startScriptedS3(t, {
    'GET object': (_, response) => {
      response.writeHead(200);
      const more = () => {
        if (response.destroyed || sent > 50_000_000) return void response.end();
        sent += 100_000;
        response.write(Buffer.alloc(100_000), () => setImmediate(more));
      };
      more();
    },
  });
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const settings = { bucket: 'concord', prefix: 'p', endpoint, region: 'us-east-1', credentials };
  const client = createClient(settings);
  t.after(() => client.destroy());
  const parts = { client, settings, names: createNames(settings.prefix) };
  await assert.rejects(readSmall(parts, holderName), /concord-server is not what was put there/);
  assert.ok(sent < 20_000_000, `${sent} bytes were taken`);
});
