// Spoilt code streams of every codec sent to the same threads: a clear error for each frame, memory returned, the pool alive.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { codeStreamKinds, forgottenSyntaxes, madeCodeStream, syntaxUid } from '../../testing/code-streams.ts';
import { testModules } from '../../testing/corpus.ts';
import { randomNumbers, syntheticFrame } from '../../testing/synthetic.ts';
import { frameBytes } from '../frames.ts';
import { ImagingError } from '../imaging-error.ts';
import { createImagingPool } from './pool.ts';

const modules = testModules();
const pool = createImagingPool({ threads: 1, deadlineMs: 20_000 });
after(() => pool.close());

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
  assert.deepEqual(forgottenSyntaxes(), []);
  const random = randomNumbers(20_260);
  const before = process.memoryUsage.rss();
  for (const [last, how] of codeStreamKinds) {
    const transferSyntaxUid = syntaxUid(last);
    const { bytes, image } = await madeCodeStream([last, how], modules);
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
