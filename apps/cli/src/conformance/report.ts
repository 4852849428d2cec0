// `concord conformance report`: what a test run has found, in the form asked for. PS3.2 6
import { Command, Option } from 'commander';
import { withServer } from '../running-server.ts';
import type { Surroundings } from '../surroundings.ts';
import { formNames } from './output-options.ts';
import type { ReportOptions } from './report-options.ts';

const help = `
A report is the JSON that "concord conformance run --format json" writes, or that of a run of a running Concord.
Exit code 1: an item failed or is inconclusive.

Examples:
  concord conformance report run.json --format html --to report.html
  concord conformance report run.json --before last-week.json
  concord conformance report --run 3f0c9a52-0d0e-4f2b-9b41-0f0e0f6f1c11 --server http://archive:8080 --format junit`;

/** The command. */
export const report = (surroundings: Surroundings): Command =>
  withServer(new Command('report'))
    .description('prints what a test run has found')
    .argument('[file]', 'the report as JSON')
    .option('--run <id>', 'a run of a running Concord instead of a file')
    .option('--before <file>', 'an earlier report: tells which items changed since')
    .addOption(
      new Option('--format <format>', 'how it is written').choices([...formNames, 'junit']).default('markdown'),
    )
    .option('--to <file>', 'writes a file instead of printing')
    .addHelpText('after', help)
    .action(async (file: string | undefined, options: ReportOptions) => {
      const { writeReport } = await import('./reports.ts'); // here: the other commands start without it
      await writeReport(file, options, surroundings);
    });
