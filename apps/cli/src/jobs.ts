// `concord jobs`: what a running server sends, how far it is, and what is to be done about it.
import { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { queues } from './queues.ts';
import { ask, type ServerOptions, withServer } from './running-server.ts';
import type { Surroundings } from './surroundings.ts';
import { streamingTable } from './table.ts';

/** A job, as far as commands show it. */
export interface SeenJob {
  readonly jobId: string;
  readonly state: string;
  readonly destination: string;
  readonly title: string;
  readonly detail: string;
  readonly total: number;
  readonly sent: number;
  readonly failed: number;
}

const text = (object: object, name: string): string =>
  String(new Map<string, unknown>(Object.entries(object)).get(name) ?? '');

/** What the server said of a job. */
export const readJob = (value: unknown): SeenJob => {
  const job = typeof value === 'object' && value !== null ? value : {};
  const number = (name: string) => Number(text(job, name)) || 0;
  return {
    jobId: text(job, 'jobId'),
    state: text(job, 'state'),
    destination: text(job, 'destination'),
    title: text(job, 'title'),
    detail: text(job, 'detail'),
    total: number('total'),
    sent: number('sent'),
    failed: number('failed'),
  };
};

interface JobsOptions extends ServerOptions {
  readonly json?: true;
  readonly state?: string;
  readonly to?: string;
  readonly limit?: string;
}

const verbs = ['pause', 'resume', 'cancel', 'retry'] as const;

/** The command. */
export function jobs(surroundings: Surroundings): Command {
  const list = async (options: JobsOptions) => {
    const answer = await ask(`/api/jobs?${queryOf(options)}`, { method: 'GET' }, options, surroundings);
    const found = Array.isArray(answer) ? answer : [];
    if (options.json) for (const job of found) surroundings.print(JSON.stringify(job));
    else await table(found.map(readJob), surroundings);
  };
  const command = withServer(new Command('jobs'))
    .description('what a running server sends to others, and how far it is')
    .option('--json', 'one JSON object per job instead of a table')
    .option('--state <state>', 'only waiting, running, paused, done, failed or cancelled ones')
    .option('--to <title>', 'only those for a peer, by its AE title')
    .option('--limit <count>', 'at most so many, the newest', '100')
    .addHelpText(
      'after',
      '\nExamples:\n  concord jobs\n  concord jobs --state failed --to PACS\n  concord jobs retry 401c406f5624d4\n  concord jobs queues\n  concord jobs queues pause PACS',
    )
    .action(list);
  for (const verb of verbs)
    command.addCommand(
      withServer(new Command(verb))
        .description(`${descriptions[verb]}`)
        .argument('<job>', 'its id, as `concord jobs` shows it, or its last characters')
        .action(async (id: string, options: ServerOptions, self: Command) => {
          const given = { ...self.parent?.opts(), ...options };
          const path = `/api/jobs/${encodeURIComponent(await wholeId(id, given, surroundings))}/${verb}`;
          const job = readJob(await ask(path, { method: 'POST' }, given, surroundings));
          surroundings.print(`${job.jobId} is ${job.state}`);
        })
        .exitOverride(),
    );
  command.addCommand(queues(surroundings).exitOverride());
  return command;
}

const idLength = 24;

/** An id by its end, where the newest thousand jobs have one such: ids of one hour begin alike. */
async function wholeId(given: string, options: ServerOptions, surroundings: Surroundings): Promise<string> {
  if (given.length >= idLength) return given;
  const answer = await ask('/api/jobs?limit=1000', { method: 'GET' }, options, surroundings);
  const ids = (Array.isArray(answer) ? answer : []).map((job) => readJob(job).jobId).filter((id) => id.endsWith(given));
  const [only, ...more] = ids;
  if (more.length > 0)
    throw new CliError('failed', `${ids.length} jobs end with ${given}: ${ids.slice(0, 3).join(', ')}`);
  return only ?? given;
}

const queryOf = ({ state, to, limit = '100' }: JobsOptions): string =>
  new URLSearchParams({
    limit,
    ...(state !== undefined && { state }),
    ...(to !== undefined && { destination: to }),
  }).toString();

const descriptions = {
  pause: 'stops a job until it is resumed',
  resume: 'goes on with a paused job',
  cancel: 'ends a job; what was sent stays sent',
  retry: 'tries now what was not sent',
} as const satisfies Record<(typeof verbs)[number], string>;

async function table(found: readonly SeenJob[], { print, note }: Surroundings): Promise<void> {
  const rows = found.map((job) => [
    job.jobId,
    job.state,
    job.destination,
    `${job.sent}/${job.total}`,
    job.title,
    job.detail,
  ]);
  const inOrder = async function* () {
    yield* rows;
  };
  if (!(await streamingTable(['JOB', 'STATE', 'TO', 'SENT', 'WHAT', 'LAST WORDS'], inOrder(), print)))
    note('no such job');
}
