// The system that a run talks to, and how carefully. Nothing else is contacted.
import type { Peer, TlsClient, UserIdentity } from '@concord/network';

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly calledAeTitle: string;
  /** Ours; default CSPROBE. */
  readonly callingAeTitle?: string;
  readonly tls?: TlsClient;
  /** The user that every association names. PS3.7 D.3.3.7 */
  readonly identity?: UserIdentity;
  /** A certificate of a known issuer that has expired, to show that it is refused. PEM. */
  readonly expired?: { readonly certificate: string; readonly key: string };
}

/** A target for one application entity of a plan, by the entity's identifier. */
export interface EntityTarget extends Target {
  readonly entity: string;
}

/** What bounds every step, in seconds, and the load. */
export interface Care {
  readonly connect: number;
  readonly associate: number;
  /** For an answer to an operation. */
  readonly response: number;
  /** For a report, or for somebody who makes the peer act. */
  readonly patience: number;
  /** Milliseconds between associations. */
  readonly pause: number;
  readonly objectsPerSecond: number;
  /** Bytes that a run may send. */
  readonly bytes: number;
}

export const defaultCare: Care = {
  connect: 10,
  associate: 30,
  response: 60,
  patience: 30,
  pause: 50,
  objectsPerSecond: 10,
  bytes: 3 * 1024 ** 3,
};

export const defaultCallingAeTitle = 'CSPROBE';

/** The target as the network package calls it. */
export const peerOf = (target: Target, care: Care, maximumLength?: number): Peer => ({
  host: target.host,
  port: target.port,
  calledAeTitle: target.calledAeTitle,
  callingAeTitle: target.callingAeTitle ?? defaultCallingAeTitle,
  ...(target.tls && { tls: target.tls }),
  ...(maximumLength !== undefined && { maximumLength }),
  timeouts: { connect: care.connect, associate: care.associate, response: care.response, release: 5, idle: 30 },
});
