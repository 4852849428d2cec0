// Spoilt code streams of every codec sent to the same threads: a clear error for each frame, memory returned, the pool alive.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testModules } from '../../testing/corpus.ts';
import { randomNumbers, type SyntheticImage, syntheticFrame, syntheticImage } from '../../testing/synthetic.ts';
import { codecOf } from '../codecs/table.ts';
import { frameBytes } from '../frames.ts';
import { ImagingError } from '../imaging-error.ts';
import { createImagingPool } from './pool.ts';

const modules = testModules();
const pool = createImagingPool({ threads: 1, deadlineMs: 20_000 });
after(() => pool.close());

const size = { rows: 96, columns: 128 };
const kinds: readonly (readonly [string, SyntheticImage])[] = [
  ['5', { bitsStored: 16 }],
  ['8.1', { bitsStored: 12 }],
  ['4.50', { samplesPerPixel: 3 }],
  ['4.51', { bitsStored: 12 }],
  ['4.57', { bitsStored: 16 }],
  ['4.70', { bitsStored: 16 }],
  ['4.80', { bitsStored: 12 }],
  ['4.81', { samplesPerPixel: 3 }],
  ['4.90', { bitsStored: 16 }],
  ['4.91', { samplesPerPixel: 3 }],
  ['4.110', { bitsStored: 16 }],
  ['4.201', { bitsStored: 12 }],
  ['4.202', { bitsStored: 12 }],
  ['4.203', { samplesPerPixel: 3 }],
];

const rounds = 24;
const megabyte = 1e6;

/** Cut, overwritten in the header, or overwritten anywhere. */
function spoil(bytes: Uint8Array, round: number, random: (limit: number) => number): Uint8Array {
  if (round % 3 === 0) return bytes.slice(0, random(bytes.length - 4));
  const spoilt = bytes.slice();
  for (let count = 1 + random(8); count > 0; count -= 1) {
    spoilt[random(round % 3 === 1 ? Math.min(80, bytes.length) : bytes.length)] = random(256);
  }
  return spoilt;
}

test('spoilt frames of every codec are errors of their own; the threads go on and keep no memory', async () => {
  const random = randomNumbers(20_260);
  const before = process.memoryUsage.rss();
  for (const [last, part] of kinds) {
    const how = { ...size, ...part };
    const transferSyntaxUid = `1.2.840.10008.1.2.${last}`;
    const encode = codecOf(transferSyntaxUid)?.codec.encode ?? codecOf('1.2.840.10008.1.2.4.70')?.codec.encode;
    assert(encode);
    const target = last === '4.57' ? '1.2.840.10008.1.2.4.70' : transferSyntaxUid;
    const { bytes, photometricInterpretation } = await encode(syntheticFrame(how), target, {}, modules);
    const image = { ...syntheticImage(how), photometricInterpretation };
    const decode = (encoded: Uint8Array) => pool.decode({ image, transferSyntaxUid, encoded });
    const sound = await decode(bytes);
    const frames = Array.from({ length: rounds }, (_, round) => spoil(bytes, round, random));
    const outcomes = await Promise.allSettled(frames.map(decode));
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') assert.equal(outcome.value.length, frameBytes(syntheticFrame(how)).length);
      else assert.ok(outcome.reason instanceof ImagingError && outcome.reason.fault !== 'internal', outcome.reason);
    }
    assert.ok(
      outcomes.some(({ status }) => status === 'rejected'),
      last,
    );
    assert.deepEqual(Buffer.from(await decode(bytes)), Buffer.from(sound), `${last} after the spoilt frames`);
  }
  assert.equal(pool.waiting, 0);
  const grown = (process.memoryUsage.rss() - before) / megabyte;
  assert.ok(grown < 300, `${Math.round(grown)} MB more than before`);
});
