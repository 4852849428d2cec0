// One value of a header as bytes in little endian order, whether it was read with the header or stays in the file. PS3.18 8.7.3.3.
import { type DataSet, DicomError, littleEndianRange, littleEndianValue } from '@concord/dicom';
import type { Archive, StoredInstance } from '../archive/archive.ts';

/** A run of bytes that can be had in part. */
export interface ByteRun {
  readonly length: number;
  /** `end` is exclusive. */
  bytes(range: { start: number; end: number }): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** @param header what `headerLeavingValues` gave; undefined where the path leads to no value in it */
export const headerValue = (
  header: DataSet,
  path: string,
  instance: StoredInstance,
  archive: Pick<Archive, 'leftValue'>,
): ByteRun | undefined => {
  try {
    const element = header.element(path);
    if (element?.reference) {
      const left = (range: { start: number; end: number }) => archive.leftValue(instance, element, range);
      return { length: element.reference.length, bytes: (range) => littleEndianRange(element, range, left) };
    }
    const encoded = header.bytes(path);
    if (!element || encoded === undefined) return undefined;
    const bytes = littleEndianValue(element, encoded);
    return { length: bytes.length, bytes: ({ start, end }) => [bytes.subarray(start, end)] };
  } catch (error) {
    if (error instanceof DicomError) return undefined;
    throw error;
  }
};

/** Its first `most` bytes, in one piece. */
export const bytesOfRun = async (run: ByteRun, most: number): Promise<Uint8Array<ArrayBuffer>> => {
  const bytes = new Uint8Array(Math.min(run.length, most));
  let at = 0;
  for await (const chunk of run.bytes({ start: 0, end: bytes.length })) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
};
