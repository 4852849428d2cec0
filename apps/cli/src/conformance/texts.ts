// `concord conformance texts`: the texts that people wrote into the statement, and which are older than what they describe. PS3.2 6.2.
import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import { ask, type ServerOptions, withServer } from '../running-server.ts';
import type { Surroundings } from '../surroundings.ts';
import { streamingTable } from '../table.ts';

interface Text {
  readonly id: string;
  readonly section: string;
  readonly state: string;
  readonly edited: boolean;
  /** What it describes and what has another value now. */
  readonly changed: readonly string[];
  readonly by: string;
}

const factsOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map(Object.entries(typeof value === 'object' && value !== null ? value : {}));

function read(answer: unknown): Text {
  const facts = factsOf(answer);
  const word = (name: string): string => String(facts.get(name) ?? '');
  const describes = facts.get('describes');
  const subjects = Array.isArray(describes) ? describes.map(factsOf) : [];
  return {
    ...{ id: word('id'), section: word('section'), state: word('state') },
    edited: facts.get('edited') === true,
    changed: subjects.flatMap((each) => (each.get('changed') === true ? [String(each.get('name'))] : [])),
    by: [word('author'), word('date')].filter(Boolean).join(', '),
  };
}

const examples = `
Each text is bound to what it describes: settings, services, lists of the product. When one of these changes the text is
stale, the statement is a draft, and it cannot be released until somebody has read the text and confirms or edits it.

Examples:
  concord conformance texts
  concord conformance texts confirm overview --by "A. Physicist"
  concord conformance texts edit overview --by "A. Physicist" --text overview.txt
  concord conformance texts restore overview`;

interface ListOptions extends ServerOptions {
  readonly format: 'table' | 'json';
}
interface WriteOptions extends ServerOptions {
  readonly by: string;
}
interface EditOptions extends WriteOptions {
  readonly text: string;
}

const path = (id: string): string => `/conformance/texts/${encodeURIComponent(id)}`;

const rowOf = (each: Text): readonly string[] => [
  each.id,
  each.section,
  each.state,
  each.edited ? 'edited' : 'as shipped',
  each.changed.join(', '),
  each.by,
];

async function list(options: ListOptions, surroundings: Surroundings): Promise<void> {
  const answer = await ask('/conformance/texts', { method: 'GET' }, options, surroundings);
  if (options.format === 'json') surroundings.print(JSON.stringify(answer));
  const texts = Array.isArray(answer) ? answer.map(read) : [];
  const rows = (async function* () {
    yield* texts.map(rowOf);
  })();
  if (options.format === 'table')
    await streamingTable(['TEXT', 'SECTION', 'STATE', 'WORDS', 'CHANGED', 'BY'], rows, surroundings.print);
  if (texts.some(({ state }) => state === 'stale')) surroundings.fail();
}

const confirm = (surroundings: Surroundings): Command =>
  withServer(new Command('confirm'))
    .description('says that texts still hold for what they describe')
    .argument('<id...>', 'texts, as they are listed')
    .requiredOption('--by <name>', 'who has read them')
    .action(async (ids: readonly string[], { by, ...options }: WriteOptions) => {
      for (const id of ids) {
        const answer = await ask(path(id), { method: 'PUT', json: { author: by } }, options, surroundings);
        surroundings.note(`${read(answer).id}: confirmed by ${by}`);
      }
    });

const edit = (surroundings: Surroundings): Command =>
  withServer(new Command('edit'))
    .description('puts another text in the place of one')
    .argument('<id>', 'text, as it is listed')
    .requiredOption('--by <name>', 'who wrote it')
    .requiredOption('--text <file>', 'file with the words, UTF-8; an empty line divides paragraphs')
    .action(async (id: string, { by, text: file, ...options }: EditOptions) => {
      const words = await readFile(file, 'utf8').catch((cause: unknown) => {
        throw new CliError('usage', `${file} cannot be read`, { cause });
      });
      const json = { author: by, text: words.trim() };
      surroundings.note(
        `${read(await ask(path(id), { method: 'PUT', json }, options, surroundings)).id}: written by ${by}`,
      );
    });

const restore = (surroundings: Surroundings): Command =>
  withServer(new Command('restore'))
    .description('lets the shipped text count again')
    .argument('<id>', 'text, as it is listed')
    .action(async (id: string, options: ServerOptions) => {
      const { state } = read(await ask(path(id), { method: 'DELETE' }, options, surroundings));
      surroundings.note(`${id}: as shipped, ${state}`);
    });

const listed = (surroundings: Surroundings): Command =>
  withServer(new Command('list'))
    .description('lists them; ends with 1 where one is older than what it describes')
    .addOption(new Option('--format <format>', 'what is printed').choices(['table', 'json']).default('table'))
    .action((options: ListOptions) => list(options, surroundings));

/** The command and its sub-commands; by itself it lists. */
export const texts = (surroundings: Surroundings): Command =>
  new Command('texts')
    .description('texts of the statement that people wrote: which are older than what they describe')
    .addHelpText('after', examples)
    .addCommand(listed(surroundings).exitOverride(), { isDefault: true })
    .addCommand(confirm(surroundings).exitOverride())
    .addCommand(edit(surroundings).exitOverride())
    .addCommand(restore(surroundings).exitOverride());
