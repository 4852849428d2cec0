// One association in use, the same on both sides: joins the upper layer with messages in and out. PS3.7 7.
import type { CommandSet } from '../dimse/command-set.ts';
import { describeCommand } from '../dimse/messages.ts';
import { type Limits, takenLength } from '../limits.ts';
import { NetworkError } from '../network-error.ts';
import type { DecodePdu } from '../pdu/framing.ts';
import type { AssociateAccept, AssociateReject, AssociateRequest } from '../pdu/pdu.ts';
import { abortText } from '../pdu/reasons.ts';
import type { Agreement, Exchange, ExchangeSettings } from './exchange.ts';
import { Inbound, type InboundDataSet, type InboundOwner } from './inbound.ts';
import { Invocations, type ResponseMessage } from './invocations.ts';
import { Outgoing, type OutgoingDataSet, type OutgoingOptions } from './outgoing.ts';
import { Performing } from './performing.ts';
import type { AssociationRecord } from './record.ts';
import { type Activity, watchSilence } from './silence.ts';
import type { Timer, Transport } from './transport.ts';
import { type AbortIndication, UpperLayer, type UpperLayerUser } from './upper-layer.ts';

/** What the requestor's and the acceptor's side do differently. */
export interface SessionOwner {
  readonly requestor: boolean;
  /** Reads whole PDUs; absent = each from its bytes. */
  readonly decode?: DecodePdu;
  /** Only the acceptor is asked. */
  objection(request: AssociateRequest): AssociateReject | undefined;
  /** What answers a request that cannot be read; undefined = A-ABORT. */
  unreadable(detail: string): AssociateReject | undefined;
  indicated(request: AssociateRequest): void;
  confirmed(answer: AssociateAccept | AssociateReject): void;
  released(): void;
  /** Nothing can be sent any more; once. */
  over(cause: NetworkError): void;
  /** The connection is gone; once, and the last that is heard. */
  ended(): void;
}

// The usual ends: made once, since an error costs more than a C-ECHO.
const releasedByPeer = new NetworkError('closed', 'the peer released the association');
const releasedByUs = new NetworkError('closed', 'we released the association');

export class Session implements Exchange, UpperLayerUser, InboundOwner, OutgoingOptions {
  settings: ExchangeSettings;
  readonly transport: Transport;
  readonly upperLayer: UpperLayer;
  readonly #owner: SessionOwner;
  readonly #inbound: Inbound;
  #invocations: Invocations | undefined;
  #agreement: Agreement | undefined;
  #outgoing: Outgoing | undefined;
  #performing: Performing | undefined;
  #silence: Timer | undefined;
  #failure: NetworkError | undefined;

  constructor(transport: Transport, owner: SessionOwner, settings: ExchangeSettings) {
    this.settings = settings;
    this.transport = transport;
    this.#owner = owner;
    this.#inbound = new Inbound(this);
    const { limits, timeouts, log } = settings;
    this.upperLayer = new UpperLayer(transport, this, {
      requestor: owner.requestor,
      artim: timeouts.artim,
      limits: { pData: takenLength(limits), associate: limits.associateBytes },
      decode: owner.decode,
      log,
    });
  }

  objection(request: AssociateRequest): AssociateReject | undefined {
    return this.#owner.objection(request);
  }

  unreadable(detail: string): AssociateReject | undefined {
    return this.#owner.unreadable(detail);
  }

  associateIndication(request: AssociateRequest): void {
    this.#owner.indicated(request);
  }

  associateConfirmation(answer: AssociateAccept | AssociateReject): void {
    this.#owner.confirmed(answer);
  }

  data(contextId: number, command: boolean, bytes: Uint8Array, ends: boolean, last: boolean): void {
    this.#inbound.data(contextId, command, bytes, ends, last);
  }

  drained(): void {
    this.#outgoing?.drained();
  }

  ended(): void {
    if (!this.#failure) this.#over(new NetworkError('closed'));
    this.#owner.ended();
  }

  get limits(): Limits {
    return this.settings.limits;
  }

  request(contextId: number, command: CommandSet, dataSet: InboundDataSet | undefined): void {
    this.#established(this.#performing).request(contextId, command, dataSet);
  }

  cancel(messageId: number): void {
    this.#established(this.#performing).cancel(messageId);
  }

  accepts(contextId: number): boolean {
    return this.#agreement?.contexts.some(({ id }) => id === contextId) ?? false;
  }

  expects(command: CommandSet): boolean {
    return this.#invocations?.expects(command) ?? false;
  }

  respond(message: ResponseMessage): void {
    this.#invocations?.respond(message);
  }

  sendData(pdus: Uint8Array): void {
    this.upperLayer.sendData(pdus);
  }

  streamData(buffers: readonly Uint8Array[]): void {
    this.upperLayer.streamData(buffers);
  }

  writable(): boolean {
    return this.upperLayer.writable;
  }

  get maximumLength(): number {
    const { sentLength } = this.settings.limits;
    const announced = this.agreement.peerMaximumLength;
    return announced === 0 ? sentLength : Math.min(announced, sentLength);
  }

  /** What the record says of PDUs that were longer than they should have been. */
  get tolerated(): Pick<AssociationRecord, 'toleratedPData'> {
    const { maximumLength } = this.settings.limits;
    const { longestTaken } = this.upperLayer;
    return maximumLength > 0 && longestTaken > maximumLength ? { toleratedPData: longestTaken } : {};
  }

  get patience(): number {
    return this.settings.timeouts.data;
  }

  giveUp(detail: string): void {
    this.abort(detail, 'timeout');
  }

  /** Made when first used: most acceptors never invoke anything. */
  get invocations(): Invocations {
    this.#invocations ??= new Invocations({
      patience: () => this.settings.timeouts.response,
      bytesRead: () => this.transport.bytesRead,
      pause: () => this.transport.pause(),
      resume: () => this.transport.resume(),
      giveUp: (detail) => this.giveUp(detail),
    });
    return this.#invocations;
  }

  #established<T>(part: T | undefined): T {
    if (part === undefined) throw new NetworkError('not-possible', 'there is no association yet');
    return part;
  }

  get agreement(): Agreement {
    return this.#established(this.#agreement);
  }

  /** Why nothing can be sent any more; undefined while the association lives. */
  get failure(): NetworkError | undefined {
    return this.#failure;
  }

  /**
   * From here on messages may go both ways.
   * @param rules those of this peer, where they are not what the session began with
   */
  establish(agreement: Agreement, rules: Pick<ExchangeSettings, 'limits' | 'timeouts'> = this.settings): void {
    this.#agreement = agreement;
    const { limits, timeouts } = rules;
    this.settings = { ...this.settings, limits, timeouts };
    this.upperLayer.takeUpTo(takenLength(limits));
    this.#outgoing = new Outgoing(this);
    this.#performing = new Performing(this, agreement);
    this.#silence = watchSilence({
      idle: this.#owner.requestor ? undefined : timeouts.idle,
      data: timeouts.data,
      activity: () => this.#activity(),
      tooLong: (detail) => this.abort(detail, 'timeout'),
    });
  }

  /** Sends one message. Undefined when it is out already. */
  send(contextId: number, command: CommandSet, dataSet?: OutgoingDataSet): Promise<void> | undefined {
    if (this.#failure) throw this.#failure;
    this.logMessage('sending', command, contextId);
    return this.#established(this.#outgoing).send(contextId, command, dataSet);
  }

  pause(): void {
    this.transport.pause();
  }

  resume(): void {
    this.transport.resume();
  }

  logMessage(direction: 'sending' | 'received', command: CommandSet, contextId: number): void {
    const { log } = this.settings;
    if (log.isLevelEnabled?.('debug') ?? true) log.debug({}, `${direction} ${describeCommand(command, contextId)}`);
  }

  /** A-ABORT by us. */
  abort(detail: string, fault: 'aborted' | 'timeout' | 'cancelled' = 'aborted'): void {
    if (this.#failure) return;
    this.settings.recorder.end({ kind: 'aborted by us', detail });
    this.#over(new NetworkError(fault, detail));
    this.upperLayer.abort();
  }

  abortIndication(indication: AbortIndication): void {
    const { by, source, reason, detail } = indication;
    const text = by === 'peer' ? `${detail} ${abortText(source, reason)}` : detail;
    const kind = by === 'peer' ? 'aborted by peer' : by === 'us' ? 'aborted by us' : 'connection lost';
    this.settings.recorder.end({ kind, detail: text });
    this.#over(new NetworkError(by === 'connection' ? 'closed' : 'aborted', text, { refusal: { source, reason } }));
  }

  releaseIndication(): void {
    const { state } = this.upperLayer;
    // A collision: the requestor answers at once, the acceptor after the answer to its own request. PS3.8 7.2.
    if (state === 'Sta9') this.upperLayer.respondToRelease();
    if (state !== 'Sta8') return;
    const performing = this.#performing;
    if (performing?.busy) performing.whenDone(() => this.#answerRelease());
    else this.#answerRelease();
  }

  /** The connection may have gone while what was asked before was still worked on. */
  #answerRelease(): void {
    if (this.upperLayer.state !== 'Sta8') return;
    this.settings.recorder.end({ kind: 'released', detail: 'by the peer' });
    this.#over(releasedByPeer);
    this.upperLayer.respondToRelease();
  }

  releaseConfirmation(): void {
    if (this.upperLayer.state === 'Sta12') this.upperLayer.respondToRelease();
    this.settings.recorder.end({ kind: 'released', detail: 'by us' });
    this.#owner.released();
    this.#over(releasedByUs);
  }

  /** Lets what is under way come to its end, then aborts. */
  abortWhenDone(detail: string): void {
    if (this.#performing?.busy) this.#performing.whenDone(() => this.abort(detail));
    else this.abort(detail);
  }

  /** Whoever waits is told why; nothing is sent any more. */
  #over(cause: NetworkError): void {
    if (this.#failure) return;
    this.#failure = cause;
    this.#silence?.stop();
    this.#inbound.fail(cause);
    this.#invocations?.fail(cause);
    this.#performing?.fail(cause);
    this.#outgoing?.fail(cause);
    this.#owner.over(cause);
  }

  #activity(): Activity {
    return {
      bytesRead: this.transport.bytesRead,
      resumes: this.transport.resumes,
      done: this.#performing?.done ?? 0,
      busy: this.#performing?.busy === true || (this.#invocations?.size ?? 0) > 0,
      paused: this.transport.paused,
      halfway: !this.#inbound.atBoundary || !this.upperLayer.atBoundary,
    };
  }
}
