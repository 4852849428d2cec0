// `concord deidentify`: files without identity, by the Basic Application Level Confidentiality Profile and its options. PS3.15 Annex E.
import { availableParallelism } from 'node:os';
import { confidentialityOptions } from '@concord/dicom/deidentify';
import { Command } from 'commander';
import { deidentifyAll, reidentifyAll } from './deidentify-all.ts';
import {
  collectOption,
  collectRegion,
  collectText,
  type DeidentifyOptions,
  secretVariable,
} from './deidentify-settings.ts';
import { withJobs } from './each-file.ts';
import type { Surroundings } from './surroundings.ts';

const listed = Object.entries(confidentialityOptions)
  .map(([name, { code, meaning }]) => `  ${name.padEnd(36)}${code} ${meaning}`)
  .join('\n');

const examples = `
Options of PS3.15 E.3, for --option:
${listed}

New files are <to>/<study>/<series>/<instance>.dcm by their new UIDs. The same secret gives the same UIDs, patient names and shifts of dates each time.
Text that is burned into pixels is not found by itself: say where it is with --blank. Faces are not removed: clean-recognizable-visual-features needs
--pixels-are-clean, the word of a person that nobody can be recognised.

Examples:
  openssl rand -hex 32 > secret && chmod 600 secret
  concord deidentify study/ --to anonymous --secret-file secret --map study.map
  concord deidentify us/ --to anonymous --secret-file secret -o clean-pixel-data --blank 0,0,800,60
  concord deidentify anonymous/ --to again --reidentify --map study.map`;

/** The command. */
export const deidentify = (surroundings: Surroundings): Command =>
  withJobs(new Command('deidentify'))
    .description('makes files without the identity of the patient (PS3.15 Annex E), or leads them back')
    .argument('<paths...>', 'files, and folders with everything in them')
    .requiredOption('--to <folder>', 'where the new files go')
    .option(
      '--secret-file <file>',
      `what new UIDs, names and shifts of dates are derived from (default: the variable ${secretVariable})`,
    )
    .option('-o, --option <name>', 'an option of the profile; may be given several times', collectOption)
    .option(
      '--blank <region>',
      'column,row,columns,rows[@first-last]: pixels to make black; may be given several times',
      collectRegion,
    )
    .option('--pixels-are-clean', 'somebody has looked: the pixels show nobody, for the two options on pixels')
    .option('--words <file>', 'words that may stay in texts, for clean-descriptors and clean-graphics')
    .option(
      '--private-list <file>',
      'safe private elements besides those of the standard: (gggg,xxee) creator on each line',
    )
    .option(
      '--map <file>',
      'what leads back: kept with --reidentify in mind, added to where it exists, readable by its owner only',
    )
    .option(
      '--recipient <certificate>',
      'X.509 (PEM, RSA): who may decrypt the original attributes in the new files; may be given several times',
      collectText,
    )
    .option('--reidentify', 'the other way, with --map or --key')
    .option('--key <file>', 'private key (PEM) of a recipient, for --reidentify')
    .option('--overwrite', 'replaces new files that are there already; files that were given are never replaced')
    .option('--json', 'one JSON object per file, and one with the counts at the end')
    .addHelpText('after', examples)
    .action((paths: readonly string[], given: Omit<DeidentifyOptions, 'jobs'> & { jobs?: number }) => {
      const options = { ...given, jobs: given.jobs ?? availableParallelism() };
      return options.reidentify
        ? reidentifyAll(paths, options, surroundings)
        : deidentifyAll(paths, options, surroundings);
    });
