// The server as a program: settings from arguments and environment, a few lines on what listens where, an end on a signal.
import { pino } from 'pino';
import { gatheredLines } from './gathered-lines.ts';
import { greeting } from './greeting.ts';
import { startServer } from './main.ts';
import { withOwnFile } from './settings/own-file.ts';
import { helpText, readConfiguration, SettingsError } from './settings/read-configuration.ts';
import { StartError } from './start-error.ts';
import { tellUnforeseen } from './unforeseen.ts';
import { version } from './version.ts';

/** Standard output is for people and scripts, standard error for the log. */
const print = (text: string) => process.stdout.write(`${text}\n`);

/** The first signal ends the server in order, a second one at once. */
function endOnSignal(close: () => Promise<void>, log: pino.Logger): void {
  let ending = false;
  const end = (signal: NodeJS.Signals) => {
    if (ending) process.exit(1);
    ending = true;
    log.info({ signal }, 'ending');
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the server did not end in order');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

async function start(argv: readonly string[], environment: Environment): Promise<void> {
  if (argv.includes('--help') || argv.includes('-h')) {
    print(`npm start -- [settings]\n\n${helpText()}`);
    return;
  }
  if (argv.includes('--version')) {
    print(version);
    return;
  }
  const configuration = readConfiguration(withOwnFile(argv, environment), environment);
  const log = pino({ level: configuration.logLevel }, gatheredLines(2));
  tellUnforeseen(log);
  const server = await startServer(configuration, log);
  endOnSignal(server.close, log);
  process.on('SIGHUP', server.reload);
  print(greeting(configuration, server));
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs until a signal ends it. What the settings can mend is one line and exit status 2. Never rejects. */
export const serve = (argv: readonly string[], environment: Environment): Promise<void> =>
  start(argv, environment).catch((error: unknown) => {
    const known = error instanceof SettingsError || error instanceof StartError;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${known ? error.message : text}\n`);
    process.exit(known ? 2 : 1);
  });
