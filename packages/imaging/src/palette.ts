// Palette colour tables, plain, segmented and supplemental. PS3.3 C.7.6.3.1.5, C.7.6.3.1.6, C.7.9.
import type { DataSet } from '@concord/dicom';
import { ImagingError } from './imaging-error.ts';
import { type LutDescriptor, readDescriptor, readEntries, unpackBytes } from './lut.ts';

/** Colours in 8 bits per channel, three bytes for each entry. */
export interface Palette {
  readonly firstMapped: number;
  readonly count: number;
  readonly colours: Uint8Array;
}

const channels = ['Red', 'Green', 'Blue'] as const;
type Channel = (typeof channels)[number];

/** What a segmented table is expanded from, with how deep indirect segments have led. */
interface Segments {
  readonly values: readonly number[];
  readonly count: number;
  /** How many values an offset takes: two words, or four bytes. */
  readonly offsetLength: 2 | 4;
  readonly out: number[];
}

function discrete({ values, out }: Segments, at: number, length: number): number {
  if (at + length > values.length) throw new ImagingError('bad-lut', 'a discrete segment is cut off');
  for (let index = 0; index < length; index += 1) out.push(values[at + index] ?? 0);
  return at + length;
}

function linear({ values, out }: Segments, at: number, length: number): number {
  const from = out.at(-1);
  const to = values[at];
  if (from === undefined) throw new ImagingError('bad-lut', 'a linear segment has nothing to start from');
  if (to === undefined) throw new ImagingError('bad-lut', 'a linear segment is cut off');
  for (let step = 1; step <= length; step += 1) out.push(Math.round(from + ((to - from) * step) / length));
  return at + 1;
}

/** The offset is in bytes in the standard's words; every reader counts the 16-bit (or 8-bit) values. The lowest part is first. */
const offsetAt = ({ values, offsetLength }: Segments, at: number): number =>
  values
    .slice(at, at + offsetLength)
    .reduceRight((sum, part) => sum * (offsetLength === 2 ? 0x10000 : 0x100) + part, 0);

/** Runs `limit` segments from `at`; stops at the end of the data. Gives the place after them. */
function expand(segments: Segments, from: number, limit: number, mayRefer: boolean): number {
  const { values, count, offsetLength, out } = segments;
  let at = from;
  for (let done = 0; done < limit && at < values.length && out.length < count; done += 1) {
    const opcode = values[at];
    const length = values[at + 1] ?? 0;
    // Segments of nothing, each leading to all others, would cost a thread its time.
    if (length === 0) throw new ImagingError('bad-lut', 'a segment makes no entry');
    if (out.length + length > count && opcode !== 2)
      throw new ImagingError('bad-lut', 'segments make too many entries');
    if (opcode === 0) at = discrete(segments, at + 2, length);
    else if (opcode === 1) at = linear(segments, at + 2, length);
    else if (opcode === 2 && mayRefer) {
      expand(segments, offsetAt(segments, at + 2), length, false);
      at += 2 + offsetLength;
    } else throw new ImagingError('bad-lut', `segment type ${opcode}`);
  }
  return at;
}

/**
 * Entries of a segmented table, in words or, for 8-bit entries, in bytes of which two lie in a word: then the first word, a discrete
 * segment and its length, is not 0. Throws 'bad-lut' where they are not as many as the descriptor says.
 */
function expandSegments(words: readonly number[], descriptor: LutDescriptor): Uint16Array {
  const inBytes = descriptor.bits <= 8 && (words[0] ?? 0) > 0xff;
  const values = inBytes ? unpackBytes(words) : words;
  const segments: Segments = { values, count: descriptor.count, offsetLength: inBytes ? 4 : 2, out: [] };
  expand(segments, 0, values.length, true);
  if (segments.out.length < descriptor.count) {
    throw new ImagingError('bad-lut', `${segments.out.length} of ${descriptor.count} entries in segments`);
  }
  return Uint16Array.from(segments.out);
}

function readChannel(header: DataSet, channel: Channel, signedInput: boolean) {
  const descriptor = readDescriptor(header.numbers(`${channel}PaletteColorLookupTableDescriptor`), signedInput);
  const segmented = header.numbers(`Segmented${channel}PaletteColorLookupTableData`);
  if (segmented.length > 0) return { descriptor, entries: expandSegments(segmented, descriptor) };
  return { descriptor, entries: readEntries(header.numbers(`${channel}PaletteColorLookupTableData`), descriptor) };
}

/** True where entries are of more than 8 bits; tables that say 16 and use only the low eight in all channels exist, and are meant as they look. */
const isDeep = ({ descriptor, entries }: ReturnType<typeof readChannel>): boolean =>
  descriptor.bits > 8 && entries.some((entry) => entry > 0xff);

/**
 * The palette of an image; undefined where it has none.
 * Throws 'bad-lut' where a table is incomplete, or shorter than its descriptor says.
 */
export function readPalette(header: DataSet, signedInput: boolean): Palette | undefined {
  if (!header.has('RedPaletteColorLookupTableDescriptor')) return undefined;
  const tables = channels.map((channel) => readChannel(header, channel, signedInput));
  const [red, green, blue] = tables;
  if (!red || !green || !blue) return undefined;
  const count = Math.min(red.entries.length, green.entries.length, blue.entries.length);
  const colours = new Uint8Array(count * 3);
  const deep = tables.some(isDeep);
  tables.forEach(({ descriptor, entries }, channel) => {
    const shift = deep ? Math.max(0, descriptor.bits - 8) : 0;
    for (let index = 0; index < count; index += 1) colours[index * 3 + channel] = (entries[index] ?? 0) >>> shift;
  });
  return { firstMapped: red.descriptor.firstMapped, count, colours };
}

/** Index of the colour (its first byte) for a stored value. */
export function colourIndex({ firstMapped, count }: Palette, value: number): number {
  const index = value - firstMapped;
  return (index < 0 ? 0 : index >= count ? count - 1 : index) * 3;
}
