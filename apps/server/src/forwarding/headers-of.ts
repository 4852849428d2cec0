// Headers of what has arrived, a few at a time.
import type { DataSet } from '@concord/dicom';
import type { Archive } from '../archive/archive.ts';
import type { Arrived } from '../arrivals/arrival-rows.ts';

export type HeaderParts = Pick<Archive, 'instances' | 'header'>;

/** So many are looked up at a time, so that a large study never stands in memory. */
const headersAtOnce = 200;

/** By SOP Instance UID; what is no longer here is left out. Throws ArchiveError. */
export async function* headersOf(
  instances: readonly Arrived[],
  archive: HeaderParts,
): AsyncGenerator<readonly [string, DataSet]> {
  for (let at = 0; at < instances.length; at += headersAtOnce) {
    const uids = instances.slice(at, at + headersAtOnce).map(({ sopInstanceUid }) => sopInstanceUid);
    for (const stored of await archive.instances({ sopInstanceUid: uids }))
      yield [stored.sopInstanceUid, await archive.header(stored)];
  }
}
