// What the encoder wrote: parameter sets and frames out of its MP4 file. ISO/IEC 14496-15 5.3.3.1.
import { ImagingError } from '../imaging-error.ts';
import { boxIn, numbersIn } from './mp4-box.ts';

/** Frames of which each can be shown by itself, and what they are read with. */
export interface EncodedFrames {
  /** The frames, one behind the other; each is a NAL unit with its length in front. */
  readonly bytes: Uint8Array;
  readonly sizes: readonly number[];
  readonly sequenceParameters: Uint8Array;
  readonly pictureParameters: Uint8Array;
}

/** Slice of an instantaneous decoding refresh picture. ISO/IEC 14496-10 Table 7-1. */
const shownByItself = 5;

/** Views on the file. Throws 'internal' where it does not hold `count` frames of one slice each. */
export function framesIn(file: Uint8Array, count: number): EncodedFrames {
  const bytes = boxIn(file, 'mdat');
  const numbers = numbersIn(bytes);
  const sizes: number[] = [];
  for (let at = 0; at + 5 <= bytes.length; at += sizes.at(-1) ?? 0) {
    if (((bytes[at + 4] ?? 0) & 31) !== shownByItself)
      throw new ImagingError('internal', 'a NAL unit that is no frame');
    sizes.push(numbers.getUint32(at) + 4);
  }
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.length !== count || total !== bytes.length)
    throw new ImagingError('internal', `${sizes.length} frames from the encoder, not ${count}`);
  return { bytes, sizes, ...parameterSets(file) };
}

/** Bytes of a VisualSampleEntry before its boxes. */
const visualSampleEntry = 78;
const sampleTable = ['moov', 'trak', 'mdia', 'minf', 'stbl'] as const;

/** The first of each, of which the encoder writes one. */
function parameterSets(file: Uint8Array) {
  const table = sampleTable.reduce((box, name) => boxIn(box, name), file);
  const entry = boxIn(boxIn(table, 'stsd'), 'avc1', 8);
  const decoder = boxIn(entry, 'avcC', visualSampleEntry);
  const numbers = numbersIn(decoder);
  const first = numbers.getUint16(6);
  const second = numbers.getUint16(9 + first);
  return {
    sequenceParameters: decoder.subarray(8, 8 + first),
    pictureParameters: decoder.subarray(11 + first, 11 + first + second),
  };
}
