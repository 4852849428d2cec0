// Commands that make a new file of each file they are given: over folders, several at a time, with progress.
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { DicomError, type Part10File, readPart10 } from '@concord/dicom';
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { filesBelow, type NamedFile } from './files.ts';
import type { Surroundings } from './surroundings.ts';
import { startTally, type Tally } from './tally.ts';
import { wholeNumber } from './whole-number.ts';
import { writeWhole } from './write-file.ts';

export interface EachFileOptions {
  readonly to?: string;
  readonly inPlace?: true;
  readonly jobs?: number;
  readonly json?: true;
}

/** What a command does with one file. */
export interface FileWork {
  /** What the file is afterwards, for the counts: `modified`. */
  readonly done: string;
  /** The new file. Throws DicomError where it cannot be made. */
  readonly make: (bytes: Uint8Array, file: NamedFile) => Promise<Uint8Array | string> | Uint8Array | string;
  /** The new file's name from the old one's; the same where absent. */
  readonly rename?: (relative: string) => string;
}

/** Adds arguments and options that all of them have. */
export const withFiles = (command: Command): Command =>
  command
    .argument('<paths...>', 'files, and folders with everything in them')
    .option('--to <folder>', 'where the new files go, in folders as they were')
    .option('--in-place', 'replaces the files, each at once when its new one is complete')
    .option('-j, --jobs <number>', 'files at a time (default: as many as there are processors)', wholeNumber(1, 256))
    .option('--json', 'one JSON object per file, and one with the counts at the end');

/** A DICOM file for `make`; DICOMDIRs are left to tools for media. */
export function readDicom(bytes: Uint8Array): Part10File {
  const file = readPart10(bytes);
  if (file.meta.string('MediaStorageSOPClassUID') === mediaStorageDirectory)
    throw new DicomError('not-dicom', -1, '', 'a DICOMDIR');
  return file;
}
const mediaStorageDirectory = '1.2.840.10008.1.3.10';

/** Makes the new files. What fails is told and the rest goes on. */
export async function eachFile(
  paths: readonly string[],
  options: EachFileOptions,
  work: FileWork,
  surroundings: Surroundings,
): Promise<void> {
  if ((options.to === undefined) === (options.inPlace === undefined))
    throw new CliError('usage', 'say where the new files go: --to <folder> or --in-place');
  if (options.inPlace && work.rename)
    throw new CliError('usage', 'the new files are of another kind: say where they go with --to');
  const files = await Array.fromAsync(filesBelow(paths));
  const targets = targetsOf(files, options, work);
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  const tally = startTally(
    { done: work.done, json: options.json === true, total: files.length, sizeOf: (path) => sizes.get(path) ?? 0 },
    surroundings,
  );
  const waiting = files.values();
  const lane = async () => {
    for (const file of waiting) {
      const reason = surroundings.signal.aborted ? 'interrupted' : undefined;
      if (reason) tally.tell({ path: file.path, outcome: 'failed', reason });
      else await makeOne(file, targets.get(file) ?? file.path, work, tally);
    }
  };
  await Promise.all(Array.from({ length: options.jobs ?? availableParallelism() }, lane));
  tally.end();
}

/** Where each new file goes. @throws CliError `usage` when two would go to the same place */
function targetsOf(files: readonly NamedFile[], { to }: EachFileOptions, { rename = (name) => name }: FileWork) {
  const targets = new Map<NamedFile, string>();
  const taken = new Map<string, string>();
  for (const file of files) {
    const target = to === undefined ? file.path : join(to, rename(file.relative));
    const other = taken.get(resolve(target));
    if (other !== undefined) throw new CliError('usage', `${file.path} and ${other} would both become ${target}`);
    taken.set(resolve(target), file.path);
    targets.set(file, target);
  }
  return targets;
}

async function makeOne(file: NamedFile, target: string, work: FileWork, tally: Tally): Promise<void> {
  const { path, explicit } = file;
  try {
    await writeWhole(target, await work.make(await readFile(path), file));
    tally.tell({ path, outcome: 'done', details: { to: target } });
  } catch (error) {
    if (
      !(error instanceof Error) ||
      !(error instanceof DicomError || error.name === 'ImagingError' || 'syscall' in error)
    )
      throw error;
    if (error instanceof DicomError && error.fault === 'not-dicom' && !explicit) tally.passBy(1);
    else tally.tell({ path, outcome: 'failed', reason: error.message });
  }
}
