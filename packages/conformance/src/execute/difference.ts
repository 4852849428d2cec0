// What an object is after it has been stored and given back: every attribute, and the pixels by their digest. PS3.2 A.8.1.4
import { createHash } from 'node:crypto';
import { type DataSet, describeTag, formatTag, parseTag, readDataSet, toJson } from '@concord/dicom';
import type { TestInstance } from './test-data.ts';

/** Attributes of the encoding, and lengths of groups: they may change with the transfer syntax. */
const ofTheEncoding = /^(?:....0000|00080005|7FE00010|7FE00001|7FE00002|00282110|00282112|00282114|00080008|00282000)$/;

const words = (key: string): string => {
  const tag = Number.parseInt(key, 16);
  return `${describeTag(tag)?.name ?? 'Attribute'} ${formatTag(tag)}`;
};

const shown = (value: unknown): string => JSON.stringify(value ?? null).slice(0, 200);

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Attributes that a statement says are coerced, as keys of the JSON model. */
export const keysOf = (tags: readonly string[]): ReadonlySet<string> =>
  new Set(
    tags.flatMap((text) => {
      const tag = parseTag(text);
      return tag === undefined ? [] : [tag.toString(16).toUpperCase().padStart(8, '0')];
    }),
  );

const withoutPixels = (dataSet: DataSet): DataSet => {
  const bare = dataSet.clone();
  bare.delete('PixelData');
  return bare;
};

const encapsulatedStart = Buffer.from('e07f10004f420000ffffffff', 'hex');

/** Pixel Data as it is on the wire, from its tag on where it is encapsulated: it is the last element of our objects. */
function pixelsIn(bytes: Uint8Array, dataSet: DataSet): Uint8Array | undefined {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).lastIndexOf(encapsulatedStart);
  return at >= 0 ? bytes.subarray(at) : dataSet.bytes('PixelData');
}

/** In words what is not as it was sent; attributes of `coerced` may be otherwise. Throws DicomError for bytes that are no data set. */
export function differencesBetween(
  { dataSet: sent, bytes: sentBytes, transferSyntaxUid }: Pick<TestInstance, 'dataSet' | 'bytes' | 'transferSyntaxUid'>,
  bytes: Uint8Array,
  transferSyntax: string,
  {
    coerced = new Set<string>(),
    pixels = true,
  }: { readonly coerced?: ReadonlySet<string>; readonly pixels?: boolean } = {},
): readonly string[] {
  const back = readDataSet(bytes, transferSyntax);
  const [before, after] = [toJson(withoutPixels(sent)), toJson(withoutPixels(back))];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...keys]
    .filter((key) => !ofTheEncoding.test(key) && !coerced.has(key))
    .filter((key) => JSON.stringify(before[key]?.Value ?? null) !== JSON.stringify(after[key]?.Value ?? null))
    .sort()
    .map((key) =>
      after[key] === undefined
        ? `${words(key)} is missing, ${shown(before[key]?.Value)} was sent`
        : before[key] === undefined
          ? `${words(key)} is there with ${shown(after[key].Value)}, and was not sent`
          : `${words(key)} came back as ${shown(after[key].Value)}, ${shown(before[key].Value)} was sent`,
    );
  if (!pixels) return changed;
  const [ours, theirs] = [pixelsIn(sentBytes, readDataSet(sentBytes, transferSyntaxUid)), pixelsIn(bytes, back)];
  if (ours === undefined || (theirs !== undefined && digestOf(ours) === digestOf(theirs))) return changed;
  return [...changed, 'the pixels came back changed'];
}
