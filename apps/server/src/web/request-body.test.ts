// Bodies that are too long, too slow, or end too early; and a slow disk of ours, which is no fault of the sender's.
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { rawRequest } from '../../testing/raw-request.ts';
import { HttpProblem } from './problem.ts';
import { type BodyLimits, discardRest, requestBody, wholeBody } from './request-body.ts';

const limits: BodyLimits = { bytes: 1000, bodyWaitMs: 150, bodyBytesPerSecond: 100 };

/** A server that answers with the length of the body, or with the kind of problem. */
const serve = async (t: { after(work: () => void): void }, read: (request: IncomingMessage) => Promise<number>) => {
  const server = createServer(async (request, response) => {
    try {
      response.end(`length ${await read(request)}`);
    } catch (error) {
      await discardRest(request);
      response.end(error instanceof HttpProblem ? error.kind : String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};
const head = (length: number) => `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`;
const read = async (request: IncomingMessage) => (await wholeBody(request, limits)).length;

test('a body arrives whole', async (t) => {
  const port = await serve(t, read);
  assert.match(await rawRequest(port, `${head(1000)}${'x'.repeat(1000)}`), /length 1000$/);
});

test('one that is too long is refused, declared or not, before it is read to its end', async (t) => {
  const port = await serve(t, read);
  assert.match(await rawRequest(port, head(1001)), /too-large$/);
  const chunked = 'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
  assert.match(await rawRequest(port, `${chunked}400\r\n${'x'.repeat(1024)}\r\n`), /too-large/);
});

test('one that stops coming, or dribbles in, is too slow', async (t) => {
  const port = await serve(t, read);
  assert.match(await rawRequest(port, `${head(100)}abc`), /too-slow/);
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk));
  socket.on('error', () => undefined);
  socket.write(head(100));
  for (let n = 0; n < 12 && answer === ''; n += 1) {
    socket.write('x');
    await wait(40);
  }
  await wait(1200);
  socket.destroy();
  assert.match(answer, /too-slow/);
});

test('our own slowness is not held against the sender', async (t) => {
  const port = await serve(t, async (request) => {
    let length = 0;
    for await (const chunk of requestBody(request, limits)) {
      await wait(200);
      length += chunk.length;
    }
    return length;
  });
  assert.match(await rawRequest(port, `${head(10)}${'x'.repeat(10)}`), /length 10$/);
});

test('a sender that goes away is an error, not a short body', async (t) => {
  const outcomes: unknown[] = [];
  const port = await serve(t, async (request) => {
    await read(request).catch((error: HttpProblem) => outcomes.push(error.kind));
    return 0;
  });
  const socket = connect(port, '127.0.0.1', () => socket.write(`${head(100)}half`, () => socket.destroy()));
  for (let n = 0; n < 100 && outcomes.length === 0; n += 1) await wait(10);
  assert.deepEqual(outcomes, ['malformed-request']);
});
