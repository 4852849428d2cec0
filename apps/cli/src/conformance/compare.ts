// `concord conformance compare`: where systems can work together, where not, and why. PS3.2 6
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Surroundings } from '../surroundings.ts';
import { type OutputOptions, withOutput } from './output-options.ts';

interface CompareOptions extends OutputOptions {
  readonly claims?: true;
  readonly observed?: readonly string[];
  readonly notNeeded?: readonly string[];
}

const examples = `
A statement is a JSON file (one that lacks parts will do: what is missing counts as unknown), or the address of a running Concord.
Exit code 1: a kind of work cannot be done at all that the facility needs (all but those that --not-needed names, as the report names them);
with --claims: a claim is not met.

Examples:
  concord conformance compare http://localhost:8080 ct-scanner.json
  concord conformance compare pacs.json ris.json ct.json --format html --to matrix.html
  concord conformance compare pacs.json ris.json --not-needed print
  concord conformance compare http://localhost:8080 old-archive.json --claims`;

/** The command. */
export const compare = (surroundings: Surroundings): Command =>
  withOutput(new Command('compare'))
    .description('compares conformance statements: two in detail, more as a matrix')
    .argument('<statements...>', 'JSON files, or addresses of running Concords')
    .option('--claims', 'which claims of the second statement the first does not meet')
    .option(
      '--observed <reports...>',
      'JSON reports of runs: what they have seen is no longer unknown (two statements)',
    )
    .option(
      '--not-needed <works...>',
      'kinds of work that the facility does not need: that they cannot be done is no failure',
    )
    .addHelpText('after', examples)
    .action(async (sources: readonly string[], options: CompareOptions) => {
      if (sources.length < 2) throw new CliError('usage', 'name two statements or more');
      if (options.claims && sources.length !== 2) throw new CliError('usage', '--claims takes exactly two statements');
      if (options.observed && (options.claims || sources.length !== 2))
        throw new CliError('usage', '--observed takes exactly two statements, and no --claims');
      const [{ namedStatement, reportFile }, { write }, results] = await Promise.all([
        import('./sources.ts'),
        import('./forms.ts'),
        import('./comparisons.ts'),
      ]);
      const statements = await Promise.all(sources.map((source) => namedStatement(source, surroundings)));
      const observed = await Promise.all((options.observed ?? []).map(reportFile));
      const result = options.claims
        ? results.claims(statements)
        : results.compared(statements, observed, options.notNeeded);
      if (result.failed) surroundings.fail();
      await write(result, options, surroundings);
    });
