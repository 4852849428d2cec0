// Requests of the peer: which is worked on, which must wait, which is cancelled. PS3.7 7.1, D.3.3.3.
import type { CommandSet } from '../dimse/command-set.ts';
import { cancelRequest, messageName, operationOf } from '../dimse/messages.ts';
import { NetworkError } from '../network-error.ts';
import { Cancellation } from './cancellation.ts';
import type { AcceptedContext } from './context.ts';
import type { Agreement, Exchange, InboundRequest } from './exchange.ts';
import type { InboundDataSet } from './inbound.ts';

export class Performing {
  readonly #exchange: Exchange;
  readonly #contexts: readonly AcceptedContext[];
  readonly #most: number;
  /** A map would leave a trail of tables that keep every request alive until they are collected. */
  readonly #current: InboundRequest[] = [];
  /** Requests beyond the window. Reading pauses while there are any, so that they fit into one chunk of the socket. */
  readonly #waiting: InboundRequest[] = [];
  #whenDone: (() => void) | undefined;
  #done = 0;

  constructor(exchange: Exchange, agreement: Agreement) {
    this.#exchange = exchange;
    this.#contexts = agreement.contexts;
    this.#most = agreement.performed;
  }

  get busy(): boolean {
    return this.#current.length > 0;
  }

  /** Requests that have been answered. */
  get done(): number {
    return this.#done;
  }

  /** Calls back once, when nothing is being worked on. */
  whenDone(callback: () => void): void {
    this.#whenDone = callback;
  }

  request(contextId: number, command: CommandSet, dataSet: InboundDataSet | undefined): void {
    const context = this.#contexts.find(({ id }) => id === contextId);
    const { messageId } = command;
    if (context === undefined)
      throw new NetworkError(
        'invalid-message',
        `${messageName(command.commandField)} on presentation context ${contextId}, which was not accepted`,
      );
    if (messageId === undefined)
      throw new NetworkError('invalid-message', `${messageName(command.commandField)} without Message ID`);
    this.#exchange.logMessage('received', command, contextId);
    const duplicate =
      this.#known(messageId) !== undefined || this.#waiting.some((request) => request.messageId === messageId);
    const request = { context, messageId, command, dataSet, duplicate, controller: new Cancellation() };
    if (this.#current.length < this.#most) void this.#run(request);
    else {
      this.#waiting.push(request);
      this.#exchange.pause();
    }
  }

  cancel(messageId: number): void {
    this.#exchange.logMessage('received', { commandField: cancelRequest, messageIdBeingRespondedTo: messageId }, 0);
    this.#known(messageId)?.controller.abort(new NetworkError('cancelled', 'C-CANCEL'));
  }

  /** A duplicate must not take the place of the request that it repeats. */
  #known(messageId: number): InboundRequest | undefined {
    return this.#current.find((request) => request.messageId === messageId && !request.duplicate);
  }

  async #run(request: InboundRequest): Promise<void> {
    this.#current.push(request);
    try {
      await this.#exchange.settings.perform(this.#exchange, request);
    } catch (cause) {
      this.#failed(request, cause);
    }
    this.#current.splice(this.#current.indexOf(request), 1);
    this.#done += 1;
    const next = this.#waiting.shift();
    if (next) {
      this.#exchange.resume();
      void this.#run(next);
    } else if (this.#current.length === 0) this.#whenDone?.();
  }

  #failed(request: InboundRequest, cause: unknown): void {
    const name = operationOf(request.command.commandField ?? 0) ?? 'request';
    const text = cause instanceof Error ? cause.message : String(cause);
    if (this.#exchange.failure) this.#exchange.settings.log.debug({}, `${name} ended with the association: ${text}`);
    else {
      this.#exchange.settings.log.error({ err: cause }, `${name} failed: ${text}`);
      this.#exchange.abort(`${name} failed: ${text}`);
    }
  }

  /** The association is over. */
  fail(cause: NetworkError): void {
    for (const { controller } of [...this.#current]) controller.abort(cause);
    for (const { controller } of this.#waiting) controller.abort(cause);
  }
}
