// What comes in, sorted: responses to us, requests to us, C-CANCEL; data sets streamed or collected. PS3.7 6.3.
import type { CommandSet } from '../dimse/command-set.ts';
import { MessageReader, type MessageSink } from '../dimse/message-reader.ts';
import { cancelRequest, operationOf, responseBit } from '../dimse/messages.ts';
import type { Limits } from '../limits.ts';
import { NetworkError } from '../network-error.ts';
import { InboundBytes, viewCost } from './inbound-bytes.ts';
import type { ResponseMessage } from './invocations.ts';
import type { ReadMemory } from './transport.ts';

/** A data set that streams in. */
export interface InboundDataSet {
  readonly bytes: InboundBytes;
  /** Resolves when its last fragment has gone by, wanted or not; rejects when the association ends before. */
  readonly complete: Promise<void>;
}

/** Where messages go, and what they may cost. */
export interface InboundOwner {
  readonly transport: ReadMemory;
  readonly limits: Pick<Limits, 'dataSetBytes' | 'objectBytes' | 'queuedBytes'>;
  pause(): void;
  resume(): void;
  request(contextId: number, command: CommandSet, dataSet: InboundDataSet | undefined): void;
  cancel(messageId: number): void;
  /** Whether a presentation context was accepted. */
  accepts(contextId: number): boolean;
  /** Whether a response is due; one that is not is a fault of the peer. */
  expects(command: CommandSet): boolean;
  respond(message: ResponseMessage): void;
}

/** Where the bytes of the data set that goes by end up. */
interface Destination {
  bytes(bytes: Uint8Array): void;
  end(): void;
  fail(cause: NetworkError): void;
}

export class Inbound implements MessageSink {
  readonly #owner: InboundOwner;
  readonly #reader: MessageReader;
  #destination: Destination | undefined;

  constructor(owner: InboundOwner) {
    this.#owner = owner;
    this.#reader = new MessageReader(this);
  }

  dataSet(bytes: Uint8Array, end: boolean): void {
    const destination = this.#destination;
    if (bytes.length > 0) destination?.bytes(bytes);
    if (end) {
      this.#destination = undefined;
      destination?.end();
    }
  }

  /** False while a message is only half here. */
  get atBoundary(): boolean {
    return this.#reader.atBoundary;
  }

  data(contextId: number, command: boolean, bytes: Uint8Array, ends: boolean, last: boolean): void {
    this.#reader.data(contextId, command, bytes, ends, last);
  }

  /** The association is over. */
  fail(cause: NetworkError): void {
    this.#destination?.fail(cause);
    this.#destination = undefined;
  }

  command(contextId: number, command: CommandSet, hasDataSet: boolean): void {
    const field = command.commandField;
    if (field === undefined) throw new NetworkError('invalid-message', 'a command set without Command Field');
    if (field === cancelRequest) {
      if (command.messageIdBeingRespondedTo !== undefined) this.#owner.cancel(command.messageIdBeingRespondedTo);
      if (hasDataSet) this.#destination = nowhere;
    } else if ((field & responseBit) !== 0) this.#response(contextId, command, hasDataSet);
    else this.#owner.request(contextId, command, hasDataSet ? this.#streamed() : undefined);
  }

  #response(contextId: number, command: CommandSet, hasDataSet: boolean): void {
    if (!this.#owner.accepts(contextId))
      throw new NetworkError(
        'invalid-message',
        `a response on presentation context ${contextId}, which was not accepted`,
      );
    if (operationOf(command.commandField ?? 0) === undefined || !this.#owner.expects(command))
      throw new NetworkError(
        'invalid-message',
        `a response to message ${command.messageIdBeingRespondedTo ?? '?'}, which awaits none`,
      );
    if (command.status === undefined) throw new NetworkError('invalid-message', 'a response without Status');
    if (!hasDataSet) this.#owner.respond({ command, dataSet: undefined });
    else
      this.#destination = collected(this.#owner.limits.dataSetBytes, (dataSet) =>
        this.#owner.respond({ command, dataSet }),
      );
  }

  #streamed(): InboundDataSet {
    const owner = this.#owner;
    const { objectBytes, queuedBytes } = owner.limits;
    const bytes = new InboundBytes({
      memory: owner.transport,
      queuedBytes,
      pause: () => owner.pause(),
      resume: () => owner.resume(),
    });
    const { promise: complete, resolve, reject } = Promise.withResolvers<void>();
    complete.catch(() => undefined);
    let length = 0;
    this.#destination = {
      bytes: (view) => {
        length += view.length;
        if (length > objectBytes)
          throw new NetworkError('limit-exceeded', `an object of more than ${objectBytes} bytes`);
        bytes.push(view);
      },
      end: () => {
        bytes.end();
        resolve();
      },
      fail: (cause) => {
        bytes.fail(cause);
        reject(cause);
      },
    };
    return { bytes, complete };
  }
}

const nowhere: Destination = { bytes: () => undefined, end: () => undefined, fail: () => undefined };

/** Holds a whole data set in memory, up to a limit. */
function collected(limit: number, complete: (dataSet: Uint8Array) => void): Destination {
  const views: Uint8Array[] = [];
  let length = 0;
  return {
    bytes: (view) => {
      length += view.length + viewCost;
      if (length > limit)
        throw new NetworkError('limit-exceeded', `a data set of more than ${limit} bytes in a response`);
      // The memory of the view is used again after this call.
      views.push(Uint8Array.from(view));
    },
    end: () => complete(Buffer.concat(views)),
    fail: () => undefined,
  };
}
