// Memory of reads is used again when nobody holds it, and never while somebody does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ReadBuffer } from './read-buffer.ts';

/** Plays the socket: writes bytes of one value into what it is given. */
function read(buffer: ReadBuffer, length: number, value: number): Uint8Array {
  const room = buffer.next();
  const taken = Math.min(length, room.length);
  room.fill(value, 0, taken);
  return buffer.filled(taken);
}

test('what nobody holds is read over', () => {
  const buffer = new ReadBuffer();
  const first = read(buffer, 100, 1);
  const second = read(buffer, 100, 2);
  assert.equal(first.byteOffset, second.byteOffset);
  assert.equal(first[0], 2);
});

test('what is held stays, until it is freed', () => {
  const buffer = new ReadBuffer();
  const views = Array.from({ length: 1000 }, (_, value) => {
    const view = read(buffer, 5000, value & 0xff);
    buffer.hold(view);
    return view;
  });
  for (const [value, view] of views.entries()) assert.ok(view.every((byte) => byte === (value & 0xff)));
  for (const view of views) buffer.free(view);
  const next = read(buffer, 10, 7);
  assert.equal(next[0], 7);
});

test('held views keep their bytes whatever the order of reads, holds and frees', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ length: fc.integer({ min: 1, max: 70_000 }), hold: fc.boolean(), free: fc.nat(3) }), {
        maxLength: 200,
      }),
      (steps) => {
        const buffer = new ReadBuffer();
        const held: { view: Uint8Array; value: number }[] = [];
        for (const [index, { length, hold, free }] of steps.entries()) {
          const view = read(buffer, length, index & 0xff);
          if (hold) {
            buffer.hold(view);
            held.push({ view, value: index & 0xff });
          }
          for (let count = 0; count < free; count += 1) {
            const released = held.shift();
            if (released) buffer.free(released.view);
          }
          for (const one of held) assert.ok(one.view[0] === one.value && one.view.at(-1) === one.value);
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('the memory of a connection that is gone goes to the next one, unless somebody holds it', () => {
  const first = new ReadBuffer();
  const { buffer: memory } = read(first, 10, 1);
  first.end();
  const second = new ReadBuffer();
  const view = read(second, 10, 2);
  assert.equal(view.buffer, memory);
  assert.equal(first.next().length < 100 || first.next().buffer !== memory, true);
  second.hold(view);
  second.end();
  assert.notEqual(new ReadBuffer().next().buffer, memory);
  assert.equal(view[0], 2);
});
