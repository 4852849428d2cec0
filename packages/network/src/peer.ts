// Where to reach another application entity, and how.
import type { Implementation } from './implementation.ts';
import type { Timeouts } from './limits.ts';
import type { ProposalPolicy } from './policy.ts';

/** TLS towards a peer. PEM texts. PS3.15 B. */
export interface TlsClient {
  readonly profile?: TlsProfile;
  /** Authorities (or the certificate itself) that the peer's certificate must come from; absent = those of the system. */
  readonly authorities?: readonly string[];
  /** Ours, where the peer asks for one. */
  readonly certificate?: string;
  readonly key?: string;
  /** The name that the peer's certificate must bear; absent = the host. */
  readonly serverName?: string;
  /** False takes a trusted certificate whatever name it bears: many devices show the one of their maker. */
  readonly checkName?: boolean;
  /** False accepts any certificate: for tests of a line only. */
  readonly verify?: boolean;
}

/** TLS of a port that listens. PEM texts. PS3.15 B. */
export interface TlsServer {
  readonly profile?: TlsProfile;
  readonly certificate: string;
  readonly key: string;
  /** Authorities that certificates of clients must come from. */
  readonly authorities?: readonly string[];
  /** Mutual authentication; 'required' unless said otherwise. */
  readonly clientCertificates?: 'required' | 'optional' | 'none';
}

/** PS3.15 B.9, B.10 (BCP 195). */
export type TlsProfile = 'BCP 195' | 'BCP 195 non-downgrading';

export interface Peer {
  readonly host: string;
  readonly port: number;
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  readonly tls?: TlsClient;
  /** What we say we are; absent: this package's own. */
  readonly implementation?: Implementation;
  readonly timeouts?: Partial<Timeouts>;
  /** The longest P-DATA-TF that we announce, in bytes; 0 = any. */
  readonly maximumLength?: number;
  /** A P-DATA-TF longer than announced is taken up to this, in bytes; 0 = none is. */
  readonly toleratedLength?: number;
  /** The longest P-DATA-TF that we send, in bytes, even where the peer announces more or any. */
  readonly sentLength?: number;
  /** How the transfer syntaxes of what is sent to it are spread over presentation contexts. */
  readonly proposal?: Partial<ProposalPolicy>;
  /** How an operation that we no longer want is ended, where C-CANCEL could do it; absent: by C-CANCEL. */
  readonly cancelBy?: 'C-CANCEL' | 'A-ABORT';
}
