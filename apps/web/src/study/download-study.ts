// A whole study as one ZIP file, each object as it is stored. Names are ours: nothing a file says becomes a path.
import { dicomwebAddress, request } from '../api.ts';
import { Zip } from './zip.ts';

export interface Wanted {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
  /** Within the ZIP file. */
  readonly path: string;
}

/** `series-002/image-00013.dcm` for the places of series and instance in their lists, from 1. */
export const pathInZip = (series: number, instance: number): string =>
  `series-${String(series).padStart(3, '0')}/image-${String(instance).padStart(5, '0')}.dcm`;

const inParallel = 3;
const fileTimeoutMs = 10 * 60_000;

const fetchStored = async ({ study, series, instance }: Wanted, signal: AbortSignal) => {
  const headers = { accept: 'application/dicom; transfer-syntax=*' };
  const address = dicomwebAddress(study, series, instance);
  const response = await request(address, { headers, signal, timeoutMs: fileTimeoutMs });
  return new Uint8Array(await response.arrayBuffer());
};

/**
 * Fetches everything that is wanted, a few at a time, in any order.
 * @throws RequestError where one object cannot be had: half a study must not look like one.
 */
export const downloadStudy = async (
  wanted: readonly Wanted[],
  { signal, onProgress }: { signal: AbortSignal; onProgress: (done: number) => void },
): Promise<Blob> => {
  const zip = new Zip();
  const rest = wanted[Symbol.iterator]();
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let done = 0;
  const work = async () => {
    for (const one of rest) {
      const fits = zip.add(one.path, await fetchStored(one, either));
      if (!fits)
        throw new RangeError(
          'The study is too large for one ZIP file (4 GB). Fetch it with getscu or npx concord get.',
        );
      done += 1;
      onProgress(done);
    }
  };
  try {
    await Promise.all(Array.from({ length: inParallel }, work));
  } finally {
    stop.abort();
  }
  return zip.finish();
};
