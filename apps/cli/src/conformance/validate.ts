// `concord conformance validate`: a statement against the rules of PS3.2. 6, 7 and Annex A
import { Command, Option } from 'commander';
import type { Surroundings } from '../surroundings.ts';
import { formNames } from './output-options.ts';
import type { ValidateOptions } from './validate-options.ts';

const help = `
FILE is a statement as JSON or YAML, or a printed one as Markdown (of which structure, tables and words are checked).
Exit code 1: a rule of level E (error) is broken; 2: there is nothing to check, or it cannot be read.

A file of --judgements is JSON or YAML: { waivers: [{ rule, path?, reason, author, date }], decisions: [{ rule, holds, how, author, date }] }.
Warnings can be waived, errors cannot; a decision closes a rule that the statement alone leaves open.

Rules that no statement can decide stay open and say why. A report of "concord conformance run --format json" decides those
that a test can decide.

Examples:
  concord conformance validate statement.json
  concord conformance validate --url http://localhost:8080 --edition as-shipped
  concord conformance validate statement.json --report run.json
  concord conformance validate --rules`;

/** The command. */
export const validate = (surroundings: Surroundings): Command =>
  new Command('validate')
    .description('checks a conformance statement by the rules of PS3.2')
    .argument('[file]', 'JSON, YAML or Markdown')
    .option('--url <address>', 'the statement of a running Concord instead of a file')
    .addOption(
      new Option('--edition <edition>', 'of a running Concord')
        .choices(['as-configured', 'as-shipped'])
        .default('as-configured'),
    )
    .option('--judgements <file>', 'what people have waived and attested')
    .option('--report <file>', 'the report of a test run of this system: it decides rules that a statement leaves open')
    .option('--rules', 'lists the rules (as text or JSON) and checks nothing')
    .addOption(new Option('--format <format>', 'how it is written').choices(['text', ...formNames]).default('text'))
    .option('--to <file>', 'writes a file instead of printing')
    .addHelpText('after', help)
    .action(async (file: string | undefined, options: ValidateOptions) => {
      const { runValidation } = await import('./validation.ts'); // here: the other commands start without it
      await runValidation(file, options, surroundings);
    });
