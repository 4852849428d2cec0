// Where statements come from: a file, or a running Concord.
import { open } from 'node:fs/promises';
import { asRunReport, asStatement, type RunReport, type Statement } from '@concord/conformance';
import { CliError } from '../cli-error.ts';
import { ask, type ServerOptions } from '../running-server.ts';
import type { Surroundings } from '../surroundings.ts';

/** Longer files are no statements. */
const maximumBytes = 32 * 1024 * 1024;

/** JSON of a file. @throws CliError where there is none */
export async function jsonFile(path: string): Promise<unknown> {
  const text = await readBounded(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError('failed', `${path} is not JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** A text file of bounded length. @throws CliError where there is none */
export async function readBounded(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    if (size > maximumBytes) throw new CliError('failed', `${path} has more than ${maximumBytes} bytes`);
    return await file.readFile('utf8');
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('failed', `${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}

/** The statement of a running Concord. */
export async function serverStatement(
  options: ServerOptions,
  edition: 'as-configured' | 'as-shipped',
  surroundings: Surroundings,
): Promise<Statement> {
  const path = `/conformance?format=json&edition=${edition}`;
  return asStatement(await ask(path, { method: 'GET' }, options, surroundings));
}

/** A statement that an argument names: the address of a running Concord, or a JSON file, which may lack anything. */
export const namedStatement = (name: string, surroundings: Surroundings): Promise<unknown> =>
  /^https?:\/\//.test(name) ? serverStatement({ server: name }, 'as-configured', surroundings) : jsonFile(name);

/** A report that an argument names. @throws CliError for a file that is none */
export async function reportFile(path: string): Promise<RunReport> {
  const report = asRunReport(await jsonFile(path));
  if (!report)
    throw new CliError('failed', `${path} is no report: make one with concord conformance run --format json`);
  return report;
}
