// The peers as the configuration file has them, changed one by one: what does not hold is refused, and the file stays as it was.
import { chmod, readFile, stat } from 'node:fs/promises';
import { writeWhole } from '../backup/durable-file.ts';
import { readConfiguration, SettingsError } from '../settings/read-configuration.ts';
import type { Configuration } from '../settings/settings.ts';

/** What the file says of one peer, beside what is shown whatever else stands there. */
export interface FiledPeer {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
  readonly name?: string | undefined;
}

export interface PeerFile {
  readonly path: string;
  /** Throws SettingsError where the file cannot be read: the reason names line and column. */
  list(): Promise<readonly FiledPeer[]>;
  /** Adds a peer, or changes the one of this title, whose other settings stay; kept when it resolves. Throws SettingsError. */
  put(peer: FiledPeer): Promise<readonly FiledPeer[]>;
  /** Undefined where none is called so. Throws SettingsError. */
  remove(aeTitle: string): Promise<readonly FiledPeer[] | undefined>;
}

type Entry = Readonly<Record<string, unknown>>;

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** All of the file is read as the next start will read it. Throws SettingsError. */
export const peersInFile = (path: string, text: string): Configuration['peers'] =>
  readConfiguration(['--config', path], {}, () => text).peers;

/** @param changed called, and waited for, when a change is in the file, and when the file is read for somebody */
export function openPeerFile(path: string, changed: () => Promise<void> = async () => undefined): PeerFile {
  let last: Promise<unknown> = Promise.resolve();
  /** One change after the other: none is lost to another. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const read = async (): Promise<string> =>
    readFile(path, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return '{}';
      throw new SettingsError('config', `${path} cannot be read: ${error instanceof Error ? error.message : error}`);
    });
  const peersOf = (text: string) => peersInFile(path, text);
  const change = (edit: (entries: readonly Entry[]) => readonly Entry[]) =>
    inTurn(async () => {
      const text = await read();
      peersOf(text);
      const content: unknown = JSON.parse(text);
      const before: Entry = isEntry(content) ? content : {};
      const entries = Array.isArray(before.peers) ? before.peers.filter(isEntry) : [];
      const after = `${JSON.stringify({ ...before, peers: edit(entries) }, null, 2)}\n`;
      const peers = peersOf(after);
      const mode = await modeOf(path);
      await writeWhole(path, piece(Buffer.from(after)));
      await chmod(path, mode);
      await changed();
      return peers.map(shown);
    });
  return {
    path,
    list: () =>
      inTurn(async () => {
        const peers = peersOf(await read());
        // Whoever edited it by hand sees here what holds.
        await changed();
        return peers.map(shown);
      }),
    put: (peer) =>
      change((entries) => {
        const { name, ...given } = peer;
        const there = entries.find(({ aeTitle }) => aeTitle === peer.aeTitle);
        const { name: _, ...kept } = there ?? {};
        const entry = { ...kept, ...given, ...(name !== undefined && { name }) };
        return there ? entries.map((each) => (each === there ? entry : each)) : [...entries, entry];
      }),
    async remove(aeTitle) {
      const known = (await this.list()).some((peer) => peer.aeTitle === aeTitle);
      return known ? change((entries) => entries.filter((each) => each.aeTitle !== aeTitle)) : undefined;
    },
  };
}

const shown = ({ aeTitle, host, port, name }: FiledPeer): FiledPeer => ({
  ...{ aeTitle, host, port },
  ...(name !== undefined && { name }),
});

/** Addresses in the file may hold passwords: a new one is for its owner alone. */
const modeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ mode }) => mode & 0o777,
    () => 0o600,
  );

async function* piece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
