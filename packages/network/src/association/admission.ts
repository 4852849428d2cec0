// Whether an A-ASSOCIATE-RQ is let in at all, and the rejection where it is not. Pure. PS3.8 9.3.4, Table 9-21.

import { type AssociateReject, type AssociateRequest, dicomApplicationContext } from '../pdu/pdu.ts';
import { addressMatches, type KnownPeer, type Policy } from '../policy.ts';
import type { ContextOutcome } from './context.ts';

/** A rejection with what to write into log and record. */
export interface Objection {
  readonly reject: AssociateReject;
  readonly reason: string;
  readonly remedy: string;
}

/** The service provider's own objection (AE-6). */
export function providerObjection(request: AssociateRequest): Objection | undefined {
  if ((request.protocolVersion & 1) === 1) return undefined;
  return {
    reject: { result: 1, source: 2, reason: 2 },
    reason: `protocol versions ${request.protocolVersion.toString(2)}B do not include version 1`,
    remedy: 'the calling system must offer version 1 of the upper layer',
  };
}

export interface Caller {
  readonly address: string;
  /** SHA-256 of its TLS certificate, hexadecimal; undefined where it showed none. */
  readonly certificate: string | undefined;
}

/** The entry of `peers` for a calling AE title, if it calls as the entry says. */
export const knownPeer = (policy: Policy, aeTitle: string): KnownPeer | undefined =>
  policy.peers.find((peer) => peer.aeTitle === aeTitle);

/** Objections to names: application context, called and calling AE title, address, certificate. */
export function nameObjection(
  request: AssociateRequest,
  caller: Caller,
  policy: Policy,
  ownAeTitles: readonly string[],
): Objection | undefined {
  const { calledAeTitle, callingAeTitle } = request;
  const context = request.items.applicationContext;
  if (context !== dicomApplicationContext)
    return permanent(
      2,
      `application context ${context ?? 'absent'}`,
      'the calling system does not speak DICOM as the standard defines it',
    );
  if (policy.calledAeTitles === 'own' && !ownAeTitles.includes(calledAeTitle))
    return permanent(
      7,
      `called AE title ${show(calledAeTitle)} is not ours (${ownAeTitles.map(show).join(', ')})`,
      'correct the called AE title at the calling system',
    );
  if (policy.addresses && !policy.addresses.some((pattern) => addressMatches(caller.address, pattern)))
    return permanent(
      3,
      `nobody may call ${show(calledAeTitle)} from ${caller.address}`,
      `add ${caller.address} to the addresses that may call ${show(calledAeTitle)}`,
    );
  const peer = knownPeer(policy, callingAeTitle);
  if (peer === undefined && policy.callers === 'known')
    return permanent(
      3,
      `calling AE title ${show(callingAeTitle)} at ${caller.address} is not registered`,
      `register ${show(callingAeTitle)} as a peer`,
    );
  return peer && impostor(peer, caller);
}

function impostor(peer: KnownPeer, caller: Caller): Objection | undefined {
  if (peer.addresses && !peer.addresses.some((pattern) => addressMatches(caller.address, pattern)))
    return permanent(
      3,
      `${show(peer.aeTitle)} may not call from ${caller.address}`,
      `add ${caller.address} to the addresses of ${show(peer.aeTitle)}`,
    );
  if (peer.certificates && (caller.certificate === undefined || !peer.certificates.includes(caller.certificate)))
    return permanent(
      3,
      `${show(peer.aeTitle)} showed ${caller.certificate === undefined ? 'no certificate' : 'a certificate that is not registered'}`,
      `register the certificate of ${show(peer.aeTitle)}, or let it call over TLS`,
    );
  return undefined;
}

export interface Occupancy {
  readonly total: number;
  readonly ofAeTitle: number;
  readonly ofCalledAeTitle: number;
  readonly ofAddress: number;
}
export interface OccupancyLimits {
  readonly associations: number;
  readonly associationsPerAeTitle: number;
  readonly associationsPerAddress: number;
  /** With the application entity that is called; undefined = as many as in total. */
  readonly associationsOfEntity?: number | undefined;
}

/** The objection when there are too many associations already: 2/3/2, local limit exceeded. */
export function limitObjection(
  now: Occupancy,
  limits: OccupancyLimits,
  peer: KnownPeer | undefined,
): Objection | undefined {
  const full = (reason: string, remedy: string): Objection => ({
    reject: { result: 2, source: 3, reason: 2 },
    reason,
    remedy,
  });
  if (now.total >= limits.associations)
    return full(
      `${now.total} associations are open, as many as allowed`,
      'try again later, or raise the limit of associations',
    );
  if (limits.associationsOfEntity !== undefined && now.ofCalledAeTitle >= limits.associationsOfEntity)
    return full(
      `${now.ofCalledAeTitle} associations with this application entity are open, as many as allowed`,
      'try again later, or raise the limit of this application entity',
    );
  const most = peer?.associations ?? limits.associationsPerAeTitle;
  if (now.ofAeTitle >= most)
    return full(
      `${now.ofAeTitle} associations of this AE title are open, as many as allowed`,
      'try again later, or raise the limit per AE title',
    );
  if (now.ofAddress >= limits.associationsPerAddress)
    return full(
      `${now.ofAddress} associations from this address are open, as many as allowed`,
      'try again later, or raise the limit per address',
    );
  return undefined;
}

/** The objection while there is no room for anybody: 2/3/1, temporary congestion. */
export function congestionObjection({ congestion }: Policy): Objection | undefined {
  const why = congestion?.();
  if (why === undefined) return undefined;
  return {
    reject: { result: 2, source: 3, reason: 1 },
    reason: `temporary congestion: ${why}`,
    remedy: 'try again later',
  };
}

/** The objection to a request none of whose contexts is accepted: 1/1/1. */
export const contextsObjection = (outcomes: readonly ContextOutcome[]): Objection =>
  permanent(
    1,
    `none of ${outcomes.length} presentation contexts is accepted: ${[...new Set(outcomes.map(({ reason = '' }) => reason))].slice(0, 3).join('; ')}`,
    [...new Set(outcomes.map(({ remedy = '' }) => remedy))].slice(0, 3).join('; '),
  );

/** The objection to a request that cannot be read: 1/2/1, by the service provider. */
export const unreadableObjection = (detail: string): Objection => ({
  reject: { result: 1, source: 2, reason: 1 },
  reason: `the A-ASSOCIATE-RQ cannot be read: ${detail}`,
  remedy: 'report this to the maker of the calling system',
});

/** The objection to a user identity. No reason of the standard says more than "no reason given". PS3.7 D.3.3.7.3. */
export const userObjection = (why: string): Objection =>
  permanent(1, `user identity refused: ${why}`, 'correct the user identity at the calling system');

/** 1/1/reason: rejected for good, by the service user. */
const permanent = (reason: number, text: string, remedy: string): Objection => ({
  reject: { result: 1, source: 1, reason },
  reason: text,
  remedy,
});

const show = (aeTitle: string): string => JSON.stringify(aeTitle);
