// What a command does with one file, and what became of it. Tasks run in threads: what goes in and out can be copied.
import { readFile } from 'node:fs/promises';
import { DicomError, type Part10File, readPart10 } from '@concord/dicom';
import type { NamedFile } from '../files.ts';
import { writeWhole } from '../write-file.ts';

/** Works on one file. `target`: where the new file goes, '' where none is made. Throws DicomError and ImagingError where it cannot. */
export type Task<Result> = (file: NamedFile, target: string) => Promise<Result>;

/** `foreign`: found in a folder and not DICOM at all. */
export type Outcome<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'failed'; readonly reason: string };

/** What goes to a thread, and what comes back. */
export interface Job {
  readonly id: number;
  readonly file: NamedFile;
  readonly target: string;
}
export interface Reply<Result> {
  readonly id: number;
  readonly outcome: Outcome<Result>;
}

/** Does the task; whatever it throws is told of this file, and the others go on. */
export async function outcomeOf<Result>(task: Task<Result>, file: NamedFile, target: string): Promise<Outcome<Result>> {
  try {
    return { kind: 'done', result: await task(file, target) };
  } catch (error) {
    if (error instanceof DicomError && error.fault === 'not-dicom' && !file.explicit) return { kind: 'foreign' };
    return { kind: 'failed', reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const expected = ['DicomError', 'ImagingError', 'CliError'].includes(error.name) || 'syscall' in error;
  return expected ? error.message : `a fault of this program: ${error.stack ?? error.message}`;
}

const mediaStorageDirectory = '1.2.840.10008.1.3.10';

/** DICOMDIRs are left to tools for media. @throws DicomError `not-dicom` */
export function notDirectory(file: Part10File): Part10File {
  if (file.meta.string('MediaStorageSOPClassUID') === mediaStorageDirectory)
    throw new DicomError('not-dicom', -1, '', 'a DICOMDIR');
  return file;
}

/** A DICOM file with an instance in it. @throws DicomError */
export const readDicom = (bytes: Uint8Array): Part10File => notDirectory(readPart10(bytes));

/** A task that makes a new file of each, in memory; it is there whole or not at all. */
export const rewriting =
  (make: (bytes: Uint8Array, file: NamedFile) => Promise<Uint8Array | string> | Uint8Array | string): Task<undefined> =>
  async (file, target) => {
    await writeWhole(target, await make(await readFile(file.path), file));
    return undefined;
  };
