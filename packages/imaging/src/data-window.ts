// Windows for images that have none: from the lowest to the highest value, or from how often each occurs. PS3.3 C.11.2.
import type { DecodedFrame } from './codecs/codec.ts';
import { type Lut, lookUp } from './lut.ts';
import type { Rendering } from './rendering.ts';
import { modalityValue, storedRangeOf } from './stored-range.ts';
import { type Window, windowOfRange } from './window.ts';

/** So many of the pixels at either end may be taken for outliers. */
const outliers = 0.001;
/** They are left out only where the others use less than this share of the range. */
const worthIt = 0.5;
/** Values that may lie between the lowest and the highest: no image of up to 16 bits has more. */
const widest = 65_536;

/** Lowest and highest stored value of a frame without its padding and what is infinite; undefined where there is nothing else. */
export function storedRange(
  { samples }: DecodedFrame,
  padding: Rendering['padding'],
): readonly [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < samples.length; index += 1) {
    const value = samples[index] ?? 0;
    if (padding && value >= padding.low && value <= padding.high) continue;
    if (value < low && value !== Number.NEGATIVE_INFINITY) low = value;
    if (value > high && value !== Number.POSITIVE_INFINITY) high = value;
  }
  return Number.isFinite(low) && Number.isFinite(high) ? [low, high] : undefined;
}

/** The window made from the data, in modality values: everything in the frame, without its padding, is told apart. */
export function dataWindow(frame: DecodedFrame, { modality, padding }: Rendering): Window {
  // 8-bit images without a window are meant to be seen as they are.
  const asIs = frame.bitsStored <= 8 && modality.kind === 'identity';
  const range = asIs ? storedRangeOf(frame) : storedRange(frame, padding);
  if (!range) return windowOfRange(0, 1);
  const [a, b] = range.map((stored) => modalityValue(modality, stored));
  if (modality.kind === 'lut') return lutRange(modality.lut, range);
  return windowOfRange(Math.min(a ?? 0, b ?? 0), Math.max(a ?? 0, b ?? 0));
}

/** A table need not rise: its lowest and highest output over the values that occur. */
function lutRange(lut: Lut, [low, high]: readonly [number, number]): Window {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let stored = low; stored <= high; stored += 1) {
    const value = lookUp(lut, stored);
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return windowOfRange(least, most);
}

/**
 * The window made from the data: everything in the frame without its padding is told apart, unless a few pixels far from all
 * others would leave those little contrast.
 */
export function estimatedWindow(frame: DecodedFrame, rendering: Rendering): Window {
  const { modality, padding } = rendering;
  const asIs = frame.bitsStored <= 8 && modality.kind === 'identity';
  const range = asIs || modality.kind === 'lut' ? undefined : storedRange(frame, padding);
  const trimmed = range && trimmedRange(frame, padding, range);
  if (!trimmed) return dataWindow(frame, rendering);
  const [one = 0, other = 0] = trimmed.map((stored) => modalityValue(modality, stored));
  return windowOfRange(Math.min(one, other), Math.max(one, other));
}

/** The range without outliers; undefined where there are none that matter. */
function trimmedRange(
  { samples }: DecodedFrame,
  padding: Rendering['padding'],
  [low, high]: readonly [number, number],
): readonly [number, number] | undefined {
  if (!Number.isInteger(low) || high - low < 2 || high - low >= widest) return undefined;
  const counts = new Uint32Array(high - low + 1);
  let total = 0;
  for (let index = 0; index < samples.length; index += 1) {
    const value = samples[index] ?? 0;
    if (padding && value >= padding.low && value <= padding.high) continue;
    counts[value - low] = (counts[value - low] ?? 0) + 1;
    total += 1;
  }
  const allowed = Math.floor(total * outliers);
  const first = skip(counts, allowed, 0, 1);
  const last = skip(counts, allowed, counts.length - 1, -1);
  return first < last && last - first < (high - low) * worthIt ? [low + first, low + last] : undefined;
}

/** The first place from `from` on behind which more than `allowed` pixels lie. */
function skip(counts: Uint32Array, allowed: number, from: number, step: 1 | -1): number {
  let passed = 0;
  let at = from;
  while (at >= 0 && at < counts.length) {
    passed += counts[at] ?? 0;
    if (passed > allowed) return at;
    at += step;
  }
  return from;
}
