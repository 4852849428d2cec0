// `concord media import`: a file-set, or files without one, into the archive of a running server. PS3.10, PS3.4 I
import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { directoryName, folderMedium, instancesOf, MediaError, openFileSet } from '@concord/media';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { printable } from '../printable.ts';
import { ask, type ServerOptions, sendBytes, withServer } from '../running-server.ts';
import type { Surroundings } from '../surroundings.ts';

interface ImportOptions extends ServerOptions {
  readonly there?: true;
  readonly to?: string;
  readonly json?: true;
}

type Facts = ReadonlyMap<string, unknown>;
const factsOf = (value: unknown): Facts =>
  new Map(Object.entries(typeof value === 'object' && value !== null ? value : {}));
const text = (facts: Facts, name: string): string => String(facts.get(name) ?? '');

const lookEvery = 300; // ms
const over: readonly string[] = ['done', 'failed', 'cancelled'];

/** An action of the server, watched to its end. @throws CliError where it fails */
async function ended(started: unknown, options: ServerOptions, surroundings: Surroundings): Promise<Facts> {
  for (let action = factsOf(started); ; ) {
    if (text(action, 'state') === 'failed') throw new CliError('failed', text(action, 'detail'));
    if (over.includes(text(action, 'state'))) return action;
    await pause(lookEvery, undefined, { signal: surroundings.signal });
    const path = `/api/media/actions/${text(action, 'action')}`;
    action = factsOf(await ask(path, { method: 'GET' }, options, surroundings));
  }
}

/** What of a folder belongs to the medium: its directory, the objects and what is passed over and told, not what lies beside them. */
async function filesOf(folder: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const medium = await folderMedium(folder, signal);
    const fileSet = await openFileSet(medium, { signal });
    const objects = new Set([...fileSet.passedOver, ...[...instancesOf(fileSet)].flatMap(({ path }) => path ?? [])]);
    const isDirectory = (path: string) => path.toUpperCase().replace(/\.?(;\d+)?$/, '') === directoryName;
    return medium.paths.filter((path) => objects.has(path) || isDirectory(path));
  } catch (error) {
    if (error instanceof MediaError) throw new CliError('failed', error.message, { cause: error });
    throw error;
  }
}

/** Brings a folder or a ZIP archive to the server; the action that opens it there. */
async function uploaded(place: string, options: ServerOptions, surroundings: Surroundings): Promise<unknown> {
  const found = await stat(place).catch((cause: unknown) => {
    throw new CliError('usage', `${place} cannot be read`, { cause });
  });
  const begun = factsOf(await ask('/api/media/uploads', { method: 'POST' }, options, surroundings));
  const upload = `/api/media/uploads/${text(begun, 'upload')}`;
  try {
    if (found.isDirectory()) {
      for (const path of await filesOf(place, surroundings.signal)) {
        const bytes = await openAsBlob(resolve(place, path));
        await sendBytes(`${upload}/file?path=${encodeURIComponent(path)}`, bytes, options, surroundings);
      }
    } else await sendBytes(`${upload}/zip`, await openAsBlob(place), options, surroundings);
  } catch (error) {
    await ask(upload, { method: 'DELETE' }, options, surroundings).catch(() => undefined);
    throw error;
  }
  const json = { title: basename(resolve(place)).slice(0, 200) };
  return ask(`${upload}/open`, { method: 'POST', json }, options, surroundings);
}

/** What came of it, in lines; objects that were not taken end the command with exit code 1. */
function tell(action: Facts, { to }: ImportOptions, { print, note, fail }: Surroundings): void {
  const notes = action.get('notes');
  for (const each of Array.isArray(notes) ? notes.map(factsOf) : [])
    note(printable(`${text(each, 'file')}: ${text(each, 'kind')}: ${text(each, 'text')}`));
  const counts = [
    `${text(action, 'stored')} imported`,
    `${text(action, 'already')} there before`,
    `${text(action, 'skipped')} passed over`,
    `${text(action, 'failed')} failed`,
  ];
  print(counts.join(', '));
  if (to !== undefined && text(action, 'job') !== '') print(`sent to ${to} by job ${text(action, 'job')}`);
  if (text(action, 'failed') !== '0' || text(action, 'state') !== 'done') fail();
}

/** The command. */
export const mediaImport = (surroundings: Surroundings): Command =>
  withServer(new Command('import'))
    .description('brings a file-set, or DICOM files without a DICOMDIR, into the archive of a running server')
    .argument('<medium>', 'a folder, such as a mounted disc, or a ZIP archive')
    .option('--there', 'the folder is one of the server, below one of its mediaFolders')
    .option('--to <title>', 'sends what was imported on to this peer of the server')
    .option('--json', 'what came of it as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  concord media import /media/cdrom\n  concord media import study.zip --to ORTHO\n  concord media import --there /mnt/drive',
    )
    .action(async (place: string, options: ImportOptions) => {
      const opening = options.there
        ? await ask('/api/media/folders/open', { method: 'POST', json: { path: place } }, options, surroundings)
        : await uploaded(place, options, surroundings);
      const medium = `/api/media/opened/${text(await ended(opening, options, surroundings), 'medium')}`;
      try {
        const json = { kind: 'import', ...(options.to !== undefined && { destination: options.to }) };
        const begun = await ask(`${medium}/actions`, { method: 'POST', json }, options, surroundings);
        const action = await ended(begun, options, surroundings);
        if (options.json) surroundings.print(JSON.stringify(Object.fromEntries(action)));
        tell(action, options, options.json ? { ...surroundings, print: surroundings.note } : surroundings);
      } finally {
        await ask(medium, { method: 'DELETE' }, options, surroundings).catch(() => undefined);
      }
    });
