// One command line: arguments in, exit code out.
import { CommanderError } from 'commander';
import { CliError, exitCodes } from './cli-error.ts';
import { createProgram } from './program.ts';
import type { Surroundings } from './surroundings.ts';

/** Runs the command line `argv` (without program and script) and returns the exit code. */
export async function run(argv: readonly string[], surroundings: Omit<Surroundings, 'fail'>): Promise<number> {
  let code: number = exitCodes.ok;
  const fail = () => {
    code = exitCodes.failed;
  };
  try {
    await createProgram({ ...surroundings, fail }).parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    // --help and --version end here too, with 0; commander has said what is wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    surroundings.note(`concord: ${wordsOf(error)}`);
    return error instanceof CliError && error.fault === 'usage' ? exitCodes.usage : withoutResult(argv);
  }
}

/** A program that calls `concord conformance` tells what was found (1) from what could not be looked at (2). */
const withoutResult = ([command]: readonly string[]): number =>
  command === 'conformance' ? exitCodes.usage : exitCodes.failed;

const meantForPeople = new Set([
  'AbortError',
  'BackupError',
  'CliError',
  'DatabaseError',
  'DicomError',
  'ImagingError',
  'MediaError',
  'NetworkError',
  'SettingsError',
  'StatementError',
  'StoreError',
]);

/** Errors with a name of their own were meant for people; any other is a fault of ours, told with its place. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const meant = meantForPeople.has(error.name);
  return meant || 'syscall' in error ? error.message : (error.stack ?? error.message);
}
