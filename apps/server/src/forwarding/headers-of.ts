// Headers of what has arrived, a few at a time.
import { type DataSet, DicomError } from '@concord/dicom';
import type { Log } from '@concord/network';
import { type Archive, ArchiveError } from '../archive/archive.ts';
import type { Arrived } from '../arrivals/arrival-rows.ts';
import { StoreError } from '../objects/object-store.ts';

export interface HeaderParts {
  readonly archive: Pick<Archive, 'instances' | 'header'>;
  readonly log: Log;
}

/** So many are looked up at a time, so that a large study never stands in memory. */
const headersAtOnce = 200;

/** One object is lost or damaged; the store itself may be well. */
const isOfObject = (error: unknown): boolean =>
  error instanceof DicomError ||
  (error instanceof ArchiveError &&
    (error.fault === 'no-such-instance' || (error.cause instanceof StoreError && error.cause.fault === 'cut-short')));

/**
 * By SOP Instance UID; what is no longer here is left out. One that cannot be read holds up no other; where none can, the store is
 * in trouble, and another time is better. Throws ArchiveError, DicomError.
 */
export async function* headersOf(
  instances: readonly Arrived[],
  { archive, log }: HeaderParts,
): AsyncGenerator<readonly [string, DataSet]> {
  const unreadable: { readonly uid: string; readonly error: unknown }[] = [];
  let read = 0;
  for (let at = 0; at < instances.length; at += headersAtOnce) {
    const uids = instances.slice(at, at + headersAtOnce).map(({ sopInstanceUid }) => sopInstanceUid);
    for (const stored of await archive.instances({ sopInstanceUid: uids })) {
      const header = await archive.header(stored).catch((error: unknown) => {
        if (!isOfObject(error)) throw error;
        unreadable.push({ uid: stored.sopInstanceUid, error });
        return undefined;
      });
      if (!header) continue;
      read += 1;
      yield [stored.sopInstanceUid, header];
    }
  }
  const [first] = unreadable;
  if (first && read === 0) throw first.error;
  for (const { uid, error } of unreadable)
    log.error({ err: error, sopInstanceUid: uid }, 'an object cannot be read: rules that look inside do not send it');
}
