// An association that we asked for: the services of PS3.7 as functions.
import type { DataSet } from '@concord/dicom';
import type { CommandSet } from '../dimse/command-set.ts';
import { type Operation, type Priority, priorities } from '../dimse/messages.ts';
import type { Status } from '../dimse/status.ts';
import type { AssociationInfo, EventReport, HandlerTypes, NormalizedResponse, OutgoingInstance } from '../handlers.ts';
import type { AcceptedContext, ContextOutcome } from './context.ts';
import { decoded, encoded } from './data-sets.ts';
import type { Exchange } from './exchange.ts';
import { contextFor, invoke, invokeEventReport, invokeNormalized, invokeOnce, statusOf } from './invoke.ts';
import { type StoreOptions, storeInstance } from './store.ts';

export interface OperationOptions {
  /** C-CANCEL for C-FIND, C-MOVE and C-GET, then A-ABORT; A-ABORT at once for the others. */
  readonly signal?: AbortSignal;
  readonly priority?: Priority;
}

export interface Match {
  readonly status: Status;
  readonly identifier?: DataSet;
}

export interface RetrieveProgress {
  readonly status: Status;
  readonly remaining: number | undefined;
  readonly completed: number;
  readonly failed: number;
  readonly warning: number;
  /** Of the final response: what did not arrive. */
  readonly failedUids: readonly string[];
}

/** What a C-STORE that comes in during a C-GET is given to. */
export type StoreHandler = HandlerTypes<number, unknown>['C-STORE'];

/** An N-service request; the SOP Class may be a member of the Meta SOP Class that was negotiated. */
export interface NormalizedOptions {
  readonly sopClassUid: string;
  readonly sopInstanceUid?: string;
  readonly dataSet?: DataSet;
  /** The abstract syntax of the context, where it is a Meta SOP Class. */
  readonly abstractSyntax?: string;
  readonly signal?: AbortSignal;
}

/** What `connect` adds to an exchange. */
export interface AssociationParts {
  readonly exchange: Exchange;
  readonly outcomes: readonly ContextOutcome[];
  readonly release: () => Promise<void>;
  readonly abort: () => void;
  /** Where C-STORE requests of the peer go while a C-GET is out. */
  readonly receiver: { onStore: StoreHandler | undefined };
  readonly userIdentityResponse: Uint8Array | undefined;
}

export class Association {
  readonly exchange: Exchange;
  readonly #parts: AssociationParts;

  constructor(parts: AssociationParts) {
    this.exchange = parts.exchange;
    this.#parts = parts;
  }

  get peer(): AssociationInfo {
    return this.exchange.agreement.info;
  }

  get accepted(): readonly AcceptedContext[] {
    return this.exchange.agreement.contexts;
  }

  /** Contexts that the peer refused, with its reason. */
  get rejected(): readonly ContextOutcome[] {
    return this.#parts.outcomes.filter(({ result }) => result !== 0);
  }

  /** What the peer answered to our user identity, where we asked for it. */
  get userIdentityResponse(): Uint8Array | undefined {
    return this.#parts.userIdentityResponse;
  }

  /** C-ECHO. PS3.7 9.1.5. */
  async echo(options: OperationOptions = {}): Promise<Status> {
    const context = contextFor(this.exchange, verificationUid);
    const { command } = await invokeOnce(this.exchange, {
      operation: 'C-ECHO',
      context,
      command: { affectedSopClassUid: verificationUid },
      signal: options.signal,
    });
    return statusOf(command);
  }

  /** C-STORE of one instance, which is read while it is sent. PS3.7 9.1.1. */
  store(instance: OutgoingInstance, options: StoreOptions = {}): Promise<Status> {
    return storeInstance(this.exchange, instance, options);
  }

  /** C-FIND: the matches, then the final status. Leaving the loop early sends C-CANCEL. PS3.7 9.1.2. */
  async *find(sopClassUid: string, identifier: DataSet, options: OperationOptions = {}): AsyncGenerator<Match, void> {
    const context = contextFor(this.exchange, sopClassUid);
    const responses = invoke(this.exchange, {
      operation: 'C-FIND',
      context,
      command: { affectedSopClassUid: sopClassUid, priority: priorities[options.priority ?? 'medium'] },
      dataSet: encoded(this.exchange, identifier, context.transferSyntax),
      signal: options.signal,
    });
    for await (const { command, dataSet } of responses)
      yield {
        status: statusOf(command),
        ...(dataSet && { identifier: decoded(this.exchange, dataSet, context.transferSyntax) }),
      };
  }

  /** C-MOVE to another application entity. PS3.7 9.1.4. */
  move(
    sopClassUid: string,
    identifier: DataSet,
    destination: string,
    options: OperationOptions = {},
  ): AsyncGenerator<RetrieveProgress, void> {
    return this.#retrieve('C-MOVE', sopClassUid, identifier, { ...options, moveDestination: destination });
  }

  /** C-GET: instances come to `onStore` over this association. PS3.7 9.1.3. */
  async *get(
    sopClassUid: string,
    identifier: DataSet,
    options: OperationOptions & { readonly onStore: StoreHandler },
  ): AsyncGenerator<RetrieveProgress, void> {
    this.#parts.receiver.onStore = options.onStore;
    try {
      yield* this.#retrieve('C-GET', sopClassUid, identifier, options);
    } finally {
      this.#parts.receiver.onStore = undefined;
    }
  }

  /** N-CREATE. PS3.7 10.1.5. */
  nCreate(options: NormalizedOptions): Promise<NormalizedResponse> {
    return this.#normalized('N-CREATE', options, affected(options));
  }

  /** N-SET. PS3.7 10.1.3. */
  nSet(options: NormalizedOptions): Promise<NormalizedResponse> {
    return this.#normalized('N-SET', options, requested(options));
  }

  /** N-GET of the listed attributes, or of all. PS3.7 10.1.2. */
  nGet({
    attributes,
    ...options
  }: NormalizedOptions & { readonly attributes?: readonly number[] }): Promise<NormalizedResponse> {
    return this.#normalized('N-GET', options, {
      ...requested(options),
      ...(attributes && { attributeIdentifierList: attributes }),
    });
  }

  /** N-ACTION. PS3.7 10.1.4. */
  nAction({
    actionTypeId,
    ...options
  }: NormalizedOptions & { readonly actionTypeId: number }): Promise<NormalizedResponse> {
    return this.#normalized('N-ACTION', options, { ...requested(options), actionTypeId });
  }

  /** N-DELETE. PS3.7 10.1.6. */
  nDelete(options: NormalizedOptions): Promise<NormalizedResponse> {
    return this.#normalized('N-DELETE', options, requested(options));
  }

  /** N-EVENT-REPORT, where we have the SCP role. PS3.7 10.1.1. */
  nEventReport(event: EventReport): Promise<NormalizedResponse> {
    return invokeEventReport(this.exchange, event);
  }

  /** A-RELEASE. Throws when the peer does not answer. */
  release(): Promise<void> {
    return this.#parts.release();
  }

  /** A-ABORT, at once. */
  abort(): void {
    this.#parts.abort();
  }

  /** Releases, or aborts where that fails: `await using` leaves nothing behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.exchange.failure) return;
    await this.release().catch(() => this.abort());
  }

  async *#retrieve(
    operation: 'C-MOVE' | 'C-GET',
    sopClassUid: string,
    identifier: DataSet,
    { signal, priority, moveDestination }: OperationOptions & { readonly moveDestination?: string },
  ): AsyncGenerator<RetrieveProgress, void> {
    const context = contextFor(this.exchange, sopClassUid);
    const command = {
      affectedSopClassUid: sopClassUid,
      priority: priorities[priority ?? 'medium'],
      ...(moveDestination !== undefined && { moveDestination }),
    };
    const dataSet = encoded(this.exchange, identifier, context.transferSyntax);
    for await (const response of invoke(this.exchange, { operation, context, command, dataSet, signal }))
      yield progressOf(
        response.command,
        response.dataSet && decoded(this.exchange, response.dataSet, context.transferSyntax),
      );
  }

  #normalized(
    operation: Operation,
    { sopClassUid, abstractSyntax, dataSet, signal }: NormalizedOptions,
    command: CommandSet,
  ): Promise<NormalizedResponse> {
    const context = contextFor(this.exchange, abstractSyntax ?? sopClassUid);
    return invokeNormalized(this.exchange, operation, context, { command, dataSet, signal });
  }
}

const verificationUid = '1.2.840.10008.1.1';

const affected = ({ sopClassUid, sopInstanceUid }: NormalizedOptions): CommandSet => ({
  affectedSopClassUid: sopClassUid,
  ...(sopInstanceUid !== undefined && { affectedSopInstanceUid: sopInstanceUid }),
});
const requested = ({ sopClassUid, sopInstanceUid }: NormalizedOptions): CommandSet => ({
  requestedSopClassUid: sopClassUid,
  ...(sopInstanceUid !== undefined && { requestedSopInstanceUid: sopInstanceUid }),
});

function progressOf(command: CommandSet, identifier: DataSet | undefined): RetrieveProgress {
  return {
    status: statusOf(command),
    remaining: command.numberOfRemainingSuboperations,
    completed: command.numberOfCompletedSuboperations ?? 0,
    failed: command.numberOfFailedSuboperations ?? 0,
    warning: command.numberOfWarningSuboperations ?? 0,
    failedUids: identifier?.strings('FailedSOPInstanceUIDList') ?? [],
  };
}
