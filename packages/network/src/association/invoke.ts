// Invokes one operation at the peer: finds the context, sends the request, hands on the responses. PS3.7 9.3, 10.3.
import { type DataSet, uidName } from '@concord/dicom';
import { type CommandSet, noDataSet, withDataSet } from '../dimse/command-set.ts';
import { type Operation, operations } from '../dimse/messages.ts';
import { type Status, statusClass } from '../dimse/status.ts';
import type { EventReport, NormalizedResponse } from '../handlers.ts';
import { NetworkError } from '../network-error.ts';
import type { AcceptedContext } from './context.ts';
import { decoded, encoded } from './data-sets.ts';
import type { Exchange } from './exchange.ts';
import type { ResponseMessage } from './invocations.ts';
import type { OutgoingDataSet } from './outgoing.ts';
import { now, startTimer } from './transport.ts';

export interface InvokeOptions {
  /** Sends C-CANCEL where the operation knows it, and aborts the association when that does not help. */
  readonly signal?: AbortSignal | undefined;
}

interface Request {
  readonly operation: Operation;
  readonly context: AcceptedContext;
  readonly command: CommandSet;
  readonly dataSet?: OutgoingDataSet | undefined;
  readonly signal?: AbortSignal | undefined;
}

const cancellable: ReadonlySet<Operation> = new Set(['C-FIND', 'C-MOVE', 'C-GET']);

/** The context for a SOP Class (or one it is a member of) in which we have the role. Throws NetworkError 'no-context'. */
export function contextFor(exchange: Exchange, sopClassUid: string, role: 'SCU' | 'SCP' = 'SCU'): AcceptedContext {
  const inRole = exchange.agreement.contexts.filter(({ weAreScu, weAreScp }) => (role === 'SCU' ? weAreScu : weAreScp));
  const found =
    inRole.find(({ abstractSyntax }) => abstractSyntax === sopClassUid) ??
    inRole.find(({ abstractSyntax, service }) =>
      service?.declaration.memberSopClasses?.[abstractSyntax]?.includes(sopClassUid),
    );
  if (found) return found;
  throw new NetworkError('no-context', `${uidName(sopClassUid) ?? sopClassUid} as ${role}`);
}

/** Sends a request and yields its responses, the final one last. */
export async function* invoke(exchange: Exchange, request: Request): AsyncGenerator<ResponseMessage, void> {
  const { operation, context, command, dataSet, signal } = request;
  throwIfOver(exchange, signal);
  const invocation = await exchange.invocations.begin(operation, exchange.agreement.invoked, signal);
  if (invocation === undefined) throw exchange.failure ?? givenUp(signal);
  const startedAt = now();
  const { messageId, responses } = invocation;
  const cancel = (): void => cancelOperation(exchange, request, messageId);
  signal?.addEventListener('abort', cancel, { once: true });
  let last: CommandSet = {};
  let sent = false;
  try {
    throwIfOver(exchange, signal);
    const whole: CommandSet = {
      commandField: operations[operation].code,
      messageId,
      commandDataSetType: dataSet === undefined ? noDataSet : withDataSet,
      ...command,
    };
    await exchange.send(context.id, whole, dataSet);
    sent = true;
    invocation.sent();
    for await (const response of responses) {
      last = response.command;
      exchange.logMessage('received', last, context.id);
      yield response;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    if (!sent) invocation.withdraw();
    else if (statusClass(last.status ?? 0xff00) === 'pending' && !exchange.failure)
      leaveEarly(exchange, request, messageId);
    invocation.leave();
    if (sent)
      exchange.settings.recorder.operation({
        operation,
        by: 'us',
        sopClassUid: command.affectedSopClassUid ?? command.requestedSopClassUid ?? '',
        status: last.status ?? 0,
        milliseconds: now() - startedAt,
        ...sopInstance(command),
      });
  }
}

function throwIfOver(exchange: Exchange, signal: AbortSignal | undefined): void {
  if (exchange.failure) throw exchange.failure;
  if (signal?.aborted) throw givenUp(signal);
}

const givenUp = (signal: AbortSignal | undefined): NetworkError =>
  new NetworkError('cancelled', 'before the request was sent', { cause: signal?.reason });

function sopInstance({ affectedSopInstanceUid, requestedSopInstanceUid }: CommandSet): {
  readonly sopInstanceUid?: string;
} {
  const sopInstanceUid = affectedSopInstanceUid ?? requestedSopInstanceUid;
  return sopInstanceUid === undefined ? {} : { sopInstanceUid };
}

/** The caller stopped listening before the final response. */
function leaveEarly(exchange: Exchange, request: Request, messageId: number): void {
  if (!request.signal?.aborted) cancelOperation(exchange, request, messageId);
}

/** C-CANCEL, then A-ABORT if the final response does not come; A-ABORT at once for what cannot be cancelled, or is not to be. */
function cancelOperation(exchange: Exchange, { operation, context }: Request, messageId: number): void {
  if (exchange.failure) return;
  if (!cancellable.has(operation) || exchange.settings.cancelBy === 'A-ABORT') {
    exchange.abort(`${operation} given up by the caller`, 'cancelled');
    return;
  }
  void exchange.send(context.id, {
    commandField: 0x0fff,
    messageIdBeingRespondedTo: messageId,
    commandDataSetType: noDataSet,
  });
  const { release } = exchange.settings.timeouts;
  startTimer(release, () => {
    if (exchange.invocations.has(messageId))
      exchange.abort(`no final response within ${release} s after C-CANCEL`, 'timeout');
  });
}

/** The only response of an operation that has but one. */
export async function invokeOnce(exchange: Exchange, request: Request): Promise<ResponseMessage> {
  for await (const response of invoke(exchange, request)) return response;
  throw exchange.failure ?? new NetworkError('closed');
}

/** The status of a response. */
export function statusOf({ status = 0, errorComment, offendingElement, errorId }: CommandSet): Status {
  return {
    code: status,
    ...(errorComment !== undefined && { comment: errorComment }),
    ...(offendingElement && { offending: offendingElement }),
    ...(errorId !== undefined && { errorId }),
  };
}

/** A DIMSE-N request on an accepted context. */
export async function invokeNormalized(
  exchange: Exchange,
  operation: Operation,
  context: AcceptedContext,
  parts: {
    readonly command: CommandSet;
    readonly dataSet?: DataSet | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<NormalizedResponse> {
  const { command, dataSet: bytes } = await invokeOnce(exchange, {
    operation,
    context,
    command: parts.command,
    dataSet: parts.dataSet && encoded(exchange, parts.dataSet, context.transferSyntax),
    signal: parts.signal,
  });
  return {
    ...statusOf(command),
    ...(command.affectedSopInstanceUid !== undefined && { sopInstanceUid: command.affectedSopInstanceUid }),
    ...(command.attributeIdentifierList && { attributeIdentifierList: command.attributeIdentifierList }),
    ...(bytes && { dataSet: decoded(exchange, bytes, context.transferSyntax) }),
  };
}

/** N-EVENT-REPORT: the one request that an SCP sends. PS3.7 10.1.1. */
export function invokeEventReport(exchange: Exchange, event: EventReport): Promise<NormalizedResponse> {
  const { sopClassUid, abstractSyntax = sopClassUid, sopInstanceUid, eventTypeId, dataSet, signal } = event;
  const command = { affectedSopClassUid: sopClassUid, affectedSopInstanceUid: sopInstanceUid, eventTypeId };
  return invokeNormalized(exchange, 'N-EVENT-REPORT', contextFor(exchange, abstractSyntax, 'SCP'), {
    command,
    dataSet,
    signal,
  });
}
