// Values in little endian order, whatever they were read in. PS3.5 7.3.
import type { Element } from './content.ts';
import { swapInPlace } from './swap.ts';
import { rawValue } from './value.ts';
import { vrTraits } from './vr.ts';

/** Bytes of the numbers whose bytes are in the other order; 1 where none are. */
const widthToSwap = ({ encoding, vr }: Element): number =>
  encoding.littleEndian ? 1 : Math.max(1, vrTraits(vr).width);

/** @param raw the value field as it is encoded; text that was set has none in what was read */
export function littleEndianValue(element: Element, raw = rawValue(element)): Uint8Array {
  const width = widthToSwap(element);
  if (width < 2) return raw;
  const swapped = new Uint8Array(raw); // a Buffer's slice() would be no copy
  swapInPlace(swapped, width);
  return swapped;
}

interface Range {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/**
 * A range of a value that was left where it stands.
 * @param range in bytes of the value field, at most its length
 * @param read gives a range as it stands there; chunks of any size
 */
export async function* littleEndianRange(
  element: Element,
  { start, end }: Range,
  read: (range: Range) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  const width = widthToSwap(element);
  if (width < 2) {
    yield* read({ start, end });
    return;
  }
  let at = start - (start % width);
  let left = new Uint8Array(0);
  const within = (bytes: Uint8Array) => bytes.subarray(Math.max(0, start - at), Math.max(0, end - at));
  for await (const chunk of read({ start: at, end: Math.min(element.length, Math.ceil(end / width) * width) })) {
    const bytes = new Uint8Array(left.length + chunk.length);
    bytes.set(left);
    bytes.set(chunk, left.length);
    const whole = bytes.length - (bytes.length % width);
    left = bytes.slice(whole);
    const swapped = bytes.subarray(0, whole);
    swapInPlace(swapped, width);
    yield within(swapped);
    at += whole;
  }
  yield within(left);
}
