// What handlers of operations are given and what they answer: the same words as PS3.7 9.1 and 10.1.
import type { DataSet } from '@concord/dicom';
import type { Priority } from './dimse/messages.ts';
import type { Status } from './dimse/status.ts';
import type { LentBytes } from './lent-bytes.ts';
import type { Peer } from './peer.ts';

/** Who is at the other end. */
export interface AssociationInfo {
  readonly id: string;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  /** Of the peer. */
  readonly address: string;
  readonly port: number;
  /** Our side asked for the association. */
  readonly requestor: boolean;
  readonly peerImplementation: { readonly classUid: string | undefined; readonly versionName: string | undefined };
  /** The user that the peer named and the policy accepted. */
  readonly user: string | undefined;
  /** Protocol and cipher, where the connection is TLS. */
  readonly tls:
    | { readonly protocol: string; readonly cipher: string; readonly peerName: string | undefined }
    | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

export interface PresentationContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
}

export interface OperationContext<P = Readonly<Record<string, number | string | boolean>>> {
  readonly association: AssociationInfo;
  readonly presentationContext: PresentationContext;
  readonly messageId: number;
  readonly parameters: P;
  /** Aborted by C-CANCEL, and when the association ends before the operation. */
  readonly signal: AbortSignal;
  /** Application information agreed for the SOP Class. PS3.7 D.3.3.5. */
  readonly extendedNegotiation: Uint8Array | undefined;
  /** Sends an event to the peer over this association, where its presentation context is there. */
  readonly eventReport: (event: EventReport) => Promise<NormalizedResponse>;
}

/** An N-EVENT-REPORT that goes out. */
export interface EventReport {
  readonly sopClassUid: string;
  /** The abstract syntax of its context, where that is another (Meta SOP Class, UPS Event). */
  readonly abstractSyntax?: string;
  readonly sopInstanceUid: string;
  readonly eventTypeId: number;
  readonly dataSet?: DataSet;
  /** Gives up waiting for the response: the association is aborted. */
  readonly signal?: AbortSignal;
}

/** A data set that comes in, to be read once and as fast as the reader likes: the peer is made to wait. */
export interface IncomingDataSet extends AsyncIterable<Uint8Array> {
  /** Faster, since its memory is used again: each chunk is valid only until the next one is asked for. */
  borrowed(): AsyncIterable<Uint8Array>;
}

export interface StoreRequest {
  readonly affectedSopClassUid: string;
  readonly affectedSopInstanceUid: string;
  readonly priority: Priority;
  readonly moveOriginator?: { readonly aeTitle: string; readonly messageId: number };
  /** The bytes as they came. Throws NetworkError when the connection is cut inside the object. */
  readonly dataSet: IncomingDataSet;
}
export interface FindRequest {
  readonly affectedSopClassUid: string;
  readonly priority: Priority;
  readonly identifier: DataSet;
}
export interface MoveRequest extends FindRequest {
  readonly moveDestination: string;
}
export interface FindResponse<C extends number = number> extends Status<C> {
  /** Of a match (pending); bytes where it is encoded in the transfer syntax of the context already. */
  readonly identifier?: DataSet | Uint8Array;
}

/** An instance that can be sent. */
export interface OutgoingInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** The syntax it is kept in. */
  readonly transferSyntaxUid: string;
  /** Syntaxes it can be converted to. */
  readonly alternatives?: readonly string[];
  /** Why it is not to be sent: it fails with these words. */
  readonly withheld?: string | undefined;
  /** What goes out in place of it where no accepted context takes it, the best first: contexts are proposed for these too. */
  readonly substitutes?: readonly OutgoingInstance[];
  /** What it is in the end, as its header decides: of the same SOP Class and syntaxes. Undefined: not this; the next substitute. */
  readonly settled?: () => Promise<OutgoingInstance | undefined>;
  /** The data set without meta information. */
  open(transferSyntaxUid: string): AsyncIterable<Uint8Array> | LentBytes;
}

/** What a C-MOVE or C-GET is going to send. The sub-operations and the responses are ours to do. */
export interface Retrieval {
  /** Of a C-MOVE. */
  readonly destination?: Peer;
  readonly instances: readonly OutgoingInstance[];
  /** One of them as it is now that its turn has come. Throws where it is no more: it fails. Absent: as it was. */
  readonly current?: (instance: OutgoingInstance) => Promise<OutgoingInstance>;
  /** The last sub-operation is over, or none will be: nothing of it is opened any more. */
  readonly ended?: () => void;
  readonly behaviour?: Partial<RetrieveBehaviour>;
}

/** Where the standard leaves a choice. PS3.4 C.4.2, C.4.3. */
export interface RetrieveBehaviour {
  /** After a failed sub-operation: go on with the next instance, or stop. */
  readonly onFailure: 'continue' | 'stop';
  /** Final status when some instances went out and some failed. */
  readonly someFailed: 0xb000 | 0xa702;
  /** Final status when some instances were answered with a warning and none failed. */
  readonly someWarnings: 0x0000 | 0xb000;
  /** Whether a C-MOVE goes on when the association of its request has ended. */
  readonly withoutRequester: 'continue' | 'stop';
}

/** A request of a DIMSE-N service. */
export interface NormalizedRequest {
  readonly sopClassUid: string;
  /** Absent in an N-CREATE that leaves the choice to the SCP. */
  readonly sopInstanceUid: string | undefined;
  /** Attribute, modification or action information; undefined where none came. */
  readonly dataSet: DataSet | undefined;
  readonly eventTypeId?: number;
  readonly actionTypeId?: number;
  /** Of an N-GET; empty = all. */
  readonly attributeIdentifierList: readonly number[];
}
export interface NormalizedResponse<C extends number = number> extends Status<C> {
  /** The instance that an N-CREATE made, where the request named none. */
  readonly sopInstanceUid?: string;
  readonly dataSet?: DataSet;
  /** Attributes that made for the status; in the response of N-GET and N-SET. */
  readonly attributeIdentifierList?: readonly number[];
}

type Normalized<C extends number, P> = (
  request: NormalizedRequest,
  context: OperationContext<P>,
) => Promise<NormalizedResponse<C>>;
export interface HandlerTypes<C extends number, P> {
  'C-ECHO'(context: OperationContext<P>): Promise<Status<C>>;
  'C-STORE'(request: StoreRequest, context: OperationContext<P>): Promise<Status<C>>;
  'C-FIND'(request: FindRequest, context: OperationContext<P>): AsyncIterable<FindResponse<C>>;
  'C-MOVE'(request: MoveRequest, context: OperationContext<P>): Promise<Status<C> | Retrieval>;
  'C-GET'(request: FindRequest, context: OperationContext<P>): Promise<Status<C> | Retrieval>;
  'N-EVENT-REPORT': Normalized<C, P>;
  'N-GET': Normalized<C, P>;
  'N-SET': Normalized<C, P>;
  'N-ACTION': Normalized<C, P>;
  'N-CREATE': Normalized<C, P>;
  'N-DELETE': Normalized<C, P>;
}
