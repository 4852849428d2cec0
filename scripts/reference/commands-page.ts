// docs/guide/commands.md, from the commands themselves.
import { createProgram } from '../../apps/cli/src/program.ts';
import type { Surroundings } from '../../apps/cli/src/surroundings.ts';

type Command = ReturnType<typeof createProgram>;

const nowhere: Surroundings = {
  print: () => {},
  note: () => {},
  draw: () => {},
  fail: () => {},
  columns: undefined,
  signal: new AbortController().signal,
  environment: {},
  input: new ReadableStream(),
};

const width = 100;

/** What `--help` prints, examples included. */
function helpOf(command: Command): string {
  let text = '';
  const write = (chunk: string) => {
    text += chunk;
  };
  command.configureOutput({ writeOut: write, getOutHelpWidth: () => width }).outputHelp();
  return text.trim();
}

const introduction = `# Commands

<!-- Written by \`npm run reference\` from the commands in apps/cli/src. Change them there. -->

\`npx concord <command>\`, in the folder of Concord. Results go to standard output, everything else to standard error; \`--json\` prints one JSON object
per line. Exit codes: 0 when all went well, 1 when something failed, 2 when the command was used wrongly.
`;

/** The whole page. */
export function commandsPage(): string {
  const program = createProgram(nowhere);
  const section = (heading: string, command: Command) => `${heading}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`;
  const sections = program.commands.flatMap((command) => [
    section(`## concord ${command.name()}`, command),
    ...command.commands.map((each) => section(`### concord ${command.name()} ${each.name()}`, each)),
  ]);
  return [introduction, ...sections].join('\n');
}
