// `concord key-objects`: selections of key objects on a running server, and the titles that they may have. PS3.3 A.35.4
import { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { ask, type ServerOptions, withServer } from './running-server.ts';
import type { Surroundings } from './surroundings.ts';
import { streamingTable } from './table.ts';

interface CreateOptions extends ServerOptions {
  readonly title: string;
  readonly modifier?: string;
  readonly description?: string;
  readonly by?: string;
}
interface AddOptions extends ServerOptions {
  readonly definition?: string;
}

const examples = `
An object is named by its SOP Instance UID, with a colon and numbers where only some frames are meant: 1.2.3.4:2,5-8. Title and modifier
are code values, as \`titles\` lists them. Objects of several studies of one patient give a document in each study.

Examples:
  concord key-objects create 1.2.840.1.7 1.2.840.1.8:2,5-8 --title 113004 --description 'Hip dysplasia'
  concord key-objects create 1.2.840.1.7 --title 113001 --modifier 111210 --by Doe^Jane
  concord key-objects list 1.2.840.1
  concord key-objects titles
  concord key-objects add-title OWNER 'For the owner'
  concord key-objects retire-title OWNER`;

type Facts = Readonly<Record<string, unknown>>;
const factsOf = (value: unknown): Facts => (typeof value === 'object' && value !== null ? { ...value } : {});
const listOf = (value: unknown): readonly Facts[] => (Array.isArray(value) ? value.map(factsOf) : []);
const text = (facts: Facts, name: string): string => String(facts[name] ?? '');

/** Frames of one range at most: more than the server takes of one object. */
const mostFrames = 1000;

/** `2,5-8` */
function framesOf(given: string, numbers: string): readonly number[] {
  return numbers.split(',').flatMap((part) => {
    const [, from, to = from] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (from === undefined || first < 1 || last < first || last - first >= mostFrames)
      throw new CliError('usage', `"${given}" does not name frames as in 1.2.3.4:2,5-8`);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
}

/** `1.2.3.4` or `1.2.3.4:2,5-8` */
function referenceOf(given: string) {
  const [sopInstanceUid = '', numbers] = given.split(':');
  if (!/^[0-9.]{1,64}$/.test(sopInstanceUid)) throw new CliError('usage', `"${given}" is no SOP Instance UID`);
  return { sopInstanceUid, ...(numbers !== undefined && { frames: framesOf(given, numbers) }) };
}

async function* each<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows;
}

async function printTitles(answer: unknown, { print }: Surroundings): Promise<void> {
  const { titles, retired } = factsOf(answer);
  const rows = [
    ...listOf(titles).map((title) => ({ title, state: title.own === true ? 'of this site' : '' })),
    ...listOf(retired).map((title) => ({ title, state: 'retired' })),
  ].map(({ title, state }) => [
    ...['value', 'scheme', 'meaning'].map((name) => text(title, name)),
    listOf(title.modifiers)
      .map((modifier) => `${text(modifier, 'value')} ${text(modifier, 'meaning')}`)
      .join(', '),
    state,
  ]);
  await streamingTable(['TITLE', 'SCHEME', 'MEANING', 'MODIFIERS', ''], each(rows), print);
}

async function list(study: string, options: ServerOptions, surroundings: Surroundings): Promise<void> {
  const path = `/api/studies/${encodeURIComponent(study)}/key-objects`;
  const found = listOf(await ask(path, { method: 'GET' }, options, surroundings));
  const rows = found.map((document) => [
    ...['sopInstanceUid', 'created', 'title', 'modifier', 'observer'].map((name) => text(document, name)),
    String(listOf(document.objects).length),
    text(document, 'description').replaceAll(/\s+/g, ' '),
  ]);
  await streamingTable(
    ['DOCUMENT', 'MADE', 'TITLE', 'MODIFIER', 'BY', 'OBJECTS', 'TEXT'],
    each(rows),
    surroundings.print,
  );
  if (rows.length === 0) surroundings.note('none');
}

/** The command. */
export function keyObjects(surroundings: Surroundings): Command {
  const titlesPath = '/api/key-objects/titles';
  const verb = (name: string, description: string) =>
    withServer(new Command(name).description(description)).exitOverride();
  const given = <T extends ServerOptions>(own: Command): T => ({ ...own.parent?.opts(), ...own.opts<T>() });
  const command = new Command('key-objects')
    .description('key images: selections of stored objects on a running server, and their titles')
    .addHelpText('after', examples);
  withServer(command);
  command.addCommand(
    verb('create', 'makes a Key Object Selection Document of stored objects of one patient')
      .argument('<objects...>', 'SOP Instance UIDs, with frames as in 1.2.3.4:2,5-8')
      .requiredOption('--title <code>', 'code value of the title')
      .option('--modifier <code>', 'code value of what modifies it')
      .option('--description <text>', 'why they were chosen')
      .option('--by <name>', 'who chose, such as Doe^Jane')
      .action(async (objects: readonly string[], _options: unknown, own: Command) => {
        const { title, modifier, description, by, ...server } = given<CreateOptions>(own);
        const json = { title, modifier, description, observer: by, references: objects.map(referenceOf) };
        const answer = await ask('/api/key-objects', { method: 'POST', json }, server, surroundings);
        for (const document of listOf(factsOf(answer).documents))
          surroundings.print(`${text(document, 'sopInstanceUid')} in study ${text(document, 'studyInstanceUid')}`);
      }),
  );
  command.addCommand(
    verb('list', 'the selections in a study')
      .argument('<study>', 'Study Instance UID')
      .action((study: string, _options: unknown, own: Command) => list(study, given(own), surroundings)),
  );
  command.addCommand(
    verb('titles', 'titles that selections may have').action(async (_options: unknown, own: Command) =>
      printTitles(await ask(titlesPath, { method: 'GET' }, given(own), surroundings), surroundings),
    ),
  );
  command.addCommand(
    verb('add-title', 'adds a title of this site to those of the standard')
      .argument('<code>', 'up to 16 characters')
      .argument('<meaning>', 'up to 64 characters')
      .option('--definition <text>', 'what it means, for the conformance statement')
      .action(async (code: string, meaning: string, _options: unknown, own: Command) => {
        const { definition, ...server } = given<AddOptions>(own);
        await ask(titlesPath, { method: 'POST', json: { code, meaning, definition } }, server, surroundings);
        surroundings.print(`${code} ${meaning} is a title now`);
      }),
  );
  command.addCommand(
    verb('retire-title', 'takes a title of this site out of use; those of the standard stay')
      .argument('<code>', 'as `titles` shows it')
      .action(async (code: string, _options: unknown, own: Command) => {
        await ask(`${titlesPath}/${encodeURIComponent(code)}`, { method: 'DELETE' }, given(own), surroundings);
        surroundings.print(`${code} is retired`);
      }),
  );
  return command;
}
