// `concord conformance statement`, or `generate`: what a running Concord can do, in the form asked for. PS3.2 Annex A.
import { Command, Option } from 'commander';
import { printable } from '../printable.ts';
import { type ServerOptions, withServer } from '../running-server.ts';
import type { Surroundings } from '../surroundings.ts';
import { type OutputOptions, withOutput } from './output-options.ts';

interface StatementOptions extends ServerOptions, OutputOptions {
  readonly edition: 'as-configured' | 'as-shipped';
  readonly template?: 'annex-a' | 'annex-n';
}

/** The command. */
export const statement = (surroundings: Surroundings): Command =>
  withOutput(withServer(new Command('statement')))
    .alias('generate')
    .description('prints the conformance statement of a running Concord, made from what runs')
    .addOption(
      new Option('--edition <edition>', 'what is in force there, or what the product ships with')
        .choices(['as-configured', 'as-shipped'])
        .default('as-configured'),
    )
    .addOption(
      new Option('--template <template>', 'order of the sections; Word files are of Annex N').choices([
        'annex-a',
        'annex-n',
      ]),
    )
    .addHelpText(
      'after',
      '\nExit code 1: it is a draft, because it breaks a rule of level E.\n\nExamples:\n  concord conformance statement > statement.md\n  concord conformance statement --format html --to statement.html --server http://archive:8080',
    )
    .action(async (options: StatementOptions) => {
      const [{ annexNDocument, statementDocument, validate }, { serverStatement }, { write }] = await Promise.all([
        import('@concord/conformance'), // here: the other commands start without it
        import('./sources.ts'),
        import('./forms.ts'),
      ]);
      const data = await serverStatement(options, options.edition, surroundings);
      const { template = options.format === 'docx' ? 'annex-n' : 'annex-a' } = options;
      const document = () => (template === 'annex-n' ? annexNDocument(data) : statementDocument(data));
      const broken = validate(data).findings.filter(({ level }) => level === 'E');
      if (broken.length > 0) surroundings.fail();
      for (const { rule, message } of broken) surroundings.note(printable(`draft: ${rule} ${message}`));
      await write({ data, document }, options, surroundings);
    });
