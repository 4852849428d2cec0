// The operations that we invoked and whose responses are due. PS3.7 7.1, 8.1.
import type { CommandSet } from '../dimse/command-set.ts';
import { type Operation, operationOf } from '../dimse/messages.ts';
import { statusClass } from '../dimse/status.ts';
import type { NetworkError } from '../network-error.ts';
import { PullQueue } from './pull-queue.ts';
import { startTimer, type Timer } from './transport.ts';

/** One response; `dataSet` is whole and still encoded. */
export interface ResponseMessage {
  readonly command: CommandSet;
  readonly dataSet: Uint8Array | undefined;
}

export interface Invocation {
  readonly messageId: number;
  readonly responses: PullQueue<ResponseMessage>;
  /** The request is out: from now on the response is due. */
  sent(): void;
  /** The request never went out. */
  withdraw(): void;
  /** The caller wants no more responses. */
  leave(): void;
}

interface Pending {
  readonly operation: Operation;
  readonly responses: PullQueue<ResponseMessage>;
  timer: Timer | undefined;
}

interface InvocationsOptions {
  /** Seconds without a byte from the peer. */
  readonly patience: () => number;
  readonly bytesRead: () => number;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly giveUp: (detail: string) => void;
}

/** Responses that may wait for our caller before the socket is paused. */
const queuedResponses = 256;

export class Invocations {
  readonly #options: InvocationsOptions;
  readonly #pending = new Map<number, Pending>();
  #lastMessageId = 0;
  #claimed = 0;
  /** Callers whose operation would be one too many. */
  readonly #queue: (() => void)[] = [];

  constructor(options: InvocationsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Whether the final response to this message is due. */
  has(messageId: number): boolean {
    return this.#pending.has(messageId);
  }

  /**
   * Waits until one more operation may be outstanding. Returns undefined when the caller gave up before that.
   * @param most the window that was agreed. PS3.7 D.3.3.3.
   */
  async begin(operation: Operation, most: number, signal?: AbortSignal): Promise<Invocation | undefined> {
    while (this.#claimed >= most) {
      await this.#turn(signal);
      if (signal?.aborted) {
        // Its turn may have come meanwhile: it passes on.
        this.#queue.shift()?.();
        return undefined;
      }
    }
    this.#claimed += 1;
    const messageId = this.#nextMessageId();
    const { pause, resume } = this.#options;
    const responses = new PullQueue<ResponseMessage>({
      limit: queuedResponses,
      weigh: () => 1,
      onFull: pause,
      onDrained: resume,
    });
    const pending: Pending = { operation, responses, timer: undefined };
    this.#pending.set(messageId, pending);
    return {
      messageId,
      responses,
      sent: () => this.#arm(pending, messageId),
      withdraw: () => this.#finish(messageId),
      leave: () => responses.discard(),
    };
  }

  async #turn(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue.push(resolve);
    const giveUp = (): void => resolve();
    signal?.addEventListener('abort', giveUp, { once: true });
    await promise;
    signal?.removeEventListener('abort', giveUp);
    const at = this.#queue.indexOf(resolve);
    if (at >= 0) this.#queue.splice(at, 1);
  }

  #nextMessageId(): number {
    do this.#lastMessageId = (this.#lastMessageId % 0xffff) + 1;
    while (this.#pending.has(this.#lastMessageId));
    return this.#lastMessageId;
  }

  /** Whether a response with this command belongs to anything. */
  expects(command: CommandSet): boolean {
    const pending = this.#pending.get(command.messageIdBeingRespondedTo ?? -1);
    return pending !== undefined && pending.operation === operationOf(command.commandField ?? 0);
  }

  respond(message: ResponseMessage): void {
    const messageId = message.command.messageIdBeingRespondedTo ?? -1;
    const pending = this.#pending.get(messageId);
    if (pending === undefined) return;
    pending.responses.push(message);
    if (statusClass(message.command.status ?? 0) === 'pending') this.#arm(pending, messageId);
    else this.#finish(messageId);
  }

  #finish(messageId: number): void {
    const pending = this.#pending.get(messageId);
    if (pending === undefined) return;
    pending.timer?.stop();
    this.#pending.delete(messageId);
    pending.responses.end();
    this.#claimed -= 1;
    this.#queue.shift()?.();
  }

  /** Waits for the next response as long as bytes keep coming. */
  #arm(pending: Pending, messageId: number): void {
    pending.timer?.stop();
    if (this.#pending.get(messageId) !== pending) return;
    const before = this.#options.bytesRead();
    const patience = this.#options.patience();
    pending.timer = startTimer(patience, () => {
      if (this.#options.bytesRead() > before) this.#arm(pending, messageId);
      else this.#options.giveUp(`no response to ${pending.operation} in ${patience} s`);
    });
  }

  /** The association is over. */
  fail(cause: NetworkError): void {
    for (const { responses, timer } of this.#pending.values()) {
      timer?.stop();
      responses.fail(cause);
    }
    this.#pending.clear();
    this.#claimed = 0;
    for (const wake of this.#queue.splice(0)) wake();
  }
}
