// One association in use, the same on both sides: joins the upper layer with messages in and out. PS3.7 7.
import type { CommandSet } from '../dimse/command-set.ts';
import { describeCommand } from '../dimse/messages.ts';
import { NetworkError } from '../network-error.ts';
import type { AssociateAccept, AssociateReject, AssociateRequest } from '../pdu/pdu.ts';
import { abortText } from '../pdu/reasons.ts';
import type { Agreement, Exchange, ExchangeSettings } from './exchange.ts';
import { Inbound } from './inbound.ts';
import { Invocations } from './invocations.ts';
import { Outgoing, type OutgoingDataSet } from './outgoing.ts';
import { Performing } from './performing.ts';
import { startTimer, type Timer, type Transport } from './transport.ts';
import { type AbortIndication, UpperLayer } from './upper-layer.ts';

/** What the requestor's and the acceptor's side do differently. */
export interface SessionOwner {
  readonly requestor: boolean;
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

/** Less than this in the idle time is no progress: nobody sends an image at one byte a second. */
const leastProgress = 1024;

// The usual ends: made once, since an error costs more than a C-ECHO.
const releasedByPeer = new NetworkError('closed', 'the peer released the association');
const releasedByUs = new NetworkError('closed', 'we released the association');

export class Session implements Exchange {
  settings: ExchangeSettings;
  readonly transport: Transport;
  readonly upperLayer: UpperLayer;
  readonly invocations: Invocations;
  readonly #owner: SessionOwner;
  readonly #inbound: Inbound;
  #agreement: Agreement | undefined;
  #outgoing: Outgoing | undefined;
  #performing: Performing | undefined;
  #idle: Timer | undefined;
  #failure: NetworkError | undefined;

  constructor(transport: Transport, owner: SessionOwner, settings: ExchangeSettings) {
    this.settings = settings;
    this.transport = transport;
    this.#owner = owner;
    const { limits, timeouts } = settings;
    const pause = (): void => transport.pause();
    const resume = (): void => transport.resume();
    const giveUp = (detail: string): void => this.abort(detail, 'timeout');
    this.invocations = new Invocations({
      patience: () => this.settings.timeouts.response,
      bytesRead: () => transport.bytesRead,
      pause,
      resume,
      giveUp,
    });
    this.#inbound = new Inbound({
      ...limits,
      memory: transport,
      pause,
      resume,
      request: (contextId, command, dataSet) => this.#established.performing.request(contextId, command, dataSet),
      cancel: (messageId) => this.#established.performing.cancel(messageId),
      expects: (command) => this.invocations.expects(command),
      respond: (message) => this.invocations.respond(message),
    });
    this.upperLayer = new UpperLayer(transport, this.#user(), {
      requestor: owner.requestor,
      artim: timeouts.artim,
      limits: { pData: limits.maximumLength, associate: limits.associateBytes },
      objection: (request) => owner.objection(request),
      unreadable: (detail) => owner.unreadable(detail),
      log: settings.log,
    });
  }

  #user(): ConstructorParameters<typeof UpperLayer>[1] {
    return {
      associateIndication: (request) => this.#owner.indicated(request),
      associateConfirmation: (answer) => this.#owner.confirmed(answer),
      data: (contextId, command, bytes, ends, last) => this.#inbound.data(contextId, command, bytes, ends, last),
      releaseIndication: () => this.#releaseIndicated(),
      releaseConfirmation: () => this.#releaseConfirmed(),
      abortIndication: (indication) => this.#aborted(indication),
      drained: () => this.#outgoing?.drained(),
      ended: () => {
        if (!this.#failure) this.#over(new NetworkError('closed'));
        this.#owner.ended();
      },
    };
  }

  get #established(): { readonly agreement: Agreement; readonly outgoing: Outgoing; readonly performing: Performing } {
    if (!this.#agreement || !this.#outgoing || !this.#performing)
      throw new NetworkError('not-possible', 'there is no association yet');
    return { agreement: this.#agreement, outgoing: this.#outgoing, performing: this.#performing };
  }

  get agreement(): Agreement {
    return this.#established.agreement;
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
    this.settings = { ...this.settings, ...rules };
    this.upperLayer.announced(rules.limits.maximumLength);
    this.#outgoing = new Outgoing({
      sendData: (pdus) => this.upperLayer.sendData(pdus),
      streamData: (buffers) => this.upperLayer.streamData(buffers),
      writable: () => this.upperLayer.writable,
      maximumLength: agreement.peerMaximumLength,
      patience: this.settings.timeouts.idle,
      giveUp: (detail) => this.abort(detail, 'timeout'),
    });
    this.#performing = new Performing(this, agreement);
    this.#watch();
  }

  /** Sends one message. Undefined when it is out already. */
  send(contextId: number, command: CommandSet, dataSet?: OutgoingDataSet): Promise<void> | undefined {
    if (this.#failure) throw this.#failure;
    this.logMessage('sending', command, contextId);
    return this.#established.outgoing.send(contextId, command, dataSet);
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

  #aborted(indication: AbortIndication): void {
    const { by, source, reason, detail } = indication;
    const text = by === 'peer' ? `${detail} ${abortText(source, reason)}` : detail;
    const kind = by === 'peer' ? 'aborted by peer' : by === 'us' ? 'aborted by us' : 'connection lost';
    this.settings.recorder.end({ kind, detail: text });
    this.#over(new NetworkError(by === 'connection' ? 'closed' : 'aborted', text, { refusal: { source, reason } }));
  }

  #releaseIndicated(): void {
    const { state } = this.upperLayer;
    // A collision: the requestor answers at once, the acceptor after the answer to its own request. PS3.8 7.2.
    if (state === 'Sta9') this.upperLayer.respondToRelease();
    if (state !== 'Sta8') return;
    const performing = this.#performing;
    if (performing?.busy) performing.whenDone(() => this.#answerRelease());
    else this.#answerRelease();
  }

  #answerRelease(): void {
    this.settings.recorder.end({ kind: 'released', detail: 'by the peer' });
    this.#over(releasedByPeer);
    this.upperLayer.respondToRelease();
  }

  #releaseConfirmed(): void {
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
    this.#idle?.stop();
    this.#inbound.fail(cause);
    this.invocations.fail(cause);
    this.#performing?.fail(cause);
    this.#outgoing?.fail(cause);
    this.#owner.over(cause);
  }

  /** Ends an association whose peer has gone to sleep: at rest (where it is to speak), or in the middle of a message. */
  #watch(): void {
    const before = this.#activity();
    const { idle } = this.settings.timeouts;
    this.#idle = startTimer(idle, () => {
      const after = this.#activity();
      // Time in which we made the peer wait is not its idleness.
      const ours = after.busy || after.resumes !== before.resumes || this.transport.paused;
      const atRest = !this.#owner.requestor && !ours && after.done === before.done && after.bytes === before.bytes;
      const halfway = !this.#inbound.atBoundary && !this.transport.paused && after.resumes === before.resumes;
      if (atRest || (halfway && after.bytes - before.bytes < leastProgress))
        this.abort(`nothing came from the peer for ${idle} s`, 'timeout');
      else this.#watch();
    });
  }

  #activity() {
    return {
      bytes: this.transport.bytesRead,
      resumes: this.transport.resumes,
      done: this.#performing?.done ?? 0,
      busy: this.#performing?.busy === true || this.invocations.size > 0,
    };
  }
}
