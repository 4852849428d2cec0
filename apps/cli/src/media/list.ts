// `concord media list`: what a medium holds, by its DICOMDIR or by its files. PS3.10 6.4 (FSR)

import { type FileSet, folderMedium, instancesOf, openFileSet, type ScanOptions, scanMedium } from '@concord/media';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { counted } from '../counted.ts';
import { printable } from '../printable.ts';
import { progress } from '../progress.ts';
import type { Surroundings } from '../surroundings.ts';
import { streamingTable } from '../table.ts';
import { findingLines } from './report.ts';

const shown = 20;

interface ListOptions {
  readonly scan?: true;
  readonly json?: true;
}

const after = `
Without a DICOMDIR in the root, or with one that cannot be read, all files are looked at. What is wrong with the directory
is told, and the rest is listed.

Exit codes: 0 something is listed, 1 nothing is, 2 wrong use.

Examples:
  concord media list /media/cdrom
  concord media list copied --scan --json | jq .path`;

/** The command. */
export const mediaList = (surroundings: Surroundings): Command =>
  new Command('list')
    .description('lists what a file-set holds')
    .argument('<folder>', 'root of the medium, where the DICOMDIR is')
    .option('--scan', 'looks at every file and leaves the DICOMDIR alone')
    .option('--json', 'one JSON object per instance')
    .addHelpText('after', after)
    .action((folder: string, options: ListOptions) => list(folder, options, surroundings));

async function openAt(folder: string, { scan }: ListOptions, surroundings: Surroundings): Promise<FileSet> {
  const { signal } = surroundings;
  const medium = await folderMedium(folder, signal).catch((cause: unknown) => {
    throw new CliError('usage', cause instanceof Error ? cause.message : String(cause), { cause });
  });
  const bar = progress(surroundings, medium.paths.length);
  const options: ScanOptions = { signal, progress: (done) => bar.show(done, 'files') };
  try {
    return await (scan ? scanMedium(medium, options) : openFileSet(medium, options));
  } finally {
    bar.end();
  }
}

/** A row for each series. */
async function* rows({ patients }: FileSet): AsyncGenerator<readonly string[]> {
  for (const patient of patients)
    for (const study of patient.studies)
      for (const { modality, keys, instances } of study.series)
        yield [
          patient.patientId,
          patient.patientName,
          study.keys.string('StudyDate') ?? '',
          study.keys.string('StudyDescription') ?? '',
          modality,
          keys.string('SeriesNumber') ?? '',
          String(instances.length),
        ];
}

function* jsonLines(fileSet: FileSet): Generator<string> {
  for (const patient of fileSet.patients)
    for (const study of patient.studies)
      for (const series of study.series)
        for (const { keys: _, ...instance } of series.instances) {
          const { patientId, patientName } = patient;
          const { studyInstanceUid } = study;
          const { seriesInstanceUid, modality } = series;
          yield JSON.stringify({ patientId, patientName, studyInstanceUid, seriesInstanceUid, modality, ...instance });
        }
  for (const { keys: _, ...instance } of fileSet.others) yield JSON.stringify(instance);
}

async function list(folder: string, options: ListOptions, surroundings: Surroundings): Promise<void> {
  const fileSet = await openAt(folder, options, surroundings);
  const { print, note } = surroundings;
  if (options.json) for (const line of jsonLines(fileSet)) print(line);
  else {
    const heading = ['PATIENT ID', 'NAME', 'DATE', 'STUDY', 'MODALITY', 'SERIES', 'FILES'];
    await streamingTable(heading, rows(fileSet), print);
    for (const { recordType, fileId } of fileSet.others) print(printable(`${recordType} ${fileId}`));
  }
  const count = [...instancesOf(fileSet)].length;
  for (const line of findingLines(fileSet.findings)) note(line);
  for (const path of fileSet.passedOver.slice(0, shown)) note(printable(`passed over, of a private record: ${path}`));
  if (fileSet.passedOver.length > shown) note(`${fileSet.passedOver.length - shown} more of private records`);
  if (fileSet.unreferenced.length > 0) note(unreferencedWords(fileSet));
  if (count === 0) {
    note(`${printable(folder)}: no DICOM instance`);
    surroundings.fail();
  }
}

const unreferencedWords = ({ from, unreferenced: { length } }: FileSet): string =>
  from === 'files'
    ? `${counted(length, 'file is no DICOM instance', 'files are no DICOM instances')}`
    : `${counted(length, 'file is', 'files are')} named by no record (--scan looks at ${length === 1 ? 'it' : 'them'})`;
