// `concord transfers`: what came of each study, what is missing, and the proof line by line.
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { ask, askBytes, askLines, type ServerOptions, withServer } from './running-server.ts';
import type { Surroundings } from './surroundings.ts';
import { streamingTable } from './table.ts';
import { wholeNumber } from './whole-number.ts';

interface TransferOptions extends ServerOptions {
  readonly json?: true;
  readonly limit?: string;
  readonly incomplete?: true;
}
interface ProofOptions extends ServerOptions {
  readonly association?: true;
  readonly output?: string;
}
interface ExpectOptions extends ServerOptions {
  readonly series?: string;
}

type Facts = ReadonlyMap<string, unknown>;
const factsOf = (value: unknown): Facts =>
  new Map(Object.entries(typeof value === 'object' && value !== null ? value : {}));
const factsIn = (value: unknown): readonly Facts[] => (Array.isArray(value) ? value.map(factsOf) : []);
const text = (facts: Facts, name: string): string => String(facts.get(name) ?? '');

/** `180 of 180`, or `180` where nobody said how many there are. */
const counted = (line: Facts): string =>
  line.has('expected') ? `${text(line, 'received')} of ${text(line, 'expected')}` : text(line, 'received');

const sentOf = (study: Facts): string =>
  factsIn(study.get('sent'))
    .map((each) => {
      const committed = Number(each.get('committed')) > 0 ? `, ${text(each, 'committed')} committed` : '';
      return `${text(each, 'destination')} ${text(each, 'sent')}${committed}`;
    })
    .join('; ');

/** False where there are none. */
async function printTable(studies: readonly Facts[], { print }: Surroundings): Promise<boolean> {
  return streamingTable(
    ['RECEIVED', 'PATIENT', 'STUDY', 'OBJECTS', 'STATE', 'WHY', 'SENT TO'],
    (async function* () {
      for (const study of studies) {
        const line = factsOf(study.get('study'));
        yield [
          text(study, 'receivedAt').slice(0, 16),
          text(study, 'patientName'),
          text(study, 'studyInstanceUid'),
          counted(line),
          text(line, 'state'),
          text(line, 'evidence'),
          sentOf(study),
        ];
      }
    })(),
    print,
  );
}

/** The study, its series, and by name what is missing. Exit code 1 where something is. */
async function printStudy(study: Facts, surroundings: Surroundings): Promise<void> {
  const { print } = surroundings;
  await printTable([study], surroundings);
  await streamingTable(
    ['SERIES', 'MODALITY', 'OBJECTS', 'STATE', 'NUMBERS BETWEEN'],
    (async function* () {
      for (const line of factsIn(study.get('series')))
        yield [
          text(line, 'seriesInstanceUid'),
          text(line, 'modality'),
          counted(line),
          text(line, 'state'),
          text(line, 'gaps'),
        ];
    })(),
    print,
  );
  for (const missing of factsIn(study.get('missing'))) print(`missing  ${text(missing, 'sopInstanceUid')}`);
  const refused = Number(study.get('refused'));
  if (refused > 0) print(`refused  ${refused}: concord transfers proof ${text(study, 'studyInstanceUid')}`);
  if (text(factsOf(study.get('study')), 'state') === 'incomplete') surroundings.fail();
}

const proof = (surroundings: Surroundings): Command =>
  withServer(new Command('proof'))
    .description('a line for each thing that happened to each object of a study, as JSON or, into a file, as CSV')
    .argument('<uid>', 'Study Instance UID, or with --association the id of an association')
    .option('--association', 'what came, or went out, over an association')
    .option('-o, --output <file>', 'writes CSV, for spreadsheets; .json writes JSON')
    .action(async (uid: string, options: ProofOptions, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      const kind = options.association ? 'associations' : 'studies';
      const path = `/api/transfers/${kind}/${encodeURIComponent(uid)}/proof`;
      const { output } = options;
      if (output === undefined)
        for await (const line of askLines(`${path}?format=lines`, { method: 'GET' }, given, surroundings))
          surroundings.print(JSON.stringify(line));
      else {
        const format = output.endsWith('.json') ? 'json' : 'csv';
        await writeFile(output, await askBytes(`${path}?format=${format}`, given, surroundings));
      }
    });

const hexadecimal = (status: unknown): string => Number(status).toString(16).toUpperCase().padStart(4, '0');

const refused = (surroundings: Surroundings): Command =>
  withServer(new Command('refused'))
    .description('what was refused or broke off: which object, from whom, why and when, the last first')
    .option('--limit <count>', 'objects (default: 50)')
    .option('--json', 'one JSON object per refusal instead of a table')
    .action(async (options: TransferOptions, self: Command) => {
      const given: TransferOptions = { ...self.parent?.opts(), ...options };
      const path = `/api/transfers/refused?limit=${encodeURIComponent(given.limit ?? '50')}`;
      const found = factsIn(await ask(path, { method: 'GET' }, given, surroundings));
      if (given.json) {
        for (const each of found) surroundings.print(JSON.stringify(Object.fromEntries(each)));
        return;
      }
      const rows = found.map((each) => [
        text(each, 'at').slice(0, 19),
        text(each, 'peer'),
        text(each, 'address'),
        each.get('status') === 0 ? '' : hexadecimal(each.get('status')),
        text(each, 'sopInstanceUid'),
        text(each, 'detail'),
      ]);
      const some = await streamingTable(
        ['AT', 'FROM', 'ADDRESS', 'STATUS', 'OBJECT', 'WHY'],
        (async function* () {
          yield* rows;
        })(),
        surroundings.print,
      );
      if (!some) surroundings.note('nothing was refused');
    });

const expect = (surroundings: Surroundings): Command =>
  withServer(new Command('expect'))
    .description('says how many objects a study has: it counts as complete when they are there')
    .argument('<study>', 'Study Instance UID')
    .argument('<count>', 'objects', wholeNumber(0, 1_000_000))
    .option('--series <uid>', 'of this series alone')
    .action(async (studyInstanceUid: string, count: number, options: ExpectOptions, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      const series = options.series === undefined ? {} : { seriesInstanceUid: options.series };
      const json = { studyInstanceUid, count, ...series };
      await ask('/api/transfers/expected', { method: 'POST', json }, given, surroundings);
      surroundings.print(`${count} are expected of ${studyInstanceUid}`);
    });

const examples = `
Exit code 1 where something of the named study is missing.

Examples:
  concord transfers
  concord transfers --incomplete
  concord transfers 1.2.840.1
  concord transfers proof 1.2.840.1 -o proof.csv
  concord transfers refused --limit 10
  concord transfers expect 1.2.840.1 180`;

/** The command. */
export function transfers(surroundings: Surroundings): Command {
  const command = withServer(new Command('transfers'))
    .description('what came of each study, how many are expected, what is missing, where it went')
    .argument('[study]', 'Study Instance UID; absent: the last studies')
    .option('--limit <count>', 'studies', '50')
    .option('--incomplete', 'only studies of which fewer came than somebody said')
    .option('--json', 'one JSON object per study instead of a table')
    .addHelpText('after', examples)
    .action(async (study: string | undefined, options: TransferOptions) => {
      const path =
        study === undefined
          ? `/api/transfers?limit=${encodeURIComponent(options.limit ?? '50')}${options.incomplete ? '&state=incomplete' : ''}`
          : `/api/transfers/studies/${encodeURIComponent(study)}`;
      const answer = await ask(path, { method: 'GET' }, options, surroundings);
      const studies = study === undefined ? factsIn(answer) : [factsOf(answer)];
      if (options.json) for (const each of studies) surroundings.print(JSON.stringify(Object.fromEntries(each)));
      else if (study === undefined) {
        const some = await printTable(studies, surroundings);
        if (!some) surroundings.note(options.incomplete ? 'nothing is missing' : 'nothing has come');
      } else for (const each of studies) await printStudy(each, surroundings);
    });
  for (const made of [proof, refused, expect]) command.addCommand(made(surroundings).exitOverride());
  return command;
}
