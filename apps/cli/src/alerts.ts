// `concord alerts`: what people at a running server are to be told at once, and that somebody has taken note of it.
import { Command } from 'commander';
import { ask, type ServerOptions, withServer } from './running-server.ts';
import type { Surroundings } from './surroundings.ts';
import { streamingTable } from './table.ts';

interface AlertsOptions extends ServerOptions {
  readonly json?: true;
  readonly all?: true;
}
interface AcknowledgeOptions extends ServerOptions {
  readonly by?: string;
}

type Facts = ReadonlyMap<string, unknown>;
const factsOf = (value: unknown): Facts =>
  new Map(Object.entries(typeof value === 'object' && value !== null ? value : {}));
const text = (facts: Facts, name: string): string => String(facts.get(name) ?? '');

const columns = [
  'alertId',
  'lastAt',
  'times',
  'entity',
  'operation',
  'status',
  'peer',
  'destination',
  'detail',
] as const;

async function list({ json, all, ...options }: AlertsOptions, surroundings: Surroundings): Promise<void> {
  const { print, note } = surroundings;
  const answer = await ask('/api/alerts', { method: 'GET' }, options, surroundings);
  const known = (Array.isArray(answer) ? answer : []).map(factsOf);
  const found = all ? known : known.filter((alert) => text(alert, 'acknowledgedAt') === '');
  if (json) {
    for (const alert of found) print(JSON.stringify(Object.fromEntries(alert)));
    return;
  }
  const rows = async function* () {
    for (const alert of found)
      yield [
        ...columns.map((name) => text(alert, name)),
        text(alert, 'acknowledgedAt') && `${text(alert, 'acknowledgedAt')} ${text(alert, 'acknowledgedBy')}`,
      ];
  };
  const heading = ['ALERT', 'LAST', 'TIMES', 'ENTITY', 'OPERATION', 'STATUS', 'FROM', 'TO', 'WHY', 'ACKNOWLEDGED'];
  await streamingTable(heading, rows(), print);
  if (found.length === 0) note(all ? 'there have been no alerts' : 'no alert waits for anybody');
}

const acknowledge = (surroundings: Surroundings): Command =>
  withServer(new Command('acknowledge'))
    .description('says that somebody has taken note of an alert')
    .argument('<alert>', 'its id, as `concord alerts` shows it')
    .option('--by <name>', 'who acts')
    .action(async (id: string, options: AcknowledgeOptions, self: Command) => {
      const { by, ...given } = { ...self.parent?.opts(), ...options };
      const path = `/api/alerts/${encodeURIComponent(id)}/acknowledge`;
      await ask(path, { method: 'POST', json: by === undefined ? {} : { by } }, given, surroundings);
      surroundings.print(`${id} is acknowledged`);
    });

/** The command. */
export function alerts(surroundings: Surroundings): Command {
  const command = withServer(new Command('alerts'))
    .description(
      'queries and moves that a running server could not carry out and a clock in doubt, until somebody has taken note',
    )
    .option('--all', 'those that were acknowledged, too')
    .option('--json', 'one JSON object per alert instead of a table')
    .addHelpText(
      'after',
      '\nExamples:\n  concord alerts\n  concord alerts --all --json\n  concord alerts acknowledge 20260102T030405000Z-1f2e3d4c --by "Ann Smith"',
    )
    .action((options: AlertsOptions) => list(options, surroundings));
  command.addCommand(acknowledge(surroundings).exitOverride());
  return command;
}
