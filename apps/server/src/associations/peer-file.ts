// The peers as the configuration file has them, changed one by one: what does not hold is refused, and the file stays as it was.
import type { Configuration } from '../settings/settings.ts';
import {
  configurationIn,
  entriesOf,
  type FileEntry,
  openSettingsFile,
  type SettingsFile,
} from '../settings/settings-file.ts';

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

/** All of the file is read as the next start will read it. Throws SettingsError. */
export const peersInFile = (path: string, text: string): Configuration['peers'] => configurationIn(path, text).peers;

/**
 * @param changed called, and waited for, when a change is in the file, and when the file is read for somebody
 * @param file where others change the same file
 */
export function openPeerFile(
  path: string,
  changed: () => Promise<void> = async () => undefined,
  file: SettingsFile = openSettingsFile(path),
): PeerFile {
  const change = (edit: (entries: readonly FileEntry[]) => readonly FileEntry[]) =>
    file.inTurn(async () => {
      const { peers } = await file.change((content) => ({ ...content, peers: edit(entriesOf(content, 'peers')) }));
      await changed();
      return peers.map(shown);
    });
  return {
    path,
    list: () =>
      file.inTurn(async () => {
        const peers = peersInFile(path, await file.read());
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
