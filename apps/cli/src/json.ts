// `concord json`: files to the DICOM JSON model and back. PS3.18 Annex F.
import { Command } from 'commander';
import { type EachFileOptions, eachFile, type FileWork, withFiles } from './each-file.ts';
import type { Surroundings } from './surroundings.ts';
import { taskPool } from './tasks/pool.ts';

interface JsonOptions extends EachFileOptions {
  readonly read?: true;
}

const examples = `
Every value is in the JSON file; only encapsulated pixel data is a URI of the DICOM file with offset and length.
To print instead of writing files: concord dump --json.

Examples:
  concord json study/ --to as-json
  concord json --read as-json/ --to as-dicom`;

/** The command. */
export const json = (surroundings: Surroundings): Command =>
  withFiles(new Command('json'))
    .description('makes DICOM JSON model files of DICOM files, or DICOM files of those')
    .option('--read', 'the other way: from JSON to DICOM')
    .addHelpText('after', examples)
    .action((paths: readonly string[], options: JsonOptions) =>
      eachFile(paths, options, options.read ? fromJsonFiles : toJsonFiles, surroundings),
    );

const toJsonFiles: FileWork = {
  done: 'written',
  open: (size) => taskPool('json', { read: false }, size),
  rename: (relative) => `${relative.replace(/\.dcm$/i, '')}.json`,
};

const fromJsonFiles: FileWork = {
  done: 'written',
  open: (size) => taskPool('json', { read: true }, size),
  rename: (relative) => `${relative.replace(/\.json$/i, '')}.dcm`,
};
