// `concord dump`: every element of files, as text or as the DICOM JSON model. PS3.10 chapter 7, PS3.18 Annex F.
import { createReadStream } from 'node:fs';
import { DicomError, dump as dumpLines, type Part10File, readStream, toJson } from '@concord/dicom';
import { Command } from 'commander';
import { bulkUriIn } from './bulk-uri.ts';
import { filesBelow, type NamedFile } from './files.ts';
import { printable } from './printable.ts';
import type { Surroundings } from './surroundings.ts';

interface DumpOptions {
  readonly json?: true;
  readonly all?: true;
}

/** Values longer than this stay in the file: neither form shows them. Bytes. */
const longestValue = 65_536;

const examples = `
Examples:
  concord dump image.dcm
  concord dump study/ --json | jq '."00100020".Value'`;

/** The command. */
export const dump = (surroundings: Surroundings): Command =>
  new Command('dump')
    .description('prints the contents of DICOM files')
    .argument('<paths...>', 'files, and folders with everything in them')
    .option(
      '--json',
      'one DICOM JSON model object per file; values over 64 KiB are a URI of the file with offset and length',
    )
    .option('--all', 'whole values instead of their first 64 characters')
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], { json, all }: DumpOptions) => {
      let foreign = 0;
      let headed = false;
      for await (const file of filesBelow(paths)) {
        if (surroundings.signal.aborted) return;
        const content = await readFile(file);
        if (content instanceof DicomError) {
          if (content.fault === 'not-dicom' && !file.explicit) foreign += 1;
          else complain(surroundings, file, content);
          continue;
        }
        if (content.findings.some(({ severity }) => severity === 'error')) surroundings.fail();
        if (json) surroundings.print(JSON.stringify(toJson(content.dataSet, { bulkDataUri: bulkUriIn(file.path) })));
        else {
          const title = `# ${printable(file.path)}`;
          surroundings.print(headed ? `\n${title}` : title);
          headed = true;
          const options = all ? { valueWidth: Number.POSITIVE_INFINITY } : {};
          for (const line of dumpLines(content, options)) surroundings.print(printable(line));
        }
      }
      if (foreign > 0) surroundings.note(`passed by, not DICOM: ${foreign}`);
    });

function complain({ note, fail }: Surroundings, { path }: NamedFile, error: DicomError): void {
  note(`${printable(path)}: ${printable(error.message)}`);
  fail();
}

async function readFile({ path }: NamedFile): Promise<Part10File | DicomError> {
  const source = createReadStream(path);
  try {
    return await readStream(source, { bulkThreshold: longestValue });
  } catch (error) {
    if (error instanceof DicomError) return error;
    throw error;
  } finally {
    source.destroy();
  }
}
