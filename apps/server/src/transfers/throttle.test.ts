// The bandwidth limit of a peer, with a clock that the test moves: never faster than the rate, whatever goes side by side.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunksInTurn, kept } from '@concord/network';
import { createThrottle } from './throttle.ts';

/** Waits take no time but on this clock. */
function testClock() {
  let time = 1000;
  const waits: number[] = [];
  return {
    waits,
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
    now: () => time,
    async wait(milliseconds: number, signal: AbortSignal) {
      signal.throwIfAborted();
      waits.push(Math.round(milliseconds));
      time += milliseconds;
    },
  };
}

async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield new Uint8Array(size).fill(index);
}

const signal = new AbortController().signal;

test('the bandwidth limit of a peer: so many bytes take as long as the rate says, and none is changed or lost', async () => {
  const clock = testClock();
  const throttle = createThrottle(10_000, clock);
  const begun = clock.now();
  const got = await Array.fromAsync(kept(throttle.slow(chunks(11, 1000), signal)));
  assert.deepEqual(
    got.map((chunk) => [chunk.length, chunk[0]]),
    Array.from({ length: 11 }, (_, index) => [1000, index]),
  );
  assert.equal(Math.round(clock.now() - begun), 1000, 'ten chunks of a tenth of a second before the eleventh');
});

test('two sources that go to one peer side by side share its rate', async () => {
  const clock = testClock();
  const throttle = createThrottle(10_000, clock);
  const begun = clock.now();
  const both = [throttle.slow(chunks(5, 1000), signal), throttle.slow(chunks(5, 1000), signal)];
  await Promise.all(both.map((source) => Array.fromAsync(kept(source))));
  assert.ok(clock.now() - begun >= 900, `${clock.now() - begun} ms`);
});

test('a slow source is not held back, and does not save up: after a pause there is no burst', async () => {
  const clock = testClock();
  const throttle = createThrottle(10_000, clock);
  for await (const chunk of kept(throttle.slow(chunks(3, 1000), signal))) clock.pass(chunk.length);
  assert.deepEqual(clock.waits, []);
  clock.pass(60_000);
  await Array.fromAsync(kept(throttle.slow(chunks(4, 1000), signal)));
  assert.deepEqual(clock.waits, [100, 100, 100]);
});

test('a transfer that is stopped while it waits ends at once', async () => {
  const stop = new AbortController();
  const throttle = createThrottle(1);
  const going = Array.fromAsync(kept(throttle.slow(chunks(2, 1_000_000), stop.signal)));
  stop.abort(new Error('stopped'));
  await assert.rejects(going);
});

test('bytes in memory that is used again are not changed by the wait for their turn, and go out in pieces of a quarter of a second', async () => {
  const clock = testClock();
  const throttle = createThrottle(20_000, clock);
  const memory = new Uint8Array(12_000);
  async function* lending() {
    for (const value of [1, 2, 3]) yield memory.fill(value);
    memory.fill(4);
  }
  const slowed = throttle.slow({ length: 36_000, chunks: lending }, signal);
  assert.equal('chunks' in slowed && slowed.length, 36_000);
  assert.equal(Symbol.asyncIterator in slowed, false);
  // Not copied when they come: each piece is memory of its own already.
  const got = await Array.fromAsync({ [Symbol.asyncIterator]: () => chunksInTurn(slowed) });
  assert.equal(Math.max(...got.map(({ length }) => length)), 5000);
  const bytes = Buffer.concat(got);
  assert.equal(bytes.length, 36_000);
  for (const [index, value] of [1, 2, 3].entries())
    assert.ok(bytes.subarray(index * 12_000, (index + 1) * 12_000).every((byte) => byte === value));
});
