// `concord exam-types`: the list that a site keeps at its running server, and which of them a study is.
import { Command } from 'commander';
import { ask, type ServerOptions, withServer } from './running-server.ts';
import type { Surroundings } from './surroundings.ts';
import { streamingTable } from './table.ts';

interface ExamTypesOptions extends ServerOptions {
  readonly json?: true;
}
interface AddOptions extends ServerOptions {
  readonly by?: string;
}

type Facts = Readonly<Record<string, unknown>>;

async function table(answer: unknown, columns: readonly string[], heading: readonly string[], { print }: Surroundings) {
  const found: readonly Facts[] = Array.isArray(answer) ? answer : [];
  const rows = async function* () {
    for (const each of found) yield columns.map((name) => String(each[name] ?? ''));
  };
  await streamingTable(heading, rows(), print);
  return found.length;
}

const ofStudy = (surroundings: Surroundings): Command =>
  withServer(new Command('of'))
    .description('which of them a study is, and what says so')
    .argument('<study>', 'Study Instance UID')
    .action(async (study: string, options: ServerOptions, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      const path = `/api/studies/${encodeURIComponent(study)}/exam-types`;
      const answer = await ask(path, { method: 'GET' }, given, surroundings);
      const count = await table(answer, ['name', 'from'], ['EXAM TYPE', 'BY'], surroundings);
      if (count === 0) surroundings.note('none of the list');
    });

const add = (surroundings: Surroundings): Command =>
  withServer(new Command('add'))
    .description('adds an exam type')
    .argument('<name>', 'as descriptions, body parts or Image Type say it; the case of letters is nothing')
    .option('--by <name>', 'who acts')
    .action(async (name: string, options: AddOptions, self: Command) => {
      const { by, ...given } = { ...self.parent?.opts(), ...options };
      await ask(
        '/api/exam-types',
        { method: 'POST', json: by === undefined ? { name } : { name, by } },
        given,
        surroundings,
      );
      surroundings.print(`${name} is in the list`);
    });

const remove = (surroundings: Surroundings): Command =>
  withServer(new Command('remove'))
    .description('takes an exam type from the list')
    .argument('<name>', 'its name')
    .action(async (name: string, options: ServerOptions, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      await ask(`/api/exam-types/${encodeURIComponent(name)}/remove`, { method: 'POST' }, given, surroundings);
      surroundings.print(`${name} is no longer in the list`);
    });

/** The command. */
export function examTypes(surroundings: Surroundings): Command {
  const command = withServer(new Command('exam-types'))
    .description('the exam types of a site, and which of them a study is')
    .option('--json', 'one JSON object per entry instead of a table')
    .addHelpText(
      'after',
      '\nExamples:\n  concord exam-types\n  concord exam-types add "CT CHEST"\n  concord exam-types of 1.2.840.1',
    )
    .action(async ({ json, ...options }: ExamTypesOptions) => {
      const answer = await ask('/api/exam-types', { method: 'GET' }, options, surroundings);
      if (json) for (const entry of Array.isArray(answer) ? answer : []) surroundings.print(JSON.stringify(entry));
      else if ((await table(answer, ['name', 'addedAt', 'addedBy'], ['EXAM TYPE', 'ADDED', 'BY'], surroundings)) === 0)
        surroundings.note('there are no exam types');
    });
  for (const made of [add, remove, ofStudy]) command.addCommand(made(surroundings).exitOverride());
  return command;
}
