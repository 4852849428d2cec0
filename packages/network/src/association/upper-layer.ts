// One association's upper layer: feeds PS3.8's state table with what happens and carries out its effects.
import type { Log } from '../log.ts';
import { NetworkError } from '../network-error.ts';
import { nameFirstBytes, showFirstBytes } from '../pdu/first-bytes.ts';
import { type DecodePdu, type FrameLimits, type FrameSink, Framing } from '../pdu/framing.ts';
import {
  type Abort,
  type AnyPdu,
  type AssociateAccept,
  type AssociateReject,
  type AssociateRequest,
  describePdu,
} from '../pdu/pdu.ts';
import { type Effect, type Event, type State, transition } from '../state.ts';
import { type Cargo, encodeFor } from './cargo.ts';
import { startTimer, type Timer, type Transport, type TransportSink } from './transport.ts';

/** An association is over although nobody released it. */
export interface AbortIndication extends Abort {
  /** Who ended it. */
  readonly by: 'peer' | 'us' | 'connection';
  /** In words. */
  readonly detail: string;
}

/** The service primitives that the upper layer issues, and what it asks. PS3.8 7. */
export interface UpperLayerUser {
  /** The service provider's own objection to an A-ASSOCIATE-RQ (AE-6). */
  objection(request: AssociateRequest): AssociateReject | undefined;
  /** The rejection of an A-ASSOCIATE-RQ that cannot be read; undefined = A-ABORT (AA-1). */
  unreadable(detail: string): AssociateReject | undefined;
  associateIndication(request: AssociateRequest): void;
  associateConfirmation(answer: AssociateAccept | AssociateReject): void;
  /** Bytes of a fragment; throws NetworkError when it makes no sense, which aborts the association. */
  data(contextId: number, command: boolean, bytes: Uint8Array, ends: boolean, last: boolean): void;
  releaseIndication(): void;
  releaseConfirmation(): void;
  abortIndication(indication: AbortIndication): void;
  drained(): void;
  /** The connection is gone; nothing follows. */
  ended(): void;
}

export interface UpperLayerOptions {
  readonly requestor: boolean;
  /** Seconds. */
  readonly artim: number;
  readonly limits: FrameLimits;
  /** Reads whole PDUs; absent = each from its bytes. */
  readonly decode?: DecodePdu | undefined;
  readonly log: Log;
}

const noCargo: Cargo = {};
const strayPData: Cargo = { reason: 2, detail: 'a P-DATA-TF where none is allowed' };

export class UpperLayer implements FrameSink, TransportSink {
  readonly #transport: Transport;
  readonly #user: UpperLayerUser;
  readonly #options: UpperLayerOptions;
  readonly #framing: Framing;
  #state: State = 'Sta1';
  #artim: Timer | undefined;
  /** The fragments of the P-DATA-TF that goes by are wanted. */
  #indicating = false;
  readonly #facts: { readonly requestor: boolean; acceptable: boolean };
  #deaf = false;
  #first = true;

  constructor(transport: Transport, user: UpperLayerUser, options: UpperLayerOptions) {
    this.#transport = transport;
    this.#user = user;
    this.#options = options;
    this.#facts = { requestor: options.requestor, acceptable: true };
    this.#framing = new Framing(this, options.limits, options.decode);
  }

  get state(): State {
    return this.#state;
  }

  /** False while the peer does not take what was sent. */
  get writable(): boolean {
    return this.#transport.writable;
  }

  /** The transport connection is open: begins to read. */
  start(request?: AssociateRequest): void {
    if (request) {
      this.#happen('A-ASSOCIATE request');
      this.#transport.start(this);
      this.#happen('transport connected', { pdu: { name: 'A-ASSOCIATE-RQ', value: request } });
    } else {
      this.#happen('transport indication');
      this.#transport.start(this);
    }
  }

  drained(): void {
    this.#user.drained();
  }

  closed(cause: Error | undefined): void {
    const detail = cause ? cause.message : 'the peer closed the connection';
    this.#happen('transport closed', {
      by: 'connection',
      detail: this.#framing.atBoundary ? detail : `${detail}, in the middle of a PDU`,
    });
    this.#user.ended();
  }

  pDataBegins(): void {
    this.#indicating = false;
    this.#happen('P-DATA-TF', strayPData);
  }

  data(contextId: number, command: boolean, bytes: Uint8Array, ends: boolean, last: boolean): void {
    if (this.#indicating) this.#user.data(contextId, command, bytes, ends, last);
  }

  /** False while a PDU is only half here. */
  get atBoundary(): boolean {
    return this.#framing.atBoundary;
  }

  /** The longest P-DATA-TF that came, in bytes. */
  get longestTaken(): number {
    return this.#framing.longestTaken;
  }

  /** The longest P-DATA-TF that is taken from now on, in bytes; 0 = any. */
  takeUpTo(maximumLength: number): void {
    this.#framing.takeUpTo(maximumLength);
  }

  /** @param bytes the answer as it goes out, where that is known already */
  accept(answer: AssociateAccept, bytes?: Uint8Array): void {
    this.#happen('A-ASSOCIATE response (accept)', { pdu: { name: 'A-ASSOCIATE-AC', value: answer }, bytes });
  }

  reject(answer: AssociateReject): void {
    this.#happen('A-ASSOCIATE response (reject)', { reject: answer });
  }

  /** Whole P-DATA-TF PDUs, held until the end of this turn. */
  sendData(pdus: Uint8Array): void {
    this.#checkSending();
    this.#transport.write(pdus);
  }

  /** Whole P-DATA-TF PDUs in several buffers, which go out at once. */
  streamData(buffers: readonly Uint8Array[]): void {
    this.#checkSending();
    this.#transport.writeAll(buffers);
  }

  #checkSending(): void {
    if (this.#state !== 'Sta6' && this.#state !== 'Sta8')
      throw new NetworkError('not-possible', `no data can be sent (${this.#state})`);
  }

  release(): void {
    this.#happen('A-RELEASE request');
  }
  respondToRelease(): void {
    this.#happen('A-RELEASE response');
  }
  abort(): void {
    this.#happen('A-ABORT request');
  }

  /** Ends the association for a fault of the peer: A-ABORT by the service provider. */
  fault(detail: string, reason: number): void {
    this.#happen('invalid PDU', { reason, detail });
  }

  received(chunk: Uint8Array): void {
    if (this.#deaf) return;
    if (this.#first) this.#nameStranger(chunk);
    try {
      this.#framing.push(chunk);
    } catch (cause) {
      this.#deaf = true;
      if (!(cause instanceof NetworkError)) throw cause;
      this.#options.log.warn(
        { address: this.#transport.address, state: this.#state },
        `${cause.message}; ending the connection`,
      );
      const unreadable = this.#state === 'Sta2' && this.#framing.pduName === 'A-ASSOCIATE-RQ';
      const reject = unreadable && this.#user.unreadable(cause.detail);
      if (reject) this.#happen('A-ASSOCIATE-RQ', { reject });
      else this.#happen('invalid PDU', { reason: cause.refusal?.reason ?? 6, detail: cause.message });
    }
  }

  #nameStranger(chunk: Uint8Array): void {
    this.#first = false;
    const stranger = nameFirstBytes(chunk);
    if (stranger === undefined) return;
    this.#options.log.warn(
      { address: this.#transport.address, firstBytes: showFirstBytes(chunk) },
      `not DICOM: the connection from ${this.#transport.address} begins with ${stranger}; closing it`,
    );
  }

  pdu(pdu: AnyPdu): void {
    if (this.#options.log.isLevelEnabled?.('debug') ?? true)
      this.#options.log.debug({}, `received ${describePdu(pdu)}`);
    const reject = pdu.name === 'A-ASSOCIATE-RQ' ? this.#user.objection(pdu.value) : undefined;
    this.#happen(pdu.name, {
      pdu,
      reason: 2,
      detail: `an ${pdu.name} where none is allowed`,
      ...(reject && { reject }),
    });
  }

  #happen(event: Event, cargo: Cargo = noCargo): void {
    this.#facts.acceptable = cargo.reject === undefined;
    const step = transition(this.#state, event, this.#facts);
    if (step === undefined) {
      this.#impossible(event);
      return;
    }
    this.#state = step.next;
    for (const effect of step.effects) this.#carryOut(effect, cargo);
  }

  /** An empty cell: the local user asks for what cannot be, or a timer or connection ended twice. */
  #impossible(event: Event): void {
    if (
      event === 'transport closed' ||
      event === 'ARTIM expired' ||
      event === 'A-ABORT request' ||
      event === 'invalid PDU'
    )
      return;
    throw new NetworkError('not-possible', `${event} (${this.#state})`);
  }

  #carryOut(effect: Effect, cargo: Cargo): void {
    switch (effect) {
      case 'connect':
      case 'accept transport':
      case 'send P-DATA-TF':
        return;
      case 'indicate P-DATA':
        this.#indicating = true;
        return;
      case 'start ARTIM':
        this.#artim?.stop();
        this.#artim = startTimer(this.#options.artim, () => this.#artimExpired());
        return;
      case 'stop ARTIM':
        this.#artim?.stop();
        return;
      case 'close transport':
        this.#artim?.stop();
        this.#transport.close();
        return;
      default:
        if (effect.startsWith('send')) this.#send(effect, cargo);
        else this.#issue(effect, cargo);
    }
  }

  #artimExpired(): void {
    this.#options.log.info(
      { state: this.#state },
      `ARTIM timer expired after ${this.#options.artim} s (${this.#state}); closing the connection`,
    );
    this.#happen('ARTIM expired');
    this.#transport.destroy();
  }

  #send(effect: Effect, cargo: Cargo): void {
    if (this.#options.log.isLevelEnabled?.('debug') ?? true) this.#options.log.debug({}, effect);
    const bytes = cargo.bytes ?? encodeFor(effect, cargo);
    if (bytes) this.#transport.write(bytes);
    // After these the peer has nothing more to hear; what it still sends is read and dropped until it closes.
    if (effect === 'send A-ASSOCIATE-RJ' || effect.startsWith('send A-ABORT')) this.#transport.finish();
  }

  #issue(effect: Effect, cargo: Cargo): void {
    const { pdu, detail = '', reason = 0 } = cargo;
    switch (effect) {
      case 'indicate A-ASSOCIATE':
        if (pdu?.name === 'A-ASSOCIATE-RQ') this.#user.associateIndication(pdu.value);
        return;
      case 'confirm A-ASSOCIATE (accept)':
      case 'confirm A-ASSOCIATE (reject)':
        if (pdu?.name === 'A-ASSOCIATE-AC' || pdu?.name === 'A-ASSOCIATE-RJ')
          this.#user.associateConfirmation(pdu.value);
        return;
      case 'indicate A-RELEASE':
        this.#user.releaseIndication();
        return;
      case 'confirm A-RELEASE':
        this.#user.releaseConfirmation();
        return;
      case 'indicate A-ABORT':
        if (pdu?.name === 'A-ABORT')
          this.#user.abortIndication({ by: 'peer', ...pdu.value, detail: 'A-ABORT received' });
        return;
      default:
        this.#user.abortIndication({ by: cargo.by ?? 'us', source: 2, reason, detail });
    }
  }
}
