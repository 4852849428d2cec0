// `concord jobs queues`: what waits for each peer of a running server, and the switch for all of it.

import { Command } from 'commander';
import { counted } from './counted.ts';
import { ask, type ServerOptions, withServer } from './running-server.ts';
import type { Surroundings } from './surroundings.ts';
import { streamingTable } from './table.ts';

interface QueuesOptions extends ServerOptions {
  readonly json?: true;
}

const descriptions = {
  pause: 'stops every job for a peer, also what is asked for later, until it is resumed',
  resume: 'goes on with every job for a peer',
  retry: 'tries now what waits for a peer or was given up',
} as const;

type Facts = ReadonlyMap<string, unknown>;
const factsOf = (value: unknown): Facts =>
  new Map(Object.entries(typeof value === 'object' && value !== null ? value : {}));

async function printTable(found: readonly Facts[], { print, note }: Surroundings): Promise<void> {
  const columns = ['destination', 'running', 'waiting', 'paused', 'failed', 'sent', 'instances', 'detail'];
  const rows = async function* () {
    for (const queue of found) {
      const words = queue.get('detail') || (queue.get('isPaused') === true ? 'paused until it is resumed' : '');
      yield columns.map((name) => String((name === 'detail' ? words : queue.get(name)) ?? ''));
    }
  };
  const heading = ['PEER', 'RUNNING', 'WAITING', 'PAUSED', 'GIVEN UP', 'SENT', 'OF', 'LAST WORDS'];
  if (!(await streamingTable(heading, rows(), print))) note('nothing waits for any peer');
}

/** The command, with one below it for each thing that can be done to a whole queue. */
export function queues(surroundings: Surroundings): Command {
  const command = withServer(new Command('queues'))
    .description('what waits for each peer: jobs by their state, objects sent and in all')
    .option('--json', 'one JSON object per peer instead of a table')
    .action(async (options: QueuesOptions, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      const answer = await ask('/api/queues', { method: 'GET' }, given, surroundings);
      const found = Array.isArray(answer) ? answer : [];
      if (given.json) for (const queue of found) surroundings.print(JSON.stringify(queue));
      else await printTable(found.map(factsOf), surroundings);
    });
  for (const [verb, description] of Object.entries(descriptions))
    command.addCommand(
      withServer(new Command(verb))
        .description(description)
        .argument('<title>', 'AE title of the peer')
        .action(async (title: string, options: ServerOptions, self: Command) => {
          const given = { ...self.parent?.parent?.opts(), ...self.parent?.opts(), ...options };
          const path = `/api/queues/${encodeURIComponent(title)}/${verb}`;
          const answer = factsOf(await ask(path, { method: 'POST' }, given, surroundings));
          const jobs = Number(answer.get('jobs') ?? 0);
          surroundings.print(`${verb}: ${counted(jobs, 'job')} for ${title}`);
        })
        .exitOverride(),
    );
  return command;
}
