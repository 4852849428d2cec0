// Headers whose long values stay in the file, and those values in pieces: a document of hundreds of megabytes is never held whole.
import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { DataSet, type Element, explicitVrLittleEndian, readSource, readStream, writeDataSet } from '@concord/dicom';
import type { StoredInstance } from './archive.ts';

/** What the file of an object gives. */
export interface ObjectBytes {
  /** The data set as it is stored, or a range of it; `end` is exclusive. */
  dataSet(instance: StoredInstance, range?: { start: number; end: number }): AsyncIterable<Uint8Array>;
  isDeflated(instance: StoredInstance): boolean;
}

export interface LeftValues {
  /** Everything before the pixel data; a value of more than 1 MiB is where its element's `reference` says. Throws DicomError beyond 64 MiB without those. */
  read(instance: StoredInstance): Promise<DataSet>;
  /** Such a value, or a range of it; `end` is exclusive. */
  bytes(instance: StoredInstance, element: Element, range?: { start: number; end: number }): AsyncIterable<Uint8Array>;
}

/** Values longer than this stay in the file, in bytes. */
const longest = 1024 * 1024;
/** All others of a header together, in bytes: more than what is taken in may have. */
const held = 64 * 1024 * 1024;

/** What stands before the data set in a file, so that inflated bytes can be read as one. PS3.10 7.1. */
const front = (): Buffer => {
  const meta = new DataSet();
  meta.set('TransferSyntaxUID', explicitVrLittleEndian);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), writeDataSet(meta, explicitVrLittleEndian)]);
};

/** @param stopBefore tag of the first element that is not read */
export function createLeftValues({ dataSet, isDeflated }: ObjectBytes, stopBefore: number): LeftValues {
  const inflatedFront = front();
  const options = { stopBefore, bulkThreshold: longest, limits: { held } };

  async function* inflatedFile(instance: StoredInstance): AsyncGenerator<Uint8Array> {
    yield inflatedFront;
    yield* inflated(dataSet(instance));
  }

  /** References count from the beginning of the file: also what stands before the data set is read. */
  const source = (instance: StoredInstance) => ({
    read: async (offset: number, length: number) => {
      const [start, end] = [offset - instance.dataSetOffset, Math.min(offset + length, instance.size)];
      if (offset >= end) return new Uint8Array();
      return Buffer.concat(await Array.fromAsync(dataSet(instance, { start, end: end - instance.dataSetOffset })));
    },
  });

  return {
    read: async (instance) =>
      isDeflated(instance)
        ? (await readStream(inflatedFile(instance), options)).dataSet
        : (await readSource(source(instance), options)).dataSet,
    bytes(instance, { reference = { offset: 0, length: 0 } }, { start, end } = { start: 0, end: reference.length }) {
      const ofFile = { start: reference.offset + start, end: reference.offset + Math.min(end, reference.length) };
      if (isDeflated(instance)) return within(inflatedFile(instance), ofFile);
      const { dataSetOffset } = instance;
      return dataSet(instance, { start: ofFile.start - dataSetOffset, end: ofFile.end - dataSetOffset });
    },
  };
}

/** PS3.5 A.5. Whoever has enough may leave early. */
function inflated(deflated: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const inflate = createInflateRaw();
  pipeline(Readable.from(deflated, { objectMode: false }), inflate, () => undefined); // what fails is thrown by the one that reads
  return inflate;
}

async function* within(
  chunks: AsyncIterable<Uint8Array>,
  { start, end }: { start: number; end: number },
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of chunks) {
    const piece = chunk.subarray(Math.max(0, start - at), Math.max(0, end - at));
    at += chunk.length;
    if (piece.length > 0) yield piece;
    if (at >= end) return;
  }
}
