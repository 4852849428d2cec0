// `concord push`: a running server sends what it holds to a peer it knows.
import { Command, Option } from 'commander';
import { CliError } from './cli-error.ts';
import { readJob, type SeenJob } from './jobs.ts';
import { ask, type ServerOptions, withServer } from './running-server.ts';
import { type Selection, withSelection } from './selection.ts';
import type { Surroundings } from './surroundings.ts';
import { isLacking, seenJob } from './wait-for-job.ts';

interface PushOptions extends ServerOptions, Selection {
  readonly priority: string;
  readonly wait?: true;
  readonly json?: true;
}

const examples = `
The server keeps trying until every object is confirmed or it gives up; \`concord jobs\` shows how far it is.

Examples:
  concord push WORKSTATION --study 1.2.840.1
  concord push PACS --patient 12345 --priority high --wait`;

/** The command. */
export const push = (surroundings: Surroundings): Command =>
  withSelection(withServer(new Command('push')))
    .description('has a running server send what it holds to one of its peers, as a job')
    .argument('<destination>', 'AE title of a peer in its configuration')
    .addOption(
      new Option('--priority <priority>', 'before or after others')
        .choices(['high', 'medium', 'low'])
        .default('medium'),
    )
    .option('--wait', 'waits for the end; exit code 1 where an object has not arrived')
    .option('--json', 'one JSON object instead of words')
    .addHelpText('after', examples)
    .action(async (destination: string, options: PushOptions) => {
      const json = { destination, selection: selectionOf(options), priority: options.priority };
      const { jobId } = readJob(await ask('/api/jobs', { method: 'POST', json }, options, surroundings));
      const job = await seenJob(jobId, options, surroundings);
      if (isLacking(job, options)) surroundings.fail();
      surroundings.print(options.json ? JSON.stringify(job) : wordsOf(job));
    });

const values = (text: string): readonly string[] => text.split(',').map((value) => value.trim());

function selectionOf({ patient, study, series, instance }: Selection) {
  const given = { patientId: patient, studyInstanceUid: study, seriesInstanceUid: series, sopInstanceUid: instance };
  const named = Object.entries(given).flatMap(([name, text]) => (text === undefined ? [] : [[name, values(text)]]));
  if (named.length === 0) throw new CliError('usage', 'say what to send: --patient, --study, --series or --instance');
  return Object.fromEntries(named);
}

const wordsOf = ({ jobId, state, destination, sent, total, detail }: SeenJob): string =>
  `job ${jobId} to ${destination}: ${state}, ${sent} of ${total} confirmed${detail && ` (${detail})`}`;
