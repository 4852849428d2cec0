// `concord conformance approve`: locks a test plan under the name of a person; only approved plans are run. PS3.2 6
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Surroundings } from '../surroundings.ts';

const examples = `
The plan gets a digest of its content: whoever changes it after that makes a plan that is not approved.
With --statement: tells first which items a changed statement affects, and refuses where there are any (exit code 1).

Examples:
  concord conformance approve plan.json --by "A. Physicist"
  concord conformance approve plan.json --by "A. Physicist" --statement pacs.json --to approved.json`;

interface ApproveOptions {
  readonly by: string;
  readonly to?: string;
  readonly statement?: string;
}

/** The command. */
export const approve = (surroundings: Surroundings): Command =>
  new Command('approve')
    .description('approves a test plan by name, and locks it')
    .argument('<plan>', 'JSON file of a plan')
    .requiredOption('--by <name>', 'who approves it')
    .option('--statement <statement>', 'of the system under test as it is now: a JSON file, or an address')
    .option('--to <file>', 'writes another file instead of the plan itself')
    .addHelpText('after', examples)
    .action(async (file: string, { by, to = file, statement }: ApproveOptions) => {
      const [{ approvePlan, asPlan, planDifference, PlanError }, { jsonFile, namedStatement }, { writeWhole }] =
        await Promise.all([import('@concord/conformance'), import('./sources.ts'), import('../write-file.ts')]);
      const plan = asPlan(await jsonFile(file));
      if (!plan) throw new CliError('failed', `${file} is no test plan: make one with concord conformance plan`);
      if (statement !== undefined) {
        const { affected, added, obsolete } = planDifference(plan, await namedStatement(statement, surroundings));
        for (const [what, ids] of Object.entries({ affected, new: added, obsolete }))
          for (const id of ids) surroundings.print(`${what}: ${id}`);
        if (affected.length + added.length + obsolete.length > 0) {
          surroundings.note('the statement has changed since the plan was made: make it anew');
          return surroundings.fail();
        }
      }
      try {
        await writeWhole(to, JSON.stringify(approvePlan(plan, by), undefined, 2));
      } catch (cause) {
        if (cause instanceof PlanError) throw new CliError('usage', cause.message, { cause });
        throw cause;
      }
      surroundings.note(`approved by ${by}: ${to}`);
    });
