// `concord worklist`: what is scheduled at a running server; orders entered, changed and called off.
import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { CliError } from './cli-error.ts';
import { ask, type ServerOptions, withServer } from './running-server.ts';
import type { Surroundings } from './surroundings.ts';
import { streamingTable } from './table.ts';

type Facts = Readonly<Record<string, unknown>>;

const isFacts = (value: unknown): value is Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listed = (value: unknown): readonly Facts[] => (Array.isArray(value) ? value.filter(isFacts) : []);
const text = (facts: Facts | undefined, name: string): string => String(facts?.[name] ?? '');

interface ListOptions extends ServerOptions {
  readonly json?: true;
  readonly from?: string;
  readonly to?: string;
  readonly modality?: string;
  readonly patientId?: string;
  readonly accessionNumber?: string;
  readonly state?: string;
}
interface OrderOptions extends ServerOptions {
  readonly file?: string;
  readonly by?: string;
}
interface StateOptions extends ServerOptions {
  readonly step?: string;
  readonly by?: string;
}

const filters = ['from', 'to', 'modality', 'patientId', 'accessionNumber', 'state'] as const;
const states = ['SCHEDULED', 'ARRIVED', 'READY', 'STARTED', 'COMPLETED', 'DISCONTINUED', 'CANCELED'];
const headings = ['START', 'MODALITY', 'STATION', 'PATIENT', 'ID', 'ACCESSION', 'STEP', 'STATE', 'ORDER'];

function row(order: Facts): readonly string[] {
  const [step] = listed(order.steps);
  const start = `${text(step, 'startDate')} ${text(step, 'startTime').slice(0, 4)}`;
  const described = text(step, 'stepDescription') || text(order, 'requestedProcedureDescription');
  return [
    ...[start, text(step, 'modality'), text(step, 'stationAeTitle'), text(order, 'patientName')],
    ...[text(order, 'patientId'), text(order, 'accessionNumber'), described, text(step, 'state')],
    text(order, 'studyInstanceUid'),
  ];
}

/** `procedureCode=RPID1^99LOCAL^Knee` for attributes that are codes. */
function valueOfPair(attribute: Facts, given: string): unknown {
  if (text(attribute, 'vr') !== 'SQ' || given === '') return given;
  const [value = '', scheme = '', meaning = ''] = given.split('^');
  return [{ value, scheme, meaning }];
}

/** `patientName=Doe^Jane modality=CT` laid over an order; what names a step goes into its first. */
async function withPairs(pairs: readonly string[], order: Facts, options: ServerOptions, surroundings: Surroundings) {
  const attributes = listed(await ask('/api/worklist/attributes', { method: 'GET' }, options, surroundings));
  const request: Record<string, unknown> = { ...order };
  const [first = {}, ...others] = listed(order.steps);
  const step: Record<string, unknown> = { ...first };
  for (const pair of pairs) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/su.exec(pair) ?? [];
    const attribute = attributes.find((each) => each.name === name);
    if (!attribute)
      throw new CliError('usage', `"${pair}" is no value of an order: see "concord worklist attributes" for names`);
    (attribute.place === 'step' ? step : request)[name] = valueOfPair(attribute, value);
  }
  return { ...request, steps: [step, ...others] };
}

async function orderIn(file: string | undefined): Promise<Facts> {
  if (file === undefined) return {};
  try {
    const order: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (isFacts(order)) return order;
  } catch (cause) {
    throw new CliError('failed', `${file} cannot be read as JSON`, { cause });
  }
  throw new CliError('usage', `${file} has no order in it`);
}

/** What the server adds to an order is not sent back. */
function sendable({ source: _source, createdAt: _made, changedAt: _changed, ...order }: Facts): Facts {
  return { ...order, steps: listed(order.steps).map(({ state: _state, ...step }) => step) };
}

const given = (self: Command, options: ServerOptions) => ({ ...self.parent?.opts(), ...options });

const add = (surroundings: Surroundings): Command =>
  withServer(new Command('add'))
    .description('adds an order')
    .argument(
      '[values...]',
      'such as patientName=Doe^Jane patientId=4711 modality=CT startDate=20260301 startTime=0830',
    )
    .option('--file <file>', 'an order in JSON, which may have several steps; the values given go before it')
    .option('--by <name>', 'who acts')
    .action(async (values: readonly string[], { file, by, ...options }: OrderOptions, self: Command) => {
      const server = given(self, options);
      const order = await withPairs(values, await orderIn(file), server, surroundings);
      const json = { order, ...(by !== undefined && { by }) };
      const answer = await ask('/api/worklist', { method: 'POST', json }, server, surroundings);
      surroundings.print(isFacts(answer) ? text(answer, 'studyInstanceUid') : '');
    });

const change = (surroundings: Surroundings): Command =>
  withServer(new Command('change'))
    .description('changes what an order says; values that are not named stay')
    .argument('<order>', 'its Study Instance UID')
    .argument('[values...]', 'such as startTime=0930; nothing behind the sign takes a value out')
    .option('--by <name>', 'who acts')
    .action(async (uid: string, values: readonly string[], { by, ...options }: OrderOptions, self: Command) => {
      const server = given(self, options);
      const path = `/api/worklist/${encodeURIComponent(uid)}`;
      const known = await ask(path, { method: 'GET' }, server, surroundings);
      const order = await withPairs(values, sendable(isFacts(known) ? known : {}), server, surroundings);
      await ask(path, { method: 'PUT', json: { order, ...(by !== undefined && { by }) } }, server, surroundings);
      surroundings.print(`${uid} is changed`);
    });

interface Moving extends StateOptions {
  readonly uid: string;
  readonly state: string;
}

async function move({ uid, state, step, by, ...options }: Moving, self: Command, surroundings: Surroundings) {
  const json = { state, ...(step !== undefined && { stepId: step }), ...(by !== undefined && { by }) };
  const path = `/api/worklist/${encodeURIComponent(uid)}/state`;
  await ask(path, { method: 'POST', json }, given(self, options), surroundings);
  surroundings.print(`${uid} is ${state}`);
}

const moving = (name: string): Command =>
  withServer(new Command(name))
    .argument('<order>', 'its Study Instance UID')
    .option('--step <id>', 'only this step')
    .option('--by <name>', 'who acts');

const cancel = (surroundings: Surroundings): Command =>
  moving('cancel')
    .description('calls an order off: its steps leave the worklist')
    .action((uid: string, options: StateOptions, self: Command) =>
      move({ ...options, uid, state: 'CANCELED' }, self, surroundings),
    );

const setState = (surroundings: Surroundings): Command =>
  moving('state')
    .description('says how far an order is')
    .argument('<state>', states.join(', '))
    .action((uid: string, state: string, options: StateOptions, self: Command) =>
      move({ ...options, uid, state }, self, surroundings),
    );

const attributes = (surroundings: Surroundings): Command =>
  withServer(new Command('attributes'))
    .description('what an order may say')
    .action(async (options: ServerOptions, self: Command) => {
      const found = await ask('/api/worklist/attributes', { method: 'GET' }, given(self, options), surroundings);
      const rows = async function* () {
        for (const each of listed(found))
          yield [text(each, 'name'), text(each, 'place'), text(each, 'vr'), text(each, 'label')];
      };
      await streamingTable(['NAME', 'OF', 'VR', 'WHAT'], rows(), surroundings.print);
    });

/** The command. */
export function worklist(surroundings: Surroundings): Command {
  const command = withServer(new Command('worklist'))
    .description('what is scheduled: lists, adds, changes and cancels orders')
    .option('--json', 'one JSON object per step instead of a table')
    .option('--from <day>', 'steps that begin on this day (YYYYMMDD) or later')
    .option('--to <day>', 'steps that begin on this day or before')
    .option('--modality <modality>', 'of this modality')
    .option('--patient-id <id>', 'of this patient')
    .option('--accession-number <number>', 'with this accession number')
    .addOption(new Option('--state <state>', 'in this state').choices(states))
    .addHelpText(
      'after',
      '\nExamples:\n  concord worklist --from 20260301 --to 20260301\n  concord worklist add patientName=Doe^Jane patientId=4711 modality=CT startDate=20260301 startTime=0830\n  concord worklist cancel 1.2.840.1',
    )
    .action(async ({ json, ...options }: ListOptions) => {
      const query = new URLSearchParams();
      for (const name of filters) if (options[name] !== undefined) query.set(name, options[name]);
      const answer = listed(await ask(`/api/worklist?${query}`, { method: 'GET' }, options, surroundings));
      if (json) for (const entry of answer) surroundings.print(JSON.stringify(entry));
      else if (answer.length === 0) surroundings.note('nothing is scheduled');
      else {
        const rows = async function* () {
          for (const each of answer) yield row(each);
        };
        await streamingTable(headings, rows(), surroundings.print);
      }
    });
  for (const make of [add, change, cancel, setState, attributes]) command.addCommand(make(surroundings).exitOverride());
  return command;
}
