// Takes the File Meta Information off a Part 10 file that streams by, and leaves the data set. PS3.10 7.1.
import { type DataSet, readDataSet } from '@concord/dicom';

/** Real ones have some 200 bytes; beyond this it is none. */
const largestMeta = 65_536;
const preamble = 128;
const explicitVrLittleEndian = '1.2.840.10008.1.2.1';
/** VRs with a length of four bytes. PS3.5 7.1.2. */
const longVrs = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

export interface SplitFile {
  readonly meta: DataSet;
  readonly dataSet: AsyncIterable<Uint8Array>;
}

/** Where group 0002 ends; undefined where that takes more bytes; -1 where this is no Part 10 file. */
function metaEnd(bytes: Buffer, ended: boolean): number | undefined {
  if (bytes.length < preamble + 4) return ended ? -1 : undefined;
  if (bytes.toString('latin1', preamble, preamble + 4) !== 'DICM') return -1;
  let at = preamble + 4;
  while (at < largestMeta) {
    if (bytes.length < at + 12) return ended ? endWithin(bytes, at) : undefined;
    if (bytes.readUInt16LE(at) !== 2) return at;
    const long = longVrs.has(bytes.toString('latin1', at + 4, at + 6));
    at += long ? 12 + bytes.readUInt32LE(at + 8) : 8 + bytes.readUInt16LE(at + 6);
  }
  return -1;
}

/** The last bytes of a file hold no further element of group 0002; fewer than 12 may still be a data set. */
const endWithin = (bytes: Buffer, at: number): number =>
  at <= bytes.length && (at === bytes.length || (bytes.length >= at + 2 && bytes.readUInt16LE(at) !== 2)) ? at : -1;

/**
 * Undefined where the file is no Part 10 file. A chunk of the file need be valid only until the next is asked for, and so are those of the
 * data set. Throws DicomError where its meta information is damaged.
 */
export async function splitPart10(file: AsyncIterable<Uint8Array>): Promise<SplitFile | undefined> {
  const chunks = file[Symbol.asyncIterator]();
  /** Copies: further chunks had to be asked for. */
  const held: Uint8Array[] = [];
  let size = 0;
  let seen = 0;
  for (;;) {
    const next = await chunks.next();
    const ended = next.done === true;
    const chunk = next.value ?? new Uint8Array(0);
    size += chunk.length;
    // Looked at again only when there is twice as much: a file sent byte by byte costs no more than its length.
    if (ended || size >= Math.max(preamble, seen * 2)) {
      seen = size;
      const bytes = joined(held, chunk);
      const end = metaEnd(bytes, ended);
      if (end !== undefined && end >= 0 && end <= bytes.length) return split(bytes, end, chunks);
      if (ended || end === -1 || size > largestMeta) {
        await chunks.return?.();
        return undefined;
      }
    }
    held.push(Uint8Array.from(chunk));
  }
}

const joined = (held: readonly Uint8Array[], last: Uint8Array): Buffer =>
  held.length === 0 ? Buffer.from(last.buffer, last.byteOffset, last.byteLength) : Buffer.concat([...held, last]);

const split = (bytes: Buffer, end: number, rest: AsyncIterator<Uint8Array>): SplitFile => ({
  meta: readDataSet(Uint8Array.from(bytes.subarray(preamble + 4, end)), explicitVrLittleEndian),
  dataSet: follow(bytes.subarray(end), rest),
});

async function* follow(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
