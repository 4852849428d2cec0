// Other systems as the server deals with them: destinations of C-MOVE, partners of a C-ECHO asked for by a person.
import {
  type AssociationRecord,
  connect,
  NetworkError,
  type Peer,
  statusClass,
  type TlsClient,
} from '@concord/network';
import { callingEntity } from '../entities/own-entities.ts';
import type { ConfiguredPeer } from '../settings/peers.ts';
import type { Configuration } from '../settings/settings.ts';
import type { SendingPeer } from '../transfers/send-job.ts';
import { createThrottle } from '../transfers/throttle.ts';
import { askForEcho } from './declaration.ts';
import { calledPeer } from './peer-rules.ts';

const [abstractSyntax] = askForEcho.sopClasses;
const proposedForEcho = { abstractSyntax, transferSyntaxes: askForEcho.transferSyntaxes };

/** What came of a C-ECHO. */
export interface EchoOutcome {
  readonly status: 'success' | 'failure';
  readonly milliseconds: number;
  /** Where it failed, in words. */
  readonly detail?: string;
}

/**
 * @param onRecord takes what remains of each association that is opened here
 * @param tls what this server shows to peers and trusts of theirs, asked for at each call
 */
export function createPeers(
  configuration: Configuration,
  onRecord: (record: AssociationRecord) => void,
  tls: () => TlsClient = () => ({}),
) {
  /** @param from one of our titles, where it is not the one that usually calls */
  const destination = (called: string, from?: string): Peer | undefined => {
    const peer = configuration.peers.find((each) => each.aeTitle === called);
    return peer && calledPeer(peer, { ...configuration, ...callingEntity(configuration, from) }, tls());
  };
  const echo = async (title: string, signal: AbortSignal): Promise<EchoOutcome | undefined> => {
    const peer = destination(title);
    if (!peer) return undefined;
    const started = performance.now();
    const outcome = (detail?: string): EchoOutcome => ({
      status: detail === undefined ? 'success' : 'failure',
      milliseconds: Math.round(performance.now() - started),
      ...(detail !== undefined && { detail }),
    });
    try {
      await using association = await connect(peer, [proposedForEcho], { signal, onRecord });
      const { code, comment } = await association.echo();
      return statusClass(code) === 'success' ? outcome() : outcome(comment ?? `status ${code.toString(16)}H`);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      return outcome(error.message);
    }
  };
  /** One for each title and rate: associations at the same time share it. */
  const throttles = new Map<string, ReturnType<typeof createThrottle>>();
  const throttleFor = ({ aeTitle: title, maximumRate }: ConfiguredPeer) => {
    if (maximumRate === undefined) return undefined;
    const name = `${title} ${maximumRate}`;
    const throttle = throttles.get(name) ?? createThrottle(maximumRate * 1000);
    throttles.set(name, throttle);
    return throttle;
  };
  /** The peer with what is agreed about sending to it. */
  const sending = (called: string): SendingPeer | undefined => {
    const peer = destination(called);
    const configured = configuration.peers.find((each) => each.aeTitle === called);
    if (!peer || !configured) return undefined;
    const { conversion = 'lossless' } = configured;
    const throttle = throttleFor(configured);
    return { peer, conversion, proposal: peer.proposal ?? {}, ...(throttle && { throttle }) };
  };
  return {
    destination,
    sending,
    echo,
    list: () =>
      configuration.peers.map(({ aeTitle: title, host, port, name }) => ({
        ...{ aeTitle: title, host, port },
        ...(name !== undefined && { name }),
      })),
  };
}
