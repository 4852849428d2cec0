// `concord conformance import`: a statement of another system as a model file, from JSON, YAML, or the text of its document. PS3.2 Annex A
import { Command, Option } from 'commander';
import type { Surroundings } from '../surroundings.ts';
import type { ImportOptions } from './import-options.ts';

const help = `
JSON and YAML are checked against the model. Of a text, application entities with their SOP Classes, roles, presentation contexts, keys, status
tables and limits, AE titles, parameters, character sets and media profiles are read, as well as can be; each fact names its line. What the program
was not sure of is listed with its line, on standard error. Make a text of a PDF first, for example with pdftotext -layout. The result is a start:
look at what was not sure, and fill in what is unknown. Exit code 1: JSON or YAML that is not as the model says.

Examples:
  concord conformance import scanner.txt --name "CT scanner" --to scanner.json
  concord conformance import scanner.yaml > scanner.json`;

/** The command. */
export const importStatement = (surroundings: Surroundings): Command =>
  new Command('import')
    .description('makes a model file of the conformance statement of another system')
    .argument('<file>', 'a statement as JSON or YAML, or the text of its document')
    .addOption(
      new Option('--format <format>', 'what the file is; by default told by its name').choices([
        'text',
        'json',
        'yaml',
      ]),
    )
    .option('--name <name>', 'what the system is called; by default the name of the file')
    .option('--to <file>', 'writes a file instead of printing')
    .addHelpText('after', help)
    .action(async (file: string, options: ImportOptions) => {
      const { runImport } = await import('./importing.ts'); // here: the other commands start without it
      await runImport(file, options, surroundings);
    });
