// Puts fragments together: a whole command set, then its data set as it streams by. PS3.7 6.3, PS3.8 Annex E.
import { NetworkError } from '../network-error.ts';
import { type CommandSet, decodeCommandSet, noDataSet } from './command-set.ts';

/** Views are valid during the call only. */
export interface MessageSink {
  /** A complete command set. When `hasDataSet`, `dataSet` calls follow, the last with `end` true. */
  command(contextId: number, command: CommandSet, hasDataSet: boolean): void;
  dataSet(bytes: Uint8Array, end: boolean): void;
}

/** No command set of the standard comes near this. */
const longestCommandSet = 0x10000;

/** One per association. Throws NetworkError 'invalid-message' for fragments in an order that the standard excludes. */
export class MessageReader {
  readonly #sink: MessageSink;
  #command: Uint8Array[] = [];
  #commandLength = 0;
  #contextId = 0;
  #expects: 'command' | 'rest of command' | 'data set' = 'command';

  constructor(sink: MessageSink) {
    this.#sink = sink;
  }

  /** True between two messages. */
  get atBoundary(): boolean {
    return this.#expects === 'command';
  }

  /** True while a data set streams by. */
  get inDataSet(): boolean {
    return this.#expects === 'data set';
  }

  data(contextId: number, command: boolean, bytes: Uint8Array, ends: boolean, last: boolean): void {
    if (command) this.#commandBytes(contextId, bytes, ends && last);
    else this.#dataSetBytes(contextId, bytes, ends && last);
  }

  #commandBytes(contextId: number, bytes: Uint8Array, complete: boolean): void {
    if (this.#expects === 'data set')
      throw new NetworkError('invalid-message', 'a command set before its predecessor has its data set');
    this.#checkContext(contextId);
    this.#contextId = contextId;
    this.#commandLength += bytes.length;
    if (this.#commandLength > longestCommandSet)
      throw new NetworkError('limit-exceeded', `a command set of more than ${longestCommandSet} bytes`);
    this.#expects = 'rest of command';
    if (complete) this.#commandComplete(this.#command.length === 0 ? bytes : Buffer.concat([...this.#command, bytes]));
    // The memory of the view is used again after this call.
    else if (bytes.length > 0) this.#command.push(Uint8Array.from(bytes));
  }

  #commandComplete(bytes: Uint8Array): void {
    const command = decodeCommandSet(bytes);
    this.#command = [];
    this.#commandLength = 0;
    const hasDataSet = command.commandDataSetType !== undefined && command.commandDataSetType !== noDataSet;
    this.#expects = hasDataSet ? 'data set' : 'command';
    this.#sink.command(this.#contextId, command, hasDataSet);
  }

  #dataSetBytes(contextId: number, bytes: Uint8Array, complete: boolean): void {
    if (this.#expects !== 'data set') throw new NetworkError('invalid-message', 'a data set without its command set');
    this.#checkContext(contextId);
    if (complete) this.#expects = 'command';
    this.#sink.dataSet(bytes, complete);
  }

  #checkContext(contextId: number): void {
    if (this.#expects !== 'command' && contextId !== this.#contextId)
      throw new NetworkError(
        'invalid-message',
        `presentation context ${contextId} inside a message on ${this.#contextId}`,
      );
  }
}
