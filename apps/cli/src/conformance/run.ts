// `concord conformance run`: carries a test plan out against a live system. PS3.2 6
import { Command, Option } from 'commander';
import { readAeTitle } from '../association-options.ts';
import { CliError } from '../cli-error.ts';
import { parsePeer } from '../peer.ts';
import { withSecurity } from '../secure-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { wholeNumber } from '../whole-number.ts';
import { effects, type RunCommandOptions } from './run-options.ts';

const examples = `
Only test patients are sent, whose names and IDs begin with ZZTEST; the report ends with what is to be deleted on the system.
With --cleanup-url the run deletes at its end the instances that it made itself, known by their UIDs and its patient, and nothing else:
by the REST interface of Orthanc or by the administration API of Concord. What it cannot delete is listed with the reason.
A system whose application entities have titles or ports of their own is named once for each of them (entity=AE@host:port,
with the entity's name as in the plan). Only a plan that was approved (concord conformance approve) is run, except with --draft
and --dry-run. Exit code 1: an item failed or is inconclusive, or the plan is refused.

Examples:
  concord conformance plan pacs.json --format json --to plan.json
  concord conformance run plan.json PACS@pacs.example:104 --dry-run
  concord conformance run plan.json PACS@pacs.example:104 --draft --pre-checks
  concord conformance run plan.json PACS@pacs.example:104 --repeat run.json
  concord conformance run plan.json PACS@pacs.example:104 --format junit --to result.xml
  concord conformance run plan.json store=PACS@pacs.example:104 find=PACSQ@pacs.example:105
  concord conformance run plan.json CONCORD@pacs.example:11112 --cleanup-url http://pacs.example:8080
  concord conformance run plan.json PACS@pacs.example:2762 --tls-authorities hospital.pem
  concord conformance run plan.json PACS@pacs.example:104 --assisted --listen 11190 --service "Called by the system"`;

const common = (command: Command): Command =>
  withSecurity(command)
    .addOption(new Option('-a, --calling <title>', 'our own AE title').default('CSPROBE').argParser(readAeTitle))
    .addOption(
      new Option('--allow <effects...>', 'what may be done besides reading').choices(effects).default(['adds data']),
    )
    .option('--clinical', 'the system serves patients: nothing but reading is done')
    .option('--dry-run', 'says what would be done, and sends nothing')
    .option('--service <names...>', 'only the items of these services, and what they need')
    .option('--item <ids...>', 'only these items, and what they need')
    .option('--pre-checks', 'only what shows that both sides are configured')
    .option('--repeat <report>', 'only what did not pass in this report (JSON), and tells what has changed');

/** The command. */
export const run = (surroundings: Surroundings): Command =>
  common(new Command('run'))
    .description('carries a test plan out against a live system, and reports')
    .argument('<plan>', 'JSON file of a plan')
    .argument('<system...>', 'AE@host:port of the system under test, or entity=AE@host:port for each of its entities')
    .option('--draft', 'runs a plan that nobody has approved')
    .option('--statement <statement>', 'of the system as it is now: refuses the plan where it was made of another one')
    .option('--assisted', 'somebody is there who makes the system act')
    .addOption(new Option('--listen <port>', 'where the system can call us').argParser(wholeNumber(0, 65_535)))
    .option('--medium <folder>', 'where media of the system are mounted, or are written to for it')
    .addOption(new Option('--rate <objects>', 'objects a second').default(10).argParser(wholeNumber(1, 1000)))
    .addOption(
      new Option('--timeout <seconds>', 'longest wait for an answer').default(60).argParser(wholeNumber(1, 3600)),
    )
    .addOption(
      new Option('--patience <seconds>', 'longest wait for a report, or for somebody at the system')
        .default(300)
        .argParser(wholeNumber(1, 86_400)),
    )
    .option('--cleanup-url <url>', "deletes the run's own instances at the end, by the system's HTTP interface")
    .option('--tester <name>', 'who carries the test out')
    .addOption(
      new Option('--format <format>', 'how the report is written')
        .choices(['markdown', 'html', 'json', 'junit'])
        .default('markdown'),
    )
    .option('--to <file>', 'writes a file instead of printing')
    .addHelpText('after', examples)
    .action(async (file: string, systems: readonly string[], options: RunCommandOptions) => {
      const wrong = systems.find((text) => !parsePeer(text) && !parsePeer(text.replace(/^[^=@]+=/, '')));
      if (wrong !== undefined)
        throw new CliError('usage', `"${wrong}" is no system: write AE@host:port, or entity=AE@host:port`);
      const { cleanupUrl } = options;
      if (cleanupUrl !== undefined && !/^https?:$/.test(URL.parse(cleanupUrl)?.protocol ?? ''))
        throw new CliError('usage', 'what follows --cleanup-url is no address of http or https');
      const { carryOut } = await import('./runs.ts');
      await carryOut(file, systems, options, surroundings);
    });
