// The peers that the server knows while it runs: those of its configuration file as it is now, also where it is edited by hand.
import { readFile, stat } from 'node:fs/promises';
import type { Log } from '@concord/network';
import { filterFault } from '../settings/attribute-filters.ts';
import type { ConfiguredPeer } from '../settings/peers.ts';
import { SettingsError } from '../settings/read-configuration.ts';
import type { Configuration } from '../settings/settings.ts';
import { peersInFile } from './peer-file.ts';

export interface PeersInForce {
  /** One array for as long as the server runs, whose entries change: who looks a peer up when it is needed has the newest. */
  readonly peers: readonly ConfiguredPeer[];
  /** Takes what the file says now; what cannot be read changes nothing, and the log says where the fault is. Never rejects. */
  renew(): Promise<void>;
  /** For who cannot look them up each time. */
  onChange(told: () => void): void;
  close(): Promise<void>;
}

/**
 * Where the peers are given another way than by the file, they stay as they are.
 * @param path of the configuration file
 * @param lookEveryMs how often the file is looked at
 */
export async function followPeers(
  { peers: given, attributeFilters }: Pick<Configuration, 'peers' | 'attributeFilters'>,
  path: string,
  log: Log,
  lookEveryMs = 2000,
): Promise<PeersInForce> {
  const peers = [...given];
  const listeners: (() => void)[] = [];
  const isFollowed = same(await read(path).catch(() => undefined), given);
  let seen = await stamp(path);
  const take = async (): Promise<void> => {
    try {
      seen = await stamp(path);
      const found = await read(path);
      // Without its filter more would go out than was meant.
      const fault = filterFault(found, attributeFilters);
      if (fault !== undefined) throw new SettingsError('peers', fault);
      if (same(found, peers)) return;
      peers.splice(0, peers.length, ...found);
      for (const told of listeners) told();
      log.info({ path, peers: peers.length }, 'the peers of the configuration file are in force');
    } catch (error) {
      log.error({ err: error, path }, 'the configuration file does not hold: the peers stay as they were');
    }
  };
  let turn: Promise<void> = Promise.resolve();
  const renew = () => {
    if (isFollowed) turn = turn.then(take);
    return turn;
  };
  const look = async () => {
    if ((await stamp(path)) !== seen) await renew();
  };
  const timer = setInterval(() => void look(), lookEveryMs);
  timer.unref();
  return {
    peers,
    renew,
    onChange: (told) => void listeners.push(told),
    async close() {
      clearInterval(timer);
      await turn;
    },
  };
}

const same = (one: readonly ConfiguredPeer[] | undefined, other: readonly ConfiguredPeer[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

async function read(path: string): Promise<readonly ConfiguredPeer[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '{}';
    throw error;
  });
  return peersInFile(path, text);
}

/** Another one where the file was written; '' where there is none. */
const stamp = (path: string): Promise<string> =>
  stat(path).then(
    ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
    () => '',
  );
