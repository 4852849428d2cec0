// `concord retrieve`: a running server fetches studies from another archive it knows.
import { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { readJob } from './jobs.ts';
import { ask, type ServerOptions, withServer } from './running-server.ts';
import type { Surroundings } from './surroundings.ts';
import { isLacking, seenJob } from './wait-for-job.ts';

interface RetrieveOptions extends ServerOptions {
  readonly study: string;
  readonly series?: string;
  readonly instance?: string;
  readonly patient?: string;
  readonly anew?: true;
  readonly wait?: true;
  readonly json?: true;
}

const examples = `
What the server holds already is not fetched again. It is a job: \`concord jobs\` shows how far it is, and it is done only
when every object that the archive lists has arrived.

Examples:
  concord retrieve ORTHANC --study 1.2.840.1 --wait
  concord retrieve CLINIC --study 1.2.840.1 --series 1.2.840.1.2`;

/** The command. */
export const retrieve = (surroundings: Surroundings): Command =>
  withServer(new Command('retrieve'))
    .description('has a running server fetch a study, a series or instances from another archive, as a job')
    .argument('<archive>', 'AE title of a peer in its configuration')
    .requiredOption('--study <uid>', 'Study Instance UID')
    .option('--series <uid>', 'only this series')
    .option('--instance <uids>', 'only these instances of the series, separated by commas')
    .option('--patient <id>', 'Patient ID, for archives that want it')
    .option('--anew', 'also what the server holds already')
    .option('--wait', 'waits for the end; exit code 1 where an object has not arrived')
    .option('--json', 'one JSON object instead of words')
    .addHelpText('after', examples)
    .action(async (archive: string, options: RetrieveOptions) => run(archive, options, surroundings));

async function run(archive: string, options: RetrieveOptions, surroundings: Surroundings): Promise<void> {
  const { study, series, instance, patient, anew } = options;
  if (instance !== undefined && series === undefined) throw new CliError('usage', '--instance needs --series');
  const json = {
    studyInstanceUid: study,
    ...(series !== undefined && { seriesInstanceUid: series }),
    ...(instance !== undefined && { sopInstanceUid: instance.split(',').map((uid) => uid.trim()) }),
    ...(patient !== undefined && { patientId: patient }),
    ...(anew && { anew }),
  };
  const path = `/api/archives/${encodeURIComponent(archive)}/retrieve`;
  const { jobId } = readJob(await ask(path, { method: 'POST', json }, options, surroundings));
  const job = await seenJob(jobId, options, surroundings);
  if (isLacking(job, options)) surroundings.fail();
  const words = `job ${jobId} from ${archive}: ${job.state}, ${job.sent} of ${job.total} here`;
  surroundings.print(options.json ? JSON.stringify(job) : `${words}${job.detail && ` (${job.detail})`}`);
}
