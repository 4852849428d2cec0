// `concord conformance plan`: the tests that would prove what a statement claims. PS3.2 6
import { Command, Option } from 'commander';
import { printable } from '../printable.ts';
import type { Surroundings } from '../surroundings.ts';

const formats = ['markdown', 'json', 'csv', 'html'] as const;

interface PlanOptions {
  readonly format: (typeof formats)[number];
  readonly to?: string;
  readonly notNeeded?: readonly string[];
  readonly coverage?: true;
}

const examples = `
Markdown is a check list to be ticked off by hand, CSV is for a test manager; JSON is what \`concord conformance run\` reads.
Exit code 1: the statement says nothing that could be tested.

Examples:
  concord conformance plan pacs.json > check-list.md
  concord conformance plan pacs.json --partner http://localhost:8080 --format json --to plan.json
  concord conformance plan pacs.json --not-needed "Print Management"`;

/** The command. */
export const plan = (surroundings: Surroundings): Command =>
  new Command('plan')
    .description('makes a test plan of a statement: every claim with the steps that prove it')
    .argument('<statement>', 'of the system under test: a JSON file, or the address of a running Concord')
    .option(
      '--partner <statement>',
      'of the system it is to work with: what that one proposes is proposed in its place',
    )
    .option('--not-needed <services...>', 'services that the facility does not need')
    .option('--coverage', 'prints which rows of the statement have no item, instead of the plan')
    .addOption(new Option('--format <format>', 'how it is written').choices(formats).default('markdown'))
    .option('--to <file>', 'writes a file instead of printing')
    .addHelpText('after', examples)
    .action(async (source: string, options: PlanOptions & { readonly partner?: string }) => {
      const [{ createPlan }, { namedStatement }, { coverageText, writePlan }] = await Promise.all([
        import('@concord/conformance'),
        import('./sources.ts'),
        import('./plans.ts'),
      ]);
      const statement = await namedStatement(source, surroundings);
      const partner = options.partner === undefined ? undefined : await namedStatement(options.partner, surroundings);
      const { notNeeded } = options;
      const made = createPlan(statement, {
        ...(partner !== undefined && { partner }),
        ...(notNeeded && { notNeeded }),
      });
      if (made.items.length === 0) {
        surroundings.note(printable(`nothing to test: ${made.unknown.join(' ')}`));
        return surroundings.fail();
      }
      if (options.coverage) return surroundings.print(coverageText(made, statement));
      await writePlan(made, options, surroundings);
    });
