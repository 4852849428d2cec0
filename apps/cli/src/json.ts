// `concord json`: files to the DICOM JSON model and back. PS3.18 Annex F.
import { DicomError, explicitVrLittleEndian, fromJson, toJson, writePart10 } from '@concord/dicom';
import { Command } from 'commander';
import { bulkUriIn } from './bulk-uri.ts';
import { type EachFileOptions, eachFile, readDicom, withFiles } from './each-file.ts';
import type { NamedFile } from './files.ts';
import type { Surroundings } from './surroundings.ts';

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

const toJsonFiles = {
  done: 'written',
  make: (bytes: Uint8Array, { path }: NamedFile) =>
    `${JSON.stringify(toJson(readDicom(bytes).dataSet, { bulkDataUri: bulkUriIn(path) }))}\n`,
  rename: (relative: string) => `${relative.replace(/\.dcm$/i, '')}.json`,
};

const fromJsonFiles = {
  done: 'written',
  make: (bytes: Uint8Array) => {
    const dataSet = fromJson(parsed(new TextDecoder().decode(bytes)));
    return writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });
  },
  rename: (relative: string) => `${relative.replace(/\.json$/i, '')}.dcm`,
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DicomError('bad-json', -1, '', error instanceof Error ? error.message : '');
  }
}
