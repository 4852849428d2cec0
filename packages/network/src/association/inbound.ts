// What comes in, sorted: responses to us, requests to us, C-CANCEL; data sets streamed or collected. PS3.7 6.3.
import type { CommandSet } from '../dimse/command-set.ts';
import { MessageReader } from '../dimse/message-reader.ts';
import { cancelRequest, operationOf, responseBit } from '../dimse/messages.ts';
import { NetworkError } from '../network-error.ts';
import { InboundBytes, type InboundBytesOptions, viewCost } from './inbound-bytes.ts';
import type { ResponseMessage } from './invocations.ts';

/** A data set that streams in. */
export interface InboundDataSet {
  readonly bytes: InboundBytes;
  /** Resolves when its last fragment has gone by, wanted or not; rejects when the association ends before. */
  readonly complete: Promise<void>;
}

interface InboundOptions extends InboundBytesOptions {
  readonly dataSetBytes: number;
  readonly objectBytes: number;
  readonly request: (contextId: number, command: CommandSet, dataSet: InboundDataSet | undefined) => void;
  readonly cancel: (messageId: number) => void;
  /** Whether a response is due; one that is not is a fault of the peer. */
  readonly expects: (command: CommandSet) => boolean;
  readonly respond: (message: ResponseMessage) => void;
}

/** Where the bytes of the data set that goes by end up. */
interface Destination {
  bytes(bytes: Uint8Array): void;
  end(): void;
  fail(cause: NetworkError): void;
}

export class Inbound {
  readonly #options: InboundOptions;
  readonly #reader: MessageReader;
  #destination: Destination | undefined;

  constructor(options: InboundOptions) {
    this.#options = options;
    this.#reader = new MessageReader({
      command: (contextId, command, hasDataSet) => this.#command(contextId, command, hasDataSet),
      dataSet: (bytes, end) => {
        const destination = this.#destination;
        if (bytes.length > 0) destination?.bytes(bytes);
        if (end) {
          this.#destination = undefined;
          destination?.end();
        }
      },
    });
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

  #command(contextId: number, command: CommandSet, hasDataSet: boolean): void {
    const field = command.commandField;
    if (field === undefined) throw new NetworkError('invalid-message', 'a command set without Command Field');
    if (field === cancelRequest) {
      if (command.messageIdBeingRespondedTo !== undefined) this.#options.cancel(command.messageIdBeingRespondedTo);
      if (hasDataSet) this.#destination = nowhere;
    } else if ((field & responseBit) !== 0) this.#response(command, hasDataSet);
    else this.#options.request(contextId, command, hasDataSet ? this.#streamed() : undefined);
  }

  #response(command: CommandSet, hasDataSet: boolean): void {
    if (operationOf(command.commandField ?? 0) === undefined || !this.#options.expects(command))
      throw new NetworkError(
        'invalid-message',
        `a response to message ${command.messageIdBeingRespondedTo ?? '?'}, which awaits none`,
      );
    if (command.status === undefined) throw new NetworkError('invalid-message', 'a response without Status');
    if (!hasDataSet) this.#options.respond({ command, dataSet: undefined });
    else
      this.#destination = collected(this.#options.dataSetBytes, (dataSet) =>
        this.#options.respond({ command, dataSet }),
      );
  }

  #streamed(): InboundDataSet {
    const { objectBytes } = this.#options;
    const bytes = new InboundBytes(this.#options);
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
