// What every command that opens an association is told: the peer, our own title, how long to wait.
import { explicitVrLittleEndian, implicitVrLittleEndian } from '@concord/dicom';
import { type Association, connect, type ProposedContext } from '@concord/network';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { defaultPeer, findPeer, type Peer } from './peer.ts';
import { type SecureOptions, tlsOf, userOf, withSecurity } from './secure-options.ts';
import type { Surroundings } from './surroundings.ts';
import { wholeNumber } from './whole-number.ts';

export interface AssociationOptions extends SecureOptions {
  readonly peer?: string;
  readonly calling: string;
  readonly config?: string;
  readonly timeout: number;
}

/** An AE title, as commander wants its parsers. PS3.5 6.2. */
export const readAeTitle = (text: string): string => {
  const title = text.trim();
  if (!/^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(title))
    throw new InvalidArgumentError('An AE title has 1 to 16 ASCII characters and no backslash.');
  return title;
};

/** A context for requests: the SOP Class in the two syntaxes every system has. PS3.5 10.1. */
export const requestContext = (abstractSyntax: string): ProposedContext => ({
  abstractSyntax,
  transferSyntaxes: [explicitVrLittleEndian, implicitVrLittleEndian],
});

/** Adds the options to a command. */
export const withAssociation = (command: Command): Command =>
  withSecurity(command)
    .option(
      '-p, --peer <peer>',
      `AE@host:port, or the AE title of a peer in the configuration file (default: CONCORD_PEER, or ${defaultPeer})`,
    )
    .addOption(new Option('-a, --calling <title>', 'our own AE title').default('CONCORD_CLI').argParser(readAeTitle))
    .option('-c, --config <file>', 'configuration file with peers (default: CONCORD_CONFIG)')
    .addOption(
      new Option('--timeout <seconds>', 'longest wait for the connection and for each answer')
        .default(30)
        .argParser(wholeNumber(1, 86_400)),
    );

/** The peer that an option, the environment or the default names. */
export const peerOf = (
  { peer, config }: Pick<AssociationOptions, 'peer' | 'config'>,
  { environment }: Pick<Surroundings, 'environment'>,
): Promise<Peer> =>
  findPeer(peer ?? environment.CONCORD_PEER ?? defaultPeer, async () => {
    const file = config ?? environment.CONCORD_CONFIG;
    if (file === undefined) return [];
    // Only here: the server's settings are read when a peer has no address of its own.
    const { readConfiguration } = await import('@concord/server/settings');
    return readConfiguration(['--config', file], {}).peers;
  });

/** Opens an association; Ctrl-C ends the attempt. Throws NetworkError with the peer's reason in words, CliError for files that cannot be read. */
export async function associate(
  peer: Peer,
  options: AssociationOptions,
  contexts: readonly ProposedContext[],
  { signal, environment }: Pick<Surroundings, 'signal' | 'environment'>,
): Promise<Association> {
  const { timeout } = options;
  const { aeTitle: calledAeTitle, host, port } = peer;
  const timeouts = { connect: timeout, associate: timeout, response: timeout };
  const [tls, identity] = [await tlsOf(options), userOf(options, environment)];
  return connect(
    { host, port, calledAeTitle, callingAeTitle: options.calling, timeouts, ...(tls && { tls }) },
    contexts,
    { signal, ...(identity && { identity }) },
  );
}
