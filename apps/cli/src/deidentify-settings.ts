// What the files and words on the command line of `concord deidentify` mean: secret, regions, lists of words and private elements.
import { readFile, stat } from 'node:fs/promises';
import { type ConfidentialityOption, confidentialityOptions, type Region } from '@concord/dicom/deidentify';
import { InvalidArgumentError } from 'commander';
import { CliError } from './cli-error.ts';
import type { Surroundings } from './surroundings.ts';

/** The command line, as commander gives it. */
export interface DeidentifyOptions {
  readonly to: string;
  readonly secretFile?: string;
  readonly option?: readonly ConfidentialityOption[];
  readonly blank?: readonly Region[];
  readonly pixelsAreClean?: true;
  readonly words?: string;
  readonly privateList?: string;
  readonly map?: string;
  readonly recipient?: readonly string[];
  readonly reidentify?: true;
  readonly key?: string;
  readonly overwrite?: true;
  readonly jobs: number;
  readonly json?: true;
}

/** Where the secret is looked for when no file is named. */
export const secretVariable = 'CONCORD_DEIDENTIFICATION_SECRET';
const leastSecret = 16;

const isOption = (name: string): name is ConfidentialityOption => Object.hasOwn(confidentialityOptions, name);

/** For commander: an option of PS3.15 E.3 by its name, collected. */
export function collectOption(name: string, before: readonly ConfidentialityOption[] = []) {
  if (!isOption(name))
    throw new InvalidArgumentError(`It is none of: ${Object.keys(confidentialityOptions).join(', ')}.`);
  return [...before, name];
}

/** For commander: `column,row,columns,rows` or `column,row,columns,rows@first-last`, collected. */
export function collectRegion(text: string, before: readonly Region[] = []): readonly Region[] {
  const [, left, top, columns, rows, first, last] =
    /^(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})(?:@(\d{1,7})(?:-(\d{1,7}))?)?$/.exec(text) ?? [];
  const region = { column: Number(left), row: Number(top), columns: Number(columns), rows: Number(rows) };
  const frames = first === undefined ? undefined : ([Number(first), Number(last ?? first)] as const);
  const empty = !(region.columns > 0 && region.rows > 0) || (frames && (frames[0] < 1 || frames[1] < frames[0]));
  if (left === undefined || empty)
    throw new InvalidArgumentError(
      'It must be column,row,columns,rows in pixels from the upper left corner, with @first-last for some frames.',
    );
  return [...before, frames ? { ...region, frames } : region];
}

/** For commander: repeated texts. */
export const collectText = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

/**
 * The secret, from a file or the environment: never from the command line, which other users can see.
 * @throws CliError `usage` where there is none, or too short a one
 */
export async function readSecret(
  path: string | undefined,
  { environment, note }: Pick<Surroundings, 'environment' | 'note'>,
): Promise<Uint8Array> {
  const text = environment[secretVariable];
  if (path === undefined && !text)
    throw new CliError(
      'usage',
      `a secret is needed: --secret-file <file> or ${secretVariable} (make one: openssl rand -hex 32 > secret)`,
    );
  const bytes = path === undefined ? Buffer.from(text ?? '') : await readNamed(path);
  // A line end of an editor's is no part of it.
  const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? 2 : 1) : 0;
  const secret = bytes.subarray(0, bytes.length - end);
  if (secret.length < leastSecret)
    throw new CliError('usage', `the secret has ${secret.length} bytes; at least ${leastSecret} are needed`);
  if (path !== undefined && ((await stat(path)).mode & 0o077) !== 0)
    note(`${path}: others may read the secret (chmod 600 ${path})`);
  return new Uint8Array(secret);
}

/** @throws CliError `usage` where the file cannot be read */
export async function readNamed(path: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    throw new CliError('usage', `${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
}

const linesOf = async (path: string): Promise<readonly string[]> =>
  (await readNamed(path))
    .toString('utf8')
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*#.*$/, '').trimEnd());

/** Words that may stay in texts: one or more on a line, `#` begins a remark. */
export const readWords = async (path: string): Promise<readonly string[]> =>
  (await linesOf(path)).flatMap((line) => line.split(/\s+/)).filter((word) => word !== '');

/** Safe private elements: `(gggg,xxee) creator` on each line. @throws CliError `usage` with the number of a line that is something else */
export async function readSafePrivate(path: string): Promise<readonly (readonly [string, number])[]> {
  return (await linesOf(path)).flatMap((line, at) => {
    if (line === '') return [];
    const [, group, element, creator] = /^\(?([0-9a-f]{3}[13579bdf]),xx([0-9a-f]{2})\)?\s+(\S.*)$/i.exec(line) ?? [];
    if (creator === undefined)
      throw new CliError(
        'usage',
        `${path}, line ${at + 1}: not a private element and its creator, such as (0019,xx0C) SIEMENS MR HEADER`,
      );
    return [[creator, Number.parseInt(`${group}${element}`, 16)] as const];
  });
}
