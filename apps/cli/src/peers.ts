// `concord peers`: the systems a running server knows, the last contact with each, and whether one answers now.
import { Command } from 'commander';
import { ask, type ServerOptions, withServer } from './running-server.ts';
import { timeText } from './size.ts';
import type { Surroundings } from './surroundings.ts';
import { streamingTable } from './table.ts';

interface PeersOptions extends ServerOptions {
  readonly json?: true;
}

type Facts = ReadonlyMap<string, unknown>;
const factsOf = (value: unknown): Facts =>
  new Map(Object.entries(typeof value === 'object' && value !== null ? value : {}));
const text = (facts: Facts, name: string): string => String(facts.get(name) ?? '');

/** To the second; `never` where it never was. */
const momentOf = (contact: Facts, name: string): string =>
  text(contact, name).slice(0, 19).replace('T', ' ') || 'never';

/** A miss counts only while nothing went well after it. */
function missOf(contact: Facts): string {
  const [missed, reached] = [text(contact, 'missedAt'), text(contact, 'reachedAt')];
  return missed > reached ? `${momentOf(contact, 'missedAt')}: ${text(contact, 'missedWhy')}` : '';
}

async function list(options: PeersOptions, surroundings: Surroundings): Promise<void> {
  const answer = await ask('/api/peers', { method: 'GET' }, options, surroundings);
  const peers = (Array.isArray(answer) ? answer : []).map(factsOf);
  if (options.json) for (const peer of peers) surroundings.print(JSON.stringify(Object.fromEntries(peer)));
  else
    await streamingTable(
      ['PEER', 'AT', 'LAST HEARD (UTC)', 'LAST REACHED', 'NOT REACHED'],
      (async function* () {
        for (const peer of peers) {
          const contact = factsOf(peer.get('contact'));
          yield [
            [text(peer, 'aeTitle'), text(peer, 'name')].filter(Boolean).join(' '),
            `${text(peer, 'host')}:${text(peer, 'port')}`,
            momentOf(contact, 'heardAt'),
            momentOf(contact, 'reachedAt'),
            missOf(contact),
          ];
        }
      })(),
      surroundings.print,
    );
  if (peers.length === 0) surroundings.note('no peers are configured');
}

interface AddOptions extends ServerOptions {
  readonly name?: string;
}

/** What the configuration file says from now on, in one line. */
function sayFiled(answer: unknown, what: string, { print }: Surroundings): void {
  const filed = factsOf(answer);
  const when = filed.get('inForce') === true ? '' : '; in force when the server starts again';
  print(`${what} ${text(filed, 'file')}${when}`);
}

const pathOf = (aeTitle: string): string => `/api/settings/peers/${encodeURIComponent(aeTitle)}`;

/** `add` and `remove`. */
const filing = (surroundings: Surroundings): readonly Command[] => [
  withServer(new Command('add'))
    .description('adds a peer to the configuration file of the server, or changes the one of this title')
    .argument('<peer>', 'AE title')
    .argument('<host>', 'name or address')
    .argument('<port>', 'TCP port')
    .option('--name <name>', 'what people call it')
    .action(async (aeTitle: string, host: string, port: string, options: AddOptions, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      const json = { host, port: Number(port), ...(options.name !== undefined && { name: options.name }) };
      const answer = await ask(pathOf(aeTitle), { method: 'PUT', json }, given, surroundings);
      sayFiled(answer, `${aeTitle} stands in`, surroundings);
    })
    .exitOverride(),
  withServer(new Command('remove'))
    .description('takes a peer out of the configuration file of the server')
    .argument('<peer>', 'AE title')
    .action(async (aeTitle: string, options: ServerOptions, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      const answer = await ask(pathOf(aeTitle), { method: 'DELETE' }, given, surroundings);
      sayFiled(answer, `${aeTitle} is out of`, surroundings);
    })
    .exitOverride(),
];

/** The command. */
export function peers(surroundings: Surroundings): Command {
  const command = withServer(new Command('peers'))
    .description('the systems a running server knows, and when each was last heard of and reached')
    .option('--json', 'one JSON object per peer instead of a table')
    .addHelpText(
      'after',
      '\nExamples:\n  concord peers\n  concord peers echo PACS\n  concord peers add PACS pacs.example 104 --name Radiology',
    )
    .action((options: PeersOptions) => list(options, surroundings));
  command.addCommand(
    withServer(new Command('echo'))
      .description('lets the server ask a peer whether it answers (C-ECHO); exit code 1 where it does not')
      .argument('<peer>', 'AE title')
      .action(async (aeTitle: string, options: ServerOptions, self: Command) => {
        const given = { ...self.parent?.opts(), ...options };
        const path = `/api/peers/${encodeURIComponent(aeTitle)}/echo`;
        const outcome = factsOf(await ask(path, { method: 'POST' }, given, surroundings));
        if (text(outcome, 'status') === 'success')
          surroundings.print(`${aeTitle} answered in ${timeText(Number(outcome.get('milliseconds')))}`);
        else {
          surroundings.note(`${aeTitle}: ${text(outcome, 'detail') || 'no answer'}`);
          surroundings.fail();
        }
      })
      .exitOverride(),
  );
  for (const each of filing(surroundings)) command.addCommand(each);
  return command;
}
