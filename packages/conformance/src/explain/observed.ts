// An association as it was seen from outside: in a capture, a log or a record. PS3.8 9.3, PS3.7 9.3
import type { OfferedContext } from '@concord/network/wire';

export type Side = 'requestor' | 'acceptor';

/** What one side said of itself. */
export interface SideFacts {
  address?: string;
  aeTitle?: string;
  /** The longest P-DATA-TF that it receives, in bytes; 0 = any. */
  maximumLength?: number;
  classUid?: string;
  versionName?: string;
}

export interface ObservedContext {
  readonly id: number;
  /** Empty where only the answer was seen. */
  abstractSyntax: string;
  readonly proposed: string[];
  /** PS3.8 Table 9-18; undefined: no answer was seen. */
  result?: number;
  accepted?: string;
  /** What the acceptor itself noted. */
  reason?: string;
  remedy?: string;
}

export interface ObservedMessage {
  readonly from: Side;
  /** Such as `C-STORE-RQ`. */
  readonly name: string;
  readonly contextId: number;
  readonly messageId?: number;
  readonly sopClass?: string;
  readonly sopInstance?: string;
  readonly destination?: string;
  readonly status?: number;
  readonly comment?: string;
  /** `(gggg,eeee)` of what the status is about. */
  readonly offending?: readonly string[];
  readonly failed?: number;
  readonly warnings?: number;
  readonly completed?: number;
  /** Length of the data set that followed, as far as it was seen. */
  dataSetBytes: number;
  /** When its last byte was seen, in seconds since 1970. */
  at?: number;
}

export interface ObservedEnd {
  readonly kind: 'released' | 'rejected' | 'aborted' | 'closed' | 'reset' | 'not seen' | 'noted';
  readonly by?: Side;
  /** Of A-ABORT and A-ASSOCIATE-RJ. */
  readonly result?: number;
  readonly source?: number;
  readonly reason?: number;
  /** Where the end was told in words. */
  readonly text?: string;
  readonly remedy?: string;
}

export interface ObservedAssociation {
  readonly requestor: SideFacts;
  readonly acceptor: SideFacts;
  /** Seconds since 1970. */
  began?: number;
  ended?: number;
  /** A-ASSOCIATE-RQ and A-ASSOCIATE-AC were seen. */
  requested: boolean;
  accepted: boolean;
  identity?: string;
  readonly roles: string[];
  readonly contexts: ObservedContext[];
  readonly messages: ObservedMessage[];
  /** Messages that were seen and are not listed. */
  omitted: number;
  /** How often each status came, by message: `C-STORE-RSP 0000H`. */
  readonly counts: Map<string, number>;
  end?: ObservedEnd;
  /** What the traffic is, where it is not the upper layer: TLS, HTTP. */
  otherProtocol?: string;
  /** What makes the picture incomplete, and breaches of the protocol. */
  readonly notes: string[];
}

/** Messages of an association that are listed. */
export const listedMessages = 1000;
const listedNotes = 50;

export const newAssociation = (): ObservedAssociation => ({
  requestor: {},
  acceptor: {},
  requested: false,
  accepted: false,
  roles: [],
  contexts: [],
  messages: [],
  omitted: 0,
  counts: new Map(),
  notes: [],
});

export function note(association: ObservedAssociation, text: string): void {
  if (association.notes.length < listedNotes && !association.notes.includes(text)) association.notes.push(text);
}

export const proposedContext = ({ id, syntax }: OfferedContext): ObservedContext => ({
  id,
  abstractSyntax: syntax.abstract ?? '',
  proposed: [...syntax.transfer],
});

/** Adds a message, or counts it. */
export function addMessage(association: ObservedAssociation, message: ObservedMessage): void {
  if (message.status !== undefined) {
    const key = `${message.name} ${message.status.toString(16).toUpperCase().padStart(4, '0')}H`;
    association.counts.set(key, (association.counts.get(key) ?? 0) + 1);
  }
  if (association.ended !== undefined) message.at = association.ended; // the time of the packet it came in
  if (association.messages.length < listedMessages) association.messages.push(message);
  else association.omitted += 1;
}
