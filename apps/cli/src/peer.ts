// Which system to talk to: `AE@host:port`, or the AE title of a peer in the configuration file.
import { CliError } from './cli-error.ts';

export interface Peer {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
}

/** The server that `npm start` starts on this machine. */
export const defaultPeer = 'CONCORD@127.0.0.1:11112';
const defaultPort = 104; // PS3.8 9.1.1

const titled = /^([\x20-\x5b\x5d-\x7e]{1,16})@(\[[0-9a-fA-F:.%]+\]|[^\s:@/]+)(?::(\d{1,5}))?$/; // PS3.5 6.2: AE

/** Reads `AE@host:port`; without a port, 104. `undefined` where the text has another form. */
export function parsePeer(text: string): Peer | undefined {
  const [, title = '', host = '', port = String(defaultPort)] = titled.exec(text) ?? [];
  const aeTitle = title.trim();
  const number = Number(port);
  if (aeTitle === '' || number < 1 || number > 65535) return undefined;
  return { aeTitle, host: host.replace(/^\[(.*)\]$/, '$1'), port: number };
}

/**
 * The peer that a command line names. `configured` is asked only for a bare AE title.
 * @throws CliError `usage` when it names none.
 */
export async function findPeer(text: string, configured: () => Promise<readonly Peer[]>): Promise<Peer> {
  const parsed = parsePeer(text);
  if (parsed) return parsed;
  if (text.includes('@') || text.includes(':'))
    throw new CliError('usage', `"${text}" is no peer: write AE@host:port, for example ${defaultPeer}`);
  const peers = await configured();
  const found = peers.find(({ aeTitle }) => aeTitle === text);
  if (found) return found;
  const known = peers.map(({ aeTitle }) => aeTitle).join(', ') || 'none';
  throw new CliError(
    'usage',
    `no peer "${text}" in the configuration (there: ${known}); AE@host:port works without one`,
  );
}
