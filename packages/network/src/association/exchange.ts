// What the operations need of an association in use. The session provides it; nothing here knows of a socket.
import type { CommandSet } from '../dimse/command-set.ts';
import type { AssociationInfo } from '../handlers.ts';
import type { Limits, Timeouts } from '../limits.ts';
import type { Log } from '../log.ts';
import type { NetworkError } from '../network-error.ts';
import type { Peer } from '../peer.ts';
import type { Cancellation } from './cancellation.ts';
import type { AcceptedContext } from './context.ts';
import type { InboundDataSet } from './inbound.ts';
import type { Invocations } from './invocations.ts';
import type { OutgoingDataSet } from './outgoing.ts';
import type { Recorder } from './record.ts';
import type { Slots } from './slots.ts';

/** What the two sides have agreed on. */
export interface Agreement {
  readonly info: AssociationInfo;
  readonly contexts: readonly AcceptedContext[];
  /** What the peer announced, in bytes; 0 = any. */
  readonly peerMaximumLength: number;
  /** Requests of the peer that we work on at a time; Infinity = any number. */
  readonly performed: number;
  /** Requests of ours that may be outstanding; Infinity = any number. */
  readonly invoked: number;
}

/** A request of the peer with all that is needed to carry it out. */
export interface InboundRequest {
  readonly context: AcceptedContext;
  readonly messageId: number;
  readonly command: CommandSet;
  readonly dataSet: InboundDataSet | undefined;
  /** A request with this message ID is being worked on already. */
  readonly duplicate: boolean;
  readonly controller: Cancellation;
}

/** Carries out a request and sends its responses. Rejects only when the association is over. */
export type PerformRequest = (exchange: Exchange, request: InboundRequest) => Promise<void>;

export interface ExchangeSettings {
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  readonly log: Log;
  readonly recorder: Recorder;
  readonly perform: PerformRequest;
  /** How an operation of ours is given up; absent: by C-CANCEL where there is one for it. */
  readonly cancelBy?: Peer['cancelBy'];
  /** Opens an association for the sub-operations of a C-MOVE. */
  readonly openSubAssociation: OpenSubAssociation;
  /** Turns of C-MOVE jobs, one for all associations of a job. */
  readonly moveSlots: Slots;
}

/** Opens another association; the caller of a C-MOVE gets its instances over it. */
export type OpenSubAssociation = (
  peer: Peer,
  contexts: readonly ProposedContext[],
  signal: AbortSignal,
) => Promise<SubAssociation>;

export interface ProposedContext {
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
  /** Roles that we propose; absent = SCU. PS3.7 D.3.3.4. */
  readonly roles?: { readonly scu: boolean; readonly scp: boolean };
  /** Our application information for the SOP Class. PS3.7 D.3.3.5. */
  readonly extendedNegotiation?: Uint8Array;
  /** PS3.7 D.3.3.6. */
  readonly commonExtendedNegotiation?: {
    readonly serviceClassUid: string;
    readonly relatedGeneralSopClassUids: readonly string[];
  };
}

export interface SubAssociation {
  readonly exchange: Exchange;
  release(): Promise<void>;
  abort(): void;
}

export interface Exchange {
  readonly settings: ExchangeSettings;
  readonly agreement: Agreement;
  readonly invocations: Invocations;
  /** Why nothing can be sent any more; undefined while the association lives. */
  readonly failure: NetworkError | undefined;
  /** Sends one message. Undefined when it is out already. */
  send(contextId: number, command: CommandSet, dataSet?: OutgoingDataSet): Promise<void> | undefined;
  /** A-ABORT by us. */
  abort(detail: string, fault?: 'aborted' | 'timeout' | 'cancelled'): void;
  pause(): void;
  resume(): void;
  logMessage(direction: 'sending' | 'received', command: CommandSet, contextId: number): void;
}
