// Pixel data of a data set: where it lies, and its frames as bytes. PS3.3 C.7.6.3 and C.7.6.24, PS3.5 A.4.
import type { ByteRange, Content, Element } from './content.ts';
import { contentOf, type DataSet } from './data-set.ts';
import { DicomError } from './error.ts';
import { frameRanges, type PixelDataPlace } from './frames.ts';
import type { Source } from './source.ts';

const pixelTags: ReadonlySet<number> = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);

const pixelElement = (content: Content): Element | undefined => content.elements.find(({ tag }) => pixelTags.has(tag));

/** @internal */
export function placeIn(content: Content): PixelDataPlace | undefined {
  const element = pixelElement(content);
  if (!element) return undefined;
  const { tag, vr, fragments, reference, encoding } = element;
  const offset = reference?.offset ?? element.source?.offsetAt(element.valueStart) ?? 0;
  const length = reference?.length ?? element.valueEnd - element.valueStart;
  const place = { tag, vr, offset, length: fragments ? undefined : length, fragments: fragments ?? [] };
  return encoding.littleEndian ? place : { ...place, bigEndian: true };
}

/** Where the pixel data of a data set lies in what it was read from; undefined where it has none. Offsets count from the first byte read. */
export const pixelDataOf = (dataSet: DataSet): PixelDataPlace | undefined => placeIn(contentOf(dataSet));

/**
 * Each frame's bytes as they are encoded: a view where the frame is one run of bytes, joined where it has several fragments.
 * @throws DicomError `bad-frames` where frames cannot be told apart; `absent-bulk` where the value was left in the file
 */
export function* frames(dataSet: DataSet): Generator<Uint8Array, void> {
  const place = pixelDataOf(dataSet);
  const source = pixelElement(contentOf(dataSet))?.source;
  if (!place || !source) return;
  for (const runs of rangesIn(place, dataSet, source)) yield joined(source, runs);
}

/**
 * One frame, counted from 0.
 * @throws DicomError as `frames`; `bad-frames` where there is no such frame
 */
export function frame(dataSet: DataSet, index: number): Uint8Array {
  const place = pixelDataOf(dataSet);
  const source = pixelElement(contentOf(dataSet))?.source;
  const runs = place && source && rangesIn(place, dataSet, source)[index];
  if (!runs) throw new DicomError('bad-frames', place?.offset ?? -1, 'PixelData', `no frame ${index}`);
  return joined(source, runs);
}

function rangesIn(place: PixelDataPlace, dataSet: DataSet, source: Source): readonly (readonly ByteRange[])[] {
  const read = ({ offset, length }: ByteRange) => source.view(offset, length);
  const [table] = place.fragments;
  return frameRanges(place, dataSet, table && table.length > 0 ? read(table) : undefined, read);
}

function joined(source: Source, runs: readonly ByteRange[]): Uint8Array {
  const [only, ...more] = runs;
  if (only && more.length === 0) return source.view(only.offset, only.length);
  const whole = new Uint8Array(runs.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const { offset, length } of runs) {
    whole.set(source.view(offset, length), at);
    at += length;
  }
  return whole;
}
