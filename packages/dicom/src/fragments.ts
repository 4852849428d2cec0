// The items of encapsulated pixel data: an offset table and fragments, each of defined length. PS3.5 A.4.
import { type ByteRange, undefinedLength } from './content.ts';
import { readTag, readUint32 } from './header.ts';
import type { Progress } from './progress.ts';
import { itemTag, sequenceDelimitationTag } from './tag.ts';

/** What stands here: another fragment, which was passed; the end; something else; too few bytes to say. */
export type FragmentStep = 'fragment' | 'end' | 'stray' | 'starved' | 'wait' | 'cut';

/** Passes one fragment. */
export function passFragment(
  progress: Progress,
  end: number,
  littleEndian: boolean,
  element: number,
  fragments: ByteRange[],
): FragmentStep {
  const { source, at } = progress;
  if (progress.room(end) < 8) return 'starved';
  const tag = readTag(source.bytes, at, littleEndian);
  const length = readUint32(source.bytes, at + 4, littleEndian);
  if (tag === sequenceDelimitationTag) return 'end';
  if (tag !== itemTag || length === undefinedLength) return 'stray';
  const offset = progress.offset + 8;
  const available = Math.min(source.filled - at - 8, end - offset);
  if (length > progress.bulkThreshold && offset + length <= end) {
    progress.countUp();
    progress.at += 8;
    fragments.push(progress.leave(length, element));
    return progress.skip === 0 ? 'fragment' : 'wait';
  }
  const cut = length > available;
  if (cut && offset + length <= end && !progress.ended) {
    progress.waitFor(at + 8 + length);
    return 'wait';
  }
  progress.countUp();
  fragments.push({ offset, length: Math.min(length, available) });
  progress.at += 8 + Math.min(length, available);
  return cut ? 'cut' : 'fragment';
}
