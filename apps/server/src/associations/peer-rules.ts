// What the configuration says of a peer, as the network takes it: when it calls, and when it is called.
import type { Implementation, KnownPeer, Peer, ProposalPolicy, TlsClient } from '@concord/network';
import { proposedSyntaxes } from '../outgoing/proposals.ts';
import type { ConfiguredPeer } from '../settings/peers.ts';
import type { ConfiguredProposal } from '../settings/proposals.ts';

/** The values that are there. */
const given = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/** How a peer is treated that calls. */
export const callingPeer = (peer: ConfiguredPeer): KnownPeer => ({
  aeTitle: peer.aeTitle,
  ...given({
    addresses: peer.addresses,
    certificates: peer.certificates?.map((text) => text.replaceAll(':', '').toLowerCase()),
    users: peer.users,
    associations: peer.maximumAssociations,
    transferSyntaxes: peer.transferSyntaxes,
    preference: peer.syntaxPreference,
    unknownSopClasses: peer.unknownSopClasses,
    maximumLength: peer.maximumPduLength,
  }),
  timeouts: given({ idle: peer.idleTimeout, response: peer.responseTimeout }),
});

/** What holds for every peer whose entry says nothing else. */
interface Defaults {
  readonly aeTitle: string;
  readonly implementation?: Implementation;
  /** Seconds. */
  readonly connectTimeout: number;
  readonly networkTimeout: number;
  readonly responseTimeout: number;
  readonly dataTimeout: number;
  /** Bytes. */
  readonly maximumPduLength: number;
  readonly toleratedPduLength: number;
  readonly sentPduLength: number;
  readonly proposes: readonly ConfiguredProposal[];
  readonly proposalArrangement: ProposalPolicy['arrangement'];
  readonly cancelBy?: Peer['cancelBy'];
}

/** What of ours is shown to it, and what it must show. */
function tlsTowards({ certificateName }: ConfiguredPeer, ours: TlsClient): TlsClient {
  if (certificateName === undefined) return ours;
  return certificateName === 'any' ? { ...ours, checkName: false } : { ...ours, serverName: certificateName };
}

/** How a peer is called. `tls` is what this server shows and trusts, where the peer is called over TLS. */
export function calledPeer(peer: ConfiguredPeer, defaults: Defaults, tls: TlsClient = {}): Peer {
  const { networkTimeout = defaults.networkTimeout, responseTimeout = defaults.responseTimeout } = peer;
  return {
    host: peer.host,
    port: peer.port,
    calledAeTitle: peer.aeTitle,
    callingAeTitle: peer.callingAeTitle ?? defaults.aeTitle,
    ...(peer.tls && { tls: tlsTowards(peer, tls) }),
    ...given({ implementation: defaults.implementation }),
    timeouts: {
      connect: peer.networkTimeout ?? defaults.connectTimeout,
      associate: networkTimeout,
      response: responseTimeout,
      data: defaults.dataTimeout,
      ...given({ idle: peer.idleTimeout }),
    },
    maximumLength: peer.maximumPduLength ?? defaults.maximumPduLength,
    toleratedLength: defaults.toleratedPduLength,
    sentLength: defaults.sentPduLength,
    ...given({ cancelBy: defaults.cancelBy }),
    proposal: {
      arrangement: peer.proposal ?? defaults.proposalArrangement,
      ...given({ uncompressedFirst: peer.uncompressedFirst }),
      ...(defaults.proposes.length > 0 && { syntaxesOf: (uid) => proposedSyntaxes(defaults.proposes, uid) }),
    },
  };
}
