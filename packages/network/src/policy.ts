// Who may associate, how contexts are proposed and how they are answered: data, read by association/proposal.ts and negotiation.ts.
import type { Timeouts } from './limits.ts';
import type { UserIdentity } from './pdu/user-information.ts';

/** What is known of a calling application entity. Absent fields ask for nothing. */
export interface KnownPeer {
  readonly aeTitle: string;
  /** Addresses it may call from, or networks such as `10.1.0.0/16`. */
  readonly addresses?: readonly string[];
  /** SHA-256 fingerprints of the TLS certificates it may show, in hexadecimal without colons. */
  readonly certificates?: readonly string[];
  /** Names of users it may act for; then it must name one. */
  readonly users?: readonly string[];
  /** Associations at a time. */
  readonly associations?: number;
  /** Transfer syntaxes that are accepted from it, of those that a service takes. */
  readonly transferSyntaxes?: readonly string[];
  readonly preference?: SyntaxPreference;
  readonly unknownSopClasses?: 'accept' | 'reject';
  /** The longest P-DATA-TF that we announce to it, in bytes; 0 = any. */
  readonly maximumLength?: number;
  /** Seconds, from the moment it has named itself: ARTIM runs before that. */
  readonly timeouts?: Partial<Omit<Timeouts, 'connect' | 'artim' | 'associate'>>;
}

/** How syntaxes are spread over contexts. */
export interface ProposalPolicy {
  /**
   * 'one per syntax': the acceptor says to each whether it takes it.
   * 'all in one': the acceptor picks one of them.
   * 'uncompressed apart': compressed ones in one context each, the uncompressed together in another.
   * 'each and all': one context per syntax and, where there are several, one with all.
   */
  readonly arrangement: 'one per syntax' | 'all in one' | 'uncompressed apart' | 'each and all';
  /** Uncompressed syntaxes come before compressed ones. */
  readonly uncompressedFirst: boolean;
  /** What is proposed for a SOP Class, whatever is sent; [] nothing; undefined: what the instances ask for. */
  readonly syntaxesOf?: (sopClassUid: string) => readonly string[] | undefined;
}

/** Which of the transfer syntaxes offered in one context is accepted. */
export type SyntaxPreference = 'own order' | 'first offered' | 'explicit first';

export interface Policy {
  /** 'known': only calling AE titles of `peers`. */
  readonly callers: 'any' | 'known';
  /** Addresses and networks that anybody may call from; absent: any. */
  readonly addresses?: readonly string[];
  /** 'any': a called AE title that is not ours reaches the first application entity. */
  readonly calledAeTitles: 'own' | 'any';
  readonly peers: readonly KnownPeer[];
  readonly preference: SyntaxPreference;
  /** SOP Classes that the dictionary does not know, where a service takes such. */
  readonly unknownSopClasses: 'accept' | 'known peers' | 'reject';
  /** Checks what the peer says of its user. Absent: identities are noted, none is asked for or refused. */
  readonly verifyUser?: (identity: UserIdentity, callingAeTitle: string) => Promise<UserVerdict>;
  /** What becomes of an association none of whose contexts is accepted: all refused one by one, or 1/1/1. */
  readonly noContext: 'accept' | 'reject';
  /** What answers an A-ASSOCIATE-RQ that cannot be read: A-ABORT as in PS3.8 Table 9-10, or 1/2/1. */
  readonly unreadableRequest: 'abort' | 'reject';
  /** Whether an offered asynchronous operations window is answered, or left out of the answer, which means 1 and 1. PS3.7 D.3.3.3 */
  readonly operationsWindow: 'answer' | 'omit';
  /** Says why there is no room for any association just now (2/3/1); undefined when there is. */
  readonly congestion?: () => string | undefined;
  /** An association must name a user. */
  readonly userRequired: boolean;
}

export type UserVerdict =
  | { readonly accepted: true; readonly user: string; readonly response?: Uint8Array }
  | { readonly accepted: false; readonly why: string };

export const defaultPolicy: Policy = {
  callers: 'any',
  calledAeTitles: 'own',
  peers: [],
  preference: 'own order',
  unknownSopClasses: 'known peers',
  noContext: 'accept',
  unreadableRequest: 'abort',
  operationsWindow: 'answer',
  userRequired: false,
};

/** An IPv4 network or one address of either kind. */
export function addressMatches(address: string, pattern: string): boolean {
  const [network = '', bits] = pattern.split('/');
  if (bits === undefined) return address === pattern;
  const left = ipv4(address);
  const right = ipv4(network);
  const length = Number(bits);
  if (left === undefined || right === undefined || !(length >= 0 && length <= 32)) return false;
  const mask = length === 0 ? 0 : (~0 << (32 - length)) >>> 0;
  return (left & mask) >>> 0 === (right & mask) >>> 0;
}

function ipv4(text: string): number | undefined {
  const parts = text.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (parts.length !== 4 || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((value, part) => value * 256 + part, 0);
}
