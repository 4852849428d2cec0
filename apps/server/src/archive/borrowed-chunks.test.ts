// Senders that overwrite a chunk as soon as the next is asked for, many at once, some of which break off: no byte is mixed up.
import assert from 'node:assert/strict';
import { createHash, randomInt } from 'node:crypto';
import { test } from 'node:test';
import { ctSlice, encoded, explicitVrLittleEndian } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';

const senders = 8;
const objectsEach = 12;
/** Around the size of a collecting buffer, and far from it. */
const sizes = [2_000, 60_000, 255_000, 262_144, 300_000, 1_100_000];

/** One buffer for all chunks, spoilt before it is filled again and after the last. */
async function* borrowed(bytes: Uint8Array, breaksOff: boolean): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(70_000);
  for (let at = 0; at < bytes.length; ) {
    const chunk = buffer.subarray(0, Math.min(randomInt(1, buffer.length), bytes.length - at));
    chunk.set(bytes.subarray(at, at + chunk.length));
    at += chunk.length;
    yield chunk;
    buffer.fill(0xee);
    if (breaksOff && at > bytes.length / 2) throw new Error('the sender is gone');
  }
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

for (const journal of [0, 16 * 1024 * 1024])
  test(`reused receive buffers corrupt nothing, ${journal === 0 ? 'each file synced' : 'through the journal'}`, async (t) => {
    const { archive, close } = await openRealArchive(t, { journal });
    const sent = new Map<string, string>();
    const send = async (sender: number) => {
      for (let index = 0; index < objectsEach; index += 1) {
        const uid = `1.2.3.${sender}.1.${index + 1}`;
        const PixelData = new Uint8Array(sizes[randomInt(sizes.length)] ?? 0).map(
          (_, at) => at * (sender * 31 + index),
        );
        const whole = encoded(
          ctSlice({
            SOPInstanceUID: uid,
            StudyInstanceUID: `1.2.3.${sender}`,
            SeriesInstanceUID: `1.2.3.${sender}.1`,
            PixelData,
          }),
        );
        const breaksOff = index % 4 === 3;
        const incoming = {
          dataSet: borrowed(whole, breaksOff),
          transferSyntaxUid: explicitVrLittleEndian,
          origin: { via: 'DIMSE' as const },
        };
        if (breaksOff) {
          await assert.rejects(archive.receive(incoming), /the sender is gone/);
          continue;
        }
        const { status } = await archive.receive(incoming);
        assert.equal(status.code, 0);
        sent.set(uid, digestOf(whole));
      }
    };
    await Promise.all(Array.from({ length: senders }, (_, index) => send(index + 1)));
    const stored = await archive.instances({ sopInstanceUid: [...sent.keys()] });
    assert.equal(stored.length, senders * objectsEach * 0.75);
    for (const instance of stored) {
      const chunks = await Array.fromAsync(archive.dataSetBytes(instance));
      assert.equal(digestOf(Buffer.concat(chunks)), sent.get(instance.sopInstanceUid), instance.sopInstanceUid);
    }
    const broken = await archive.instances({ sopInstanceUid: '1.2.3.1.1.4' });
    assert.deepEqual(broken, []);
    await close();
  });
