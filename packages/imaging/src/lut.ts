// Lookup tables: descriptor and data as they stand in a data set. PS3.3 C.11.1.1, C.11.2.1.1, C.7.6.3.1.5.
import type { DataSet } from '@concord/dicom';
import { ImagingError } from './imaging-error.ts';

/** A table of unsigned entries; input below the first mapped value gives the first entry, above the last the last. */
export interface Lut {
  readonly firstMapped: number;
  /** Significant bits of an entry, 8..16. */
  readonly bits: number;
  readonly entries: Uint16Array;
  readonly explanation?: string;
}

/** The three values of a descriptor, freed of what the VR made of them. */
export interface LutDescriptor {
  readonly count: number;
  readonly firstMapped: number;
  readonly bits: number;
}

const maximumEntries = 65536;
const word = (value: number): number => value & 0xffff;

/**
 * Reads a descriptor. The number of entries is always unsigned (0 means 65536); the first mapped value is signed where
 * the table's input can be. Throws 'bad-lut' where values are missing.
 */
export function readDescriptor(values: readonly number[], signedInput: boolean): LutDescriptor {
  const [count, first, bits] = values;
  if (count === undefined || first === undefined || bits === undefined) {
    throw new ImagingError('bad-lut', `a descriptor of ${values.length} values`);
  }
  const unsigned = word(first);
  const firstMapped = signedInput && unsigned > 0x7fff ? unsigned - 0x10000 : first < 0 ? first : unsigned;
  return { count: word(count) || maximumEntries, firstMapped, bits: word(bits) };
}

/** Two entries in each word, the first in the low byte: how 8-bit tables are packed in OW. */
export const unpackBytes = (words: readonly number[]): readonly number[] =>
  words.flatMap((pair) => [pair & 0xff, (pair >>> 8) & 0xff]);

/**
 * Entries as unsigned numbers. `values` are the words (or bytes) of the data element; 8-bit tables may come packed, two
 * entries in a word. Throws 'bad-lut' where there are fewer than `count`.
 */
export function readEntries(values: readonly number[], { count, bits }: LutDescriptor): Uint16Array {
  const packed = values.length < count && bits <= 8 && values.length * 2 >= count;
  const entries = packed ? unpackBytes(values) : values;
  if (entries.length < count) throw new ImagingError('bad-lut', `${entries.length} of ${count} entries`);
  return Uint16Array.from(entries.slice(0, count), word);
}

/** Bits of an entry, or those that the entries use, where the descriptor names a depth that no table has, or one too small for them. */
function depthOf({ bits }: LutDescriptor, entries: Uint16Array): number {
  const highest = entries.reduce((most, entry) => Math.max(most, entry), 1);
  return Math.max(bits <= 16 ? bits : 8, 8, 32 - Math.clz32(highest));
}

/** The table of one item of a Modality, VOI or Presentation LUT Sequence. Throws 'bad-lut'. */
export function readLut(item: DataSet, signedInput: boolean): Lut {
  const descriptor = readDescriptor(item.numbers('LUTDescriptor'), signedInput);
  const entries = readEntries(item.numbers('LUTData'), descriptor);
  const explanation = item.string('LUTExplanation');
  return {
    firstMapped: descriptor.firstMapped,
    bits: depthOf(descriptor, entries),
    entries,
    ...(explanation === undefined ? {} : { explanation }),
  };
}

/** The entry for an input value. */
export function lookUp({ firstMapped, entries }: Lut, value: number): number {
  const index = Math.round(value) - firstMapped;
  return entries[index < 0 ? 0 : index >= entries.length ? entries.length - 1 : index] ?? 0;
}

/** The highest value an entry can have. */
export const maximumOf = ({ bits }: Lut): number => 2 ** bits - 1;
