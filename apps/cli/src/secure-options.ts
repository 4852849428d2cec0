// How a command secures its associations: TLS, and the user it names. PS3.15 B, PS3.7 D.3.3.7.
import { readFile } from 'node:fs/promises';
import type { TlsClient, UserIdentity } from '@concord/network';
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import type { Surroundings } from './surroundings.ts';

export interface SecureOptions {
  readonly tls?: true;
  readonly tlsAuthorities?: string;
  readonly tlsCertificate?: string;
  readonly tlsKey?: string;
  readonly tlsAnyName?: true;
  readonly user?: string;
}

/** Adds the options to a command. */
export const withSecurity = (command: Command): Command =>
  command
    .option('--tls', 'over TLS (as each of the options that follow says too)')
    .option(
      '--tls-authorities <file>',
      "PEM file with the authorities of the peer's certificate (default: the system's)",
    )
    .option('--tls-certificate <file>', 'PEM file with a certificate to show')
    .option('--tls-key <file>', 'PEM file with its key')
    .option('--tls-any-name', 'takes a trusted certificate whatever name it bears')
    .option('--user <name>', 'user to name; with CONCORD_PASSWORD as passcode, where that is set');

const pem = (path: string): Promise<string> =>
  readFile(path, 'latin1').catch((error: NodeJS.ErrnoException) => {
    throw new CliError('usage', `${path}: ${error.code === 'ENOENT' ? 'no such file' : error.message}`);
  });

/** `undefined`: without TLS. Throws CliError `usage` for a file that cannot be read. */
export async function tlsOf(options: SecureOptions): Promise<TlsClient | undefined> {
  const { tls, tlsAuthorities, tlsCertificate, tlsKey, tlsAnyName } = options;
  if (!tls && !tlsAnyName && [tlsAuthorities, tlsCertificate, tlsKey].every((file) => file === undefined))
    return undefined;
  if ((tlsCertificate === undefined) !== (tlsKey === undefined))
    throw new CliError('usage', '--tls-certificate and --tls-key belong together');
  return {
    ...(tlsAuthorities !== undefined && { authorities: [await pem(tlsAuthorities)] }),
    ...(tlsCertificate !== undefined && { certificate: await pem(tlsCertificate) }),
    ...(tlsKey !== undefined && { key: await pem(tlsKey) }),
    ...(tlsAnyName && { checkName: false }),
  };
}

/** The user as the association names it. A passcode never stands among the arguments, where every other user of the machine could read it. */
export function userOf({ user }: SecureOptions, environment: Surroundings['environment']): UserIdentity | undefined {
  if (user === undefined) return undefined;
  const { CONCORD_PASSWORD: passcode } = environment;
  const [primary, secondary] = [user, passcode ?? ''].map((text) => new TextEncoder().encode(text));
  if (!primary || !secondary) return undefined;
  return { type: passcode === undefined ? 1 : 2, positiveResponseRequested: 0, primary, secondary };
}
