// Lent memory cannot be mistaken for memory that one may keep: the compiler says so, and so does what is there when it runs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyChunks, chunksInTurn, kept, type LentBytes, type LentChunks, lentFrom } from './lent-bytes.ts';

/** One piece of memory for all chunks, spoilt when the next one is asked for. */
const lent = (...values: readonly number[]): LentBytes => ({
  length: values.length * 3,
  async *chunks() {
    const memory = new Uint8Array(3);
    for (const value of values) {
      yield memory.fill(value);
      memory.fill(0xee);
    }
  },
});

const collected = async (chunks: AsyncIterable<Uint8Array>): Promise<number[]> => [
  ...Buffer.concat(await Array.fromAsync(chunks)),
];

type May<From, To> = From extends To ? true : false;

test('lent chunks are not to be iterated, nor taken for chunks that are', () => {
  const iterable: May<LentBytes, AsyncIterable<Uint8Array>> = false;
  const isSynchronous: May<LentBytes, Iterable<Uint8Array>> = false;
  const isArrayLike: May<LentBytes, ArrayLike<unknown>> = false;
  const ofNoLength: May<LentChunks, AsyncIterable<Uint8Array>> = false;
  const begun: May<ReturnType<LentBytes['chunks']>, AsyncIterable<Uint8Array>> = false;
  const either: May<AnyChunks, AsyncIterable<Uint8Array>> = false;
  const theOtherWay: May<AsyncGenerator<Uint8Array>, LentChunks> = false;
  const made: May<ReturnType<typeof lentFrom>, AsyncIterable<Uint8Array>> = false;
  const all = [iterable, isSynchronous, isArrayLike, ofNoLength, begun, either, theOtherWay, made];
  assert.deepEqual([...new Set(all)], [false]);
  for (const each of [lent(1), lentFrom((borrowed) => borrowed(lent(1))[Symbol.asyncIterator]())])
    assert.equal(Symbol.asyncIterator in each, false);
});

test('what collects chunks, and a wrapper that forgets that they are lent, do not compile', () => {
  const source = lent(1, 2);
  const wrapped = async function* () {
    // @ts-expect-error: as the throttle once was
    for await (const chunk of source) yield chunk;
  };
  // @ts-expect-error: all chunks would be the last one
  const joined = () => Array.fromAsync(source);
  // @ts-expect-error: read ahead
  const streamed = async () => (await import('node:stream')).Readable.from(source);
  assert.ok([wrapped, joined, streamed].every((each) => typeof each === 'function'));
});

test('what is kept is each chunk as it was, in memory of its own, or what is made of it', async () => {
  assert.deepEqual(await collected(kept(lent(1, 2, 3))), [1, 1, 1, 2, 2, 2, 3, 3, 3]);
  assert.deepEqual(await collected(kept(lent(1, 2), (chunk) => Uint8Array.of(10 + (chunk[0] ?? 0)))), [11, 12]);
});

test('what is made of lent chunks is lent, and passes each one on before the next is asked for', async () => {
  const made = lentFrom(async function* (borrowed) {
    yield Uint8Array.of(9);
    yield* borrowed(lent(1, 2));
    yield* borrowed(lent(3));
  });
  assert.deepEqual(await collected(kept(made)), [9, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
});

test('who stops early ends the source, through whatever it passed', async () => {
  let ended = 0;
  const source: LentChunks = {
    async *chunks() {
      try {
        for (;;) yield new Uint8Array(3);
      } finally {
        ended += 1;
      }
    },
  };
  for await (const _chunk of kept(source)) break;
  const chunks = chunksInTurn(lentFrom((borrowed) => kept(borrowed(source))));
  await chunks.next();
  await chunks.return?.();
  assert.equal(ended, 2);
});
