// Grey levels by table are those of the calculation, for every kind of sample and any range of values that occurs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SyntheticImage, samplesFor, syntheticFrame, syntheticImage } from '../testing/synthetic.ts';
import type { DecodedFrame } from './codecs/codec.ts';
import { grayLevels, tabulate } from './grayscale.ts';

const kinds: readonly SyntheticImage[] = [
  { bitsStored: 8 },
  { bitsStored: 8, signed: true },
  { bitsStored: 12 },
  { bitsStored: 12, signed: true },
  { bitsStored: 16 },
  { bitsStored: 16, signed: true },
  { bitsStored: 16, signed: true, bitsAllocated: 32 },
];
const transform = (frame: DecodedFrame) => {
  const half = frame.pixelRepresentation === 1 ? 2 ** (frame.bitsStored - 1) : 0;
  return (stored: number): number => (stored + half) / (2 ** frame.bitsStored - 1);
};
const check = (frame: DecodedFrame): void => {
  const calculate = transform(frame);
  const expected = Uint8Array.from(frame.samples, (stored: number) => Math.round(calculate(stored) * 255));
  assert.deepEqual(grayLevels(frame, tabulate(frame, calculate)), expected);
};

for (const how of kinds) {
  test(`${JSON.stringify(how)}: all of the range, one value, and none`, () => {
    const frame = syntheticFrame(how);
    check(frame);
    for (const count of [0, 5]) {
      const samples = samplesFor(syntheticImage(how), count).fill(how.signed ? -3 : 200);
      check({ ...frame, rows: 1, columns: count, samples });
    }
  });
}
