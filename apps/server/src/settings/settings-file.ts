// The configuration file, changed a part at a time while the server runs: what does not hold is refused, and the file stays as it was.
import { chmod, readFile, stat } from 'node:fs/promises';
import { writeWhole } from '../backup/durable-file.ts';
import { readConfiguration, SettingsError } from './read-configuration.ts';
import type { Configuration } from './settings.ts';

/** The content of the file, or an entry of a list in it. */
export type FileEntry = Readonly<Record<string, unknown>>;

export interface SettingsFile {
  readonly path: string;
  /** '{}' where there is none. Throws SettingsError. */
  read(): Promise<string>;
  /** One after the other: none is lost to another. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Within a turn. Gives what the next start will read, when it is in the file. Throws SettingsError. */
  change(edit: (content: FileEntry) => FileEntry): Promise<Configuration>;
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

export const isFileEntry = (value: unknown): value is FileEntry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The entries of a list of the file. */
export const entriesOf = (content: FileEntry, name: string): readonly FileEntry[] => {
  const list = content[name];
  return Array.isArray(list) ? list.filter(isFileEntry) : [];
};

/** The file as the next start will read it. Throws SettingsError. */
export const configurationIn = (path: string, text: string): Configuration =>
  readConfiguration(['--config', path], {}, () => text);

export function openSettingsFile(path: string): SettingsFile {
  let last: Promise<unknown> = Promise.resolve();
  const read = async (): Promise<string> =>
    readFile(path, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return '{}';
      throw new SettingsError('config', `${path} cannot be read: ${error instanceof Error ? error.message : error}`);
    });
  return {
    path,
    read,
    inTurn(work) {
      const turn = last.then(work);
      last = turn.catch(() => undefined);
      return turn;
    },
    async change(edit) {
      const text = await read();
      configurationIn(path, text);
      const content: unknown = JSON.parse(text);
      const after = `${JSON.stringify(edit(isFileEntry(content) ? content : {}), null, 2)}\n`;
      const configuration = configurationIn(path, after);
      const mode = await modeOf(path);
      await writeWhole(path, piece(Buffer.from(after)));
      await chmod(path, mode);
      return configuration;
    },
  };
}

/** Addresses in the file may hold passwords: a new one is for its owner alone. */
const modeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ mode }) => mode & 0o777,
    () => 0o600,
  );

async function* piece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
