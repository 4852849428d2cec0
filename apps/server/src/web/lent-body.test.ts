// Long bodies in memory that is used again: the bytes are those that were sent, and the connection goes on, whatever happens in between.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { rawRequest } from '../../testing/raw-request.ts';
import { giveOwnReads } from './own-reads.ts';
import { HttpProblem } from './problem.ts';
import { type BodyLimits, discardRest, requestBody } from './request-body.ts';

const limits: BodyLimits = { bytes: 2 ** 30, bodyWaitMs: 20_000, bodyBytesPerSecond: 100 };
const megabyte = 1_048_576;
const body = randomBytes(3 * megabyte);

const sha = (...pieces: readonly Uint8Array[]): string => {
  const hash = createHash('sha1');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
};
const head = (length: number, fields = 'Connection: close\r\n') =>
  Buffer.from(`POST / HTTP/1.1\r\nHost: x\r\n${fields}Content-Length: ${length}\r\n\r\n`);

/** The connection closes when all is answered; a busy machine may take its time until then. */
const ask = (port: number, request: Buffer): Promise<string> => rawRequest(port, request, 60_000);

/** What the answer says of a body, or of the request when it has none. */
type Read = (request: IncomingMessage) => Promise<string>;

/** @param options.discardMs how long what a refused sender still sends is listened to */
const serve = async (t: TestContext, read: Read, { own = true, discardMs = 30_000 } = {}): Promise<number> => {
  const server = createServer(async (request, response) => {
    try {
      response.end(`<${await read(request)}>`);
    } catch (error) {
      await discardRest(request, { bytes: 2 * body.length, ms: discardMs });
      response.end(`<${error instanceof HttpProblem ? error.kind : String(error)}>`);
    }
  });
  if (own) giveOwnReads(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** The digest of the body; every chunk is looked at only until the next is asked for. */
const digested: Read = async (request) => {
  const hash = createHash('sha1');
  for await (const chunk of requestBody(request, limits, { lent: true })) hash.update(chunk);
  return hash.digest('hex');
};

test('a long body arrives as it was sent, in memory that is used again', async (t) => {
  const memories = new Set<ArrayBufferLike>();
  let chunks = 0;
  const port = await serve(t, async (request) => {
    const hash = createHash('sha1');
    for await (const chunk of requestBody(request, limits, { lent: true })) {
      hash.update(chunk);
      if (chunk.buffer.byteLength === 262_144) memories.add(chunk.buffer);
      chunks += 1;
      // A reader that is slow at times: what comes meanwhile waits, and must not lie over what it has.
      if (chunks % 3 === 0) await wait(2);
    }
    return hash.digest('hex');
  });
  assert.equal((await ask(port, Buffer.concat([head(body.length), body]))).slice(-41, -1), sha(body));
  assert.ok(memories.size > 0 && memories.size <= 3, `${memories.size} pieces of memory for ${chunks} chunks`);
});

test('a chunk stays what it is until the next is asked for', async (t) => {
  const port = await serve(t, async (request) => {
    const seen: Buffer[] = [];
    for await (const chunk of requestBody(request, limits, { lent: true })) {
      const before = Buffer.from(chunk);
      await wait(2);
      if (!before.equals(chunk)) return 'overwritten';
      seen.push(before);
    }
    return sha(...seen);
  });
  assert.match(await ask(port, Buffer.concat([head(body.length), body])), new RegExp(`<${sha(body)}>`));
});

test('what is sent behind a body is the next request, in the same write or a later one', async (t) => {
  const port = await serve(t, async (request) => (request.method === 'GET' ? `GET ${request.url}` : digested(request)));
  const next = Buffer.from('GET /behind HTTP/1.1\r\nHost: x\r\n\r\n');
  const keep = head(body.length, '');
  const last = head(body.length);
  const answer = await ask(port, Buffer.concat([keep, body, next, keep, body, last, body]));
  assert.deepEqual(answer.match(/<[^>]*>/g), [`<${sha(body)}>`, '<GET /behind>', `<${sha(body)}>`, `<${sha(body)}>`]);
});

test('a sender that goes away within a long body is an error, and later bodies are whole', async (t) => {
  const outcomes: unknown[] = [];
  const port = await serve(t, (request) =>
    digested(request).catch((error: unknown) => {
      outcomes.push(error instanceof HttpProblem ? error.kind : error);
      return 'broken';
    }),
  );
  for (const share of [0.1, 0.5, 0.9]) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(Buffer.concat([head(body.length), body.subarray(0, body.length * share)]), () => socket.destroy());
  }
  for (let tries = 0; tries < 3000 && outcomes.length < 3; tries += 1) await wait(10);
  assert.deepEqual(outcomes, ['malformed-request', 'malformed-request', 'malformed-request']);
  for (let count = 0; count < 4; count += 1)
    assert.match(await ask(port, Buffer.concat([head(body.length), body])), new RegExp(`<${sha(body)}>`));
});

test('a body that is left unread is discarded, and does not become the next one', async (t) => {
  const port = await serve(t, async (request) => {
    if (request.url === '/') for await (const _chunk of requestBody(request, limits, { lent: true })) break;
    else return digested(request);
    throw new HttpProblem('malformed-request', 'enough');
  });
  assert.match(await ask(port, Buffer.concat([head(body.length), body])), /<malformed-request>/);
  const whole = Buffer.from(head(body.length).toString().replace('POST /', 'POST /whole'));
  assert.match(await ask(port, Buffer.concat([whole, body])), new RegExp(`<${sha(body)}>`));
});

test('more long bodies at once than memory is lent for, and a server that cannot lend: all arrive', async (t) => {
  const share = body.subarray(0, megabyte);
  for (const own of [true, false]) {
    const port = await serve(t, digested, { own });
    const answers = await Promise.all(
      Array.from({ length: 24 }, () => ask(port, Buffer.concat([head(share.length), share]))),
    );
    for (const answer of answers) assert.match(answer, new RegExp(`<${sha(share)}>`));
  }
});

test('a body that stops coming is too slow', async (t) => {
  const read = async (request: IncomingMessage) => {
    for await (const _chunk of requestBody(request, { ...limits, bodyWaitMs: 100 }, { lent: true }));
    return 'whole';
  };
  const port = await serve(t, read, { discardMs: 50 });
  assert.match(await ask(port, Buffer.concat([head(body.length), body.subarray(0, megabyte)])), /<too-slow>/);
});
