// Every file of a command line without identity, or with it again: what leads back is on the disk before the file it is of has its name.
import { createPrivateKey } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { CliError } from './cli-error.ts';
import { recipientFrom } from './cms/envelope.ts';
import { type DeidentifyOptions, readNamed, readSafePrivate, readSecret, readWords } from './deidentify-settings.ts';
import { filesBelow, type NamedFile } from './files.ts';
import { type MapFile, openMap, readMap } from './map-file.ts';
import { giveName } from './new-file.ts';
import type { Surroundings } from './surroundings.ts';
import { type FileOutcome, startTally } from './tally.ts';
import type { DeidentifyTask, NewFile } from './tasks/deidentify.ts';
import { inOrder } from './tasks/in-order.ts';
import { type TaskPool, taskPool } from './tasks/pool.ts';
import type { Outcome } from './tasks/task.ts';

/** Whether a path is a folder or lies in it. */
const isIn = (folder: string, path: string): boolean =>
  !/^\.\.(?:[/\\]|$)/.test(relative(resolve(folder), resolve(path)));

/** @throws CliError `usage` for what would mix old and new files, or put the map among them */
async function checkedFiles(paths: readonly string[], { to, map }: DeidentifyOptions): Promise<readonly NamedFile[]> {
  for (const path of paths)
    if (isIn(path, to)) throw new CliError('usage', `${to} lies in ${path}: the new files would be among the old ones`);
  if (map !== undefined && isIn(to, map))
    throw new CliError('usage', `${map} lies in ${to}: what leads back must not be handed out with the new files`);
  return Array.fromAsync(filesBelow(paths));
}

/** Everything of the options that can be wrong is found before a file is touched. */
async function taskOf(options: DeidentifyOptions, surroundings: Surroundings): Promise<DeidentifyTask> {
  const { to, option = [], blank = [], words, privateList, recipient = [] } = options;
  const asked = (name: (typeof option)[number]): boolean => option.includes(name);
  const wrong = (words: string): CliError => new CliError('usage', words);
  if (options.key !== undefined) throw wrong('--key is for --reidentify');
  if (asked('retain-longitudinal-full-dates') && asked('retain-longitudinal-modified-dates'))
    throw wrong('dates are either kept (retain-longitudinal-full-dates) or moved (retain-longitudinal-modified-dates)');
  if (blank.length > 0 && !asked('clean-pixel-data'))
    throw wrong(
      '--blank belongs to clean-pixel-data: with -o clean-pixel-data the new files say that their pixels show nobody',
    );
  if (asked('clean-pixel-data') && blank.length === 0 && !options.pixelsAreClean)
    throw wrong('clean-pixel-data needs --blank, or --pixels-are-clean where somebody has looked');
  if (asked('clean-recognizable-visual-features') && !options.pixelsAreClean)
    throw wrong(
      'clean-recognizable-visual-features is not done by this program: --pixels-are-clean says that somebody did it',
    );
  if ((asked('clean-descriptors') || asked('clean-graphics')) && words === undefined)
    throw wrong('clean-descriptors and clean-graphics need --words, the words that may stay');
  const certificates = await Promise.all(
    recipient.map(async (path) => [path, (await readNamed(path)).toString()] as const),
  );
  for (const [path, pem] of certificates) recipientFrom(pem, path);
  return {
    to,
    secret: await readSecret(options.secretFile, surroundings),
    options: option,
    regions: blank,
    pixelsAreClean: options.pixelsAreClean === true,
    words: words === undefined ? undefined : await readWords(words),
    safePrivate: privateList === undefined ? [] : await readSafePrivate(privateList),
    recipients: certificates.map(([, pem]) => pem),
    method: 'Concord',
  };
}

/** De-identifies every file. */
export async function deidentifyAll(
  paths: readonly string[],
  options: DeidentifyOptions,
  surroundings: Surroundings,
): Promise<void> {
  const task = await taskOf(options, surroundings);
  const files = await checkedFiles(paths, options);
  const map = options.map === undefined ? undefined : await openMap(options.map);
  try {
    const pool = await taskPool('deidentify', task, { jobs: options.jobs, files: files.length });
    await each(files, options, 'de-identified', { pool, targetOf: () => '', before: entryKept(map) }, surroundings);
  } finally {
    await map?.close();
  }
}

/** What must be true before a new file has its name: the way back is on the disk. */
const entryKept =
  (map: MapFile | undefined) =>
  async ({ entry }: NewFile): Promise<void> => {
    await map?.append(entry);
  };

/** Leads every file back. */
export async function reidentifyAll(
  paths: readonly string[],
  options: DeidentifyOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { map = '', key } = options;
  if ((map === '') === (key === undefined))
    throw new CliError('usage', 'say how to lead back: --map <file> or --key <file>');
  const files = await checkedFiles(paths, options);
  const pem = key === undefined ? '' : await readKey(key);
  if (map !== '') await readMap(map);
  const pool = await taskPool('reidentify', { map, key: pem }, { jobs: options.jobs, files: files.length });
  const targetOf = (file: NamedFile): string => join(options.to, file.relative);
  await each(files, options, 're-identified', { pool, targetOf, before: async () => {} }, surroundings);
}

async function readKey(path: string): Promise<string> {
  const pem = (await readNamed(path)).toString();
  try {
    if (createPrivateKey(pem).asymmetricKeyType === 'rsa') return pem;
  } catch (error) {
    throw new CliError('usage', `${path}: not a private key (PEM, without pass phrase)`, { cause: error });
  }
  throw new CliError('usage', `${path}: not an RSA key`);
}

type Made = Pick<NewFile, 'file'> & Partial<Pick<NewFile, 'residues' | 'warning'>>;

interface Work<Result extends Made> {
  readonly pool: TaskPool<Result>;
  readonly targetOf: (file: NamedFile) => string;
  /** Before the new file gets its name. */
  readonly before: (made: Result) => Promise<void>;
}

async function each<Result extends Made>(
  files: readonly NamedFile[],
  { json, overwrite }: DeidentifyOptions,
  done: string,
  { pool, targetOf, before }: Work<Result>,
  surroundings: Surroundings,
): Promise<void> {
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  const inputs = new Set(await Promise.all(files.map(({ path }) => realpath(path))));
  const sizeOf = (path: string): number => sizes.get(path) ?? 0;
  const tally = startTally({ done, json: json === true, total: files.length, sizeOf }, surroundings);
  const named = new Set<string>();
  const run = async (file: NamedFile): Promise<Outcome<Result>> => {
    const outcome = await pool.run(file, targetOf(file));
    if (outcome.kind !== 'done') return outcome;
    const { path } = outcome.result.file;
    try {
      await before(outcome.result);
      // What this command wrote a moment ago is not what --overwrite is for.
      const replace = overwrite === true && !named.has(path);
      named.add(path);
      await giveName(outcome.result.file, inputs, replace);
      return outcome;
    } catch (error) {
      return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  };
  try {
    for await (const { file, outcome } of inOrder(files, pool.lanes, surroundings.signal, run)) {
      if (outcome.kind === 'foreign') tally.passBy(1);
      else tally.tell(toldOf(file, outcome));
    }
  } finally {
    await pool.close();
  }
  tally.end();
}

function toldOf({ path }: NamedFile, outcome: Exclude<Outcome<Made>, { kind: 'foreign' }>): FileOutcome {
  if (outcome.kind === 'failed') return { path, outcome: 'failed', reason: outcome.reason };
  const { file, residues, warning } = outcome.result;
  const details = { to: file.path, ...(residues !== undefined && { residues }) };
  return {
    path,
    outcome: warning === undefined ? 'done' : 'warning',
    ...(warning !== undefined && { reason: warning }),
    details,
  };
}
