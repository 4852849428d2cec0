// `concord modify`: sets and removes elements in files; what is not touched stays byte for byte. PS3.5 chapter 7.
import { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { type EachFileOptions, eachFile, withFiles } from './each-file.ts';
import { collectKeys, type Key } from './keys.ts';
import type { Surroundings } from './surroundings.ts';
import { taskPool } from './tasks/pool.ts';

interface ModifyOptions extends EachFileOptions {
  readonly set?: readonly Key[];
  readonly remove?: readonly Key[];
  readonly newInstance?: true;
}

const examples = `
Several values are separated by \\; an empty value makes the element empty. A step into a sequence is [0].

Examples:
  concord modify study/ --to changed --set PatientID=123 --set 'PatientName=DOE^JANE'
  concord modify image.dcm --in-place --remove PatientComments --remove 'RequestAttributesSequence[0].ScheduledProcedureStepID'`;

/** The command. */
export const modify = (surroundings: Surroundings): Command =>
  withFiles(new Command('modify'))
    .description('sets and removes elements of DICOM files')
    .option('-s, --set <key=value>', 'sets an element; may be given several times', collectKeys)
    .option('-r, --remove <attribute>', 'removes an element; may be given several times', collectKeys)
    .option('--new-instance', 'gives every new file a SOP Instance UID of its own')
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], options: ModifyOptions) => {
      const { set = [], remove = [], newInstance = false } = options;
      if (set.length + remove.length === 0 && !newInstance)
        throw new CliError('usage', 'say what to change: --set, --remove or --new-instance');
      const task = { set, remove, newInstance };
      await eachFile(
        paths,
        options,
        { done: 'modified', open: (size) => taskPool('modify', task, size) },
        surroundings,
      );
    });
