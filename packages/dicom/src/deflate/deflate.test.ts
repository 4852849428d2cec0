import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { DicomError } from '../error.ts';
import { deflate } from './deflate.ts';
import { Inflater, inflate } from './inflate.ts';

const limits = { inflated: 1 << 24, inflateRatio: 1032 };

/** Bytes of all tempers: text-like, runs, noise. */
const someBytes = fc.oneof(
  fc.uint8Array({ maxLength: 5000 }),
  fc.array(fc.constantFrom(0, 65, 66, 255), { maxLength: 20000 }).map((values) => Uint8Array.from(values)),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 3000 }))
    .map(([part, times]) => Uint8Array.from({ length: part.length * times }, (_, at) => part[at % part.length] ?? 0)),
);

const fault = (name: string) => (error: unknown) => error instanceof DicomError && error.fault === name;

test('inflates what zlib deflates, at every level and strategy', () => {
  fc.assert(
    fc.property(someBytes, fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 4 }), (bytes, level, strategy) => {
      const packed = deflateRawSync(bytes, { level, strategy });
      assert.deepEqual(inflate(packed, limits).bytes, bytes);
    }),
    { numRuns: 150 },
  );
});

test('zlib inflates what is deflated here, and it is not much longer than its own', () => {
  fc.assert(
    fc.property(someBytes, (bytes) => {
      const packed = deflate(bytes);
      assert.equal(packed.length % 2, 0);
      assert.deepEqual(new Uint8Array(inflateRawSync(packed)), bytes);
      assert.ok(packed.length <= deflateRawSync(bytes).length * 1.2 + 400, `${packed.length} bytes`);
    }),
    { numRuns: 150 },
  );
});

test('inflates the same wherever the input is cut, and says where the stream ended', () => {
  const bytes = Uint8Array.from({ length: 200_000 }, (_, at) => (at * at) >> 7);
  const packed = deflateRawSync(bytes);
  const padded = new Uint8Array([...packed, 0, 7]);
  for (const size of [1, 7, 333, 4096, padded.length]) {
    const inflater = new Inflater(limits);
    const out: number[] = [];
    const take = (piece: Uint8Array) => {
      for (const byte of piece) out.push(byte);
    };
    for (let at = 0; at < padded.length; at += size) inflater.push(padded.slice(at, at + size), take);
    inflater.finish(take);
    assert.deepEqual(Uint8Array.from(out), bytes, `pieces of ${size}`);
    assert.equal(inflater.done, true);
  }
});

test('a stream that is cut short is an error, wherever it is cut', () => {
  const packed = deflateRawSync(Uint8Array.from({ length: 3000 }, (_, at) => (at * 31) >> 3));
  for (let length = 0; length < packed.length; length += 1) {
    assert.throws(() => inflate(packed.subarray(0, length), limits), fault('past-end'), `cut at ${length}`);
  }
});

test('damaged streams end in an error of this package or in some bytes, never otherwise', () => {
  const packed = deflateRawSync(Uint8Array.from({ length: 2000 }, (_, at) => (at * 7) >> 2));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: packed.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = Uint8Array.from(packed);
      damaged[at] = (damaged[at] ?? 0) ^ change;
      try {
        inflate(damaged, limits);
      } catch (error) {
        assert.ok(error instanceof DicomError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});

test('a bomb stops at the limit of bytes and at the limit of growth', () => {
  const bomb = deflateRawSync(new Uint8Array(20_000_000));
  assert.throws(() => inflate(bomb, { inflated: 1_000_000, inflateRatio: 1032 }), fault('too-much-inflated'));
  assert.throws(() => inflate(bomb, { inflated: 1 << 30, inflateRatio: 100 }), fault('too-much-inflated'));
  assert.equal(inflate(bomb, { inflated: 1 << 30, inflateRatio: 1032 }).bytes.length, 20_000_000);
});
