// Lent memory on its way out: nothing of a chunk is needed when the next one is asked for. PS3.8 9.3.5, Annex E.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LentBytes } from '../lent-bytes.ts';
import { pDataPdus } from '../pdu/p-data.ts';
import { Outgoing } from './outgoing.ts';

const content = Buffer.alloc(700_001);
for (let at = 0; at < content.length; at += 1) content[at] = at * 7 + (at >> 9);

/** One piece of memory for every chunk. */
const lent = (chunkLength: number, promised = content.length): LentBytes => ({
  length: promised,
  async *chunks() {
    const memory = Buffer.alloc(chunkLength);
    for (let at = 0; at < content.length; at += chunkLength) {
      const length = content.copy(memory, 0, at, at + chunkLength);
      yield memory.subarray(0, length);
      memory.fill(0xee);
    }
  },
});

/** What a peer gets that takes everything as late as it may: buffers are looked at only when they are said to be gone. */
async function sent(dataSet: LentBytes): Promise<Buffer> {
  const arrived: Buffer[] = [];
  let pending: readonly Uint8Array[] = [];
  const outgoing: Outgoing = new Outgoing({
    sendData: () => assert.fail('a data set that streams is not sent in one piece'),
    streamData: (buffers) => {
      assert.equal(pending.length, 0, 'written before the last was taken');
      pending = buffers;
      setImmediate(() => {
        arrived.push(...pending.map((bytes) => Buffer.from(bytes)));
        pending = [];
        outgoing.drained();
      });
    },
    writable: () => pending.length === 0,
    maximumLength: 16_384,
    patience: 10,
    giveUp: (detail) => assert.fail(detail),
  });
  await outgoing.send(3, { commandField: 0x0001, messageId: 1 }, dataSet);
  return Buffer.concat(arrived);
}

/** The fragments' values of one kind, joined, and the flags of the last one. */
function dataOf(pdus: Buffer): { bytes: Buffer; lastAt: number[] } {
  const values: Buffer[] = [];
  const lastAt: number[] = [];
  for (let at = 0; at < pdus.length; ) {
    const length = pdus.readUInt32BE(at + 2);
    const flags = pdus[at + 11] ?? 0;
    if ((flags & 1) === 0) {
      values.push(pdus.subarray(at + 12, at + 6 + length));
      if (flags & 2) lastAt.push(values.length);
    }
    at += 6 + length;
  }
  assert.deepEqual(lastAt, [values.length], 'the last fragment, and no other, is marked as the last');
  return { bytes: Buffer.concat(values), lastAt };
}

test('chunks in one piece of memory arrive as they were, wherever they are cut', async () => {
  for (const chunkLength of [65_536, 100_000, 262_144, 699_999, 700_001])
    assert.ok(dataOf(await sent(lent(chunkLength))).bytes.equals(content), `chunks of ${chunkLength} bytes`);
});

test('a source that ends before its length still ends the message', async () => {
  assert.ok(dataOf(await sent(lent(262_144, content.length + 10))).bytes.equals(content));
});

test('an empty data set is one empty last fragment', async () => {
  const empty: LentBytes = { length: 0, async *chunks() {} };
  const pdus = await sent(empty);
  const end = pDataPdus(3, false, new Uint8Array(0), 100);
  assert.ok(pdus.subarray(pdus.length - end.length).equals(end));
});
