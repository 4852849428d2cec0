// Lent memory towards HTTP: whatever is slow, a chunk is not asked for while the one before may still be needed.
import assert from 'node:assert/strict';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { streamInTurn } from './in-turn.ts';

const content = Buffer.alloc(3_000_017);
for (let at = 0; at < content.length; at += 1) content[at] = at * 13 + (at >> 10);

/** All chunks of 64 KiB or more lie in one piece of memory; a short one comes now and then, in memory of its own. */
async function* lent(chunkLength: number): AsyncGenerator<Uint8Array> {
  const memory = Buffer.alloc(chunkLength);
  for (let at = 0; at < content.length; ) {
    const length = content.copy(memory, 0, at, at + chunkLength);
    yield length < 65_536 ? Buffer.from(memory.subarray(0, length)) : memory.subarray(0, length);
    memory.fill(0xee);
    at += length;
    yield Buffer.from(content.subarray(at, at + 100));
    at += 100;
  }
}

async function answerOf(t: TestContext, body: () => AsyncIterable<Uint8Array>): Promise<IncomingMessage> {
  const server = createServer((_request, response) => {
    pipeline(streamInTurn(body()), response, () => undefined);
  }).listen(0, '127.0.0.1');
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => get({ host: '127.0.0.1', port, agent: false }, resolve).on('error', reject));
}

for (const chunkLength of [65_536, 262_144, 1_048_576])
  test(`chunks of ${chunkLength} bytes arrive as they were at a reader that keeps stopping`, async (t) => {
    const answer = await answerOf(t, () => lent(chunkLength));
    const parts: Buffer[] = [];
    for await (const part of answer) {
      parts.push(part);
      if (parts.length % 16 === 0) await pause(1);
    }
    assert.ok(Buffer.concat(parts).equals(content));
  });

test('a reader that leaves ends the source', async (t) => {
  let ended: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const answer = await answerOf(t, async function* () {
    try {
      for (;;) yield Buffer.alloc(100_000);
    } finally {
      ended();
    }
  });
  answer.once('data', () => answer.destroy());
  await over;
});

test('a source that fails breaks the answer off', async (t) => {
  const answer = await answerOf(t, async function* () {
    yield Buffer.alloc(10);
    await pause(10);
    throw new Error('the disk is gone');
  });
  await assert.rejects(Array.fromAsync(answer), /aborted/);
});
