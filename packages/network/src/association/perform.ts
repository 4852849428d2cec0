// Carries out a request of the peer: checks it, calls the handler that is bound to its service, answers. PS3.7 9, 10.
import { type DataSet, uidName } from '@concord/dicom';
import { type CommandSet, noDataSet, withDataSet } from '../dimse/command-set.ts';
import { commandTag, missingElement, type Operation, operationOf, responseBit } from '../dimse/messages.ts';
import { failureCode, otherClassCode, refusalCode } from '../dimse/refusals.ts';
import { formatCode, type Status, statusClass } from '../dimse/status.ts';
import type { OperationContext } from '../handlers.ts';
import { NetworkError } from '../network-error.ts';
import { type BoundService, isDeclared } from '../service.ts';
import { decoded } from './data-sets.ts';
import type { Exchange, InboundRequest } from './exchange.ts';
import { viewCost } from './inbound-bytes.ts';
import type { OutgoingDataSet } from './outgoing.ts';
import { now } from './transport.ts';

/** A request whose service, operation and elements are known to fit. */
export interface Task {
  readonly exchange: Exchange;
  readonly request: InboundRequest;
  readonly operation: Operation;
  readonly service: BoundService;
  readonly startedAt: number;
}

/** SOP Class that a command is about. */
export const sopClassOf = ({ affectedSopClassUid, requestedSopClassUid }: CommandSet): string =>
  affectedSopClassUid ?? requestedSopClassUid ?? '';
export const sopInstanceOf = ({ affectedSopInstanceUid, requestedSopInstanceUid }: CommandSet): string | undefined =>
  affectedSopInstanceUid ?? requestedSopInstanceUid;

/** Why a request is not carried out at all. PS3.7 C.5. */
export function objection(
  { context, command, duplicate }: InboundRequest,
  service: BoundService | undefined,
): Status | undefined {
  const operation = operationOf(command.commandField ?? 0);
  if (duplicate) return { code: refusalCode('duplicate'), comment: `message ID ${command.messageId} is in use` };
  if (operation === undefined)
    return {
      code: refusalCode('unknown operation'),
      comment: `command ${formatCode(command.commandField ?? 0)} is unknown`,
    };
  const missing = missingElement(operation, command);
  if (missing)
    return {
      code: refusalCode('malformed'),
      comment: `${missing} is missing or wrong`,
      offending: [commandTag(missing)],
    };
  if (service === undefined)
    return {
      code: refusalCode('not provided'),
      comment: `${nameOf(context.abstractSyntax)} is not provided in this role`,
    };
  if (!(operation in service.handlers))
    return { code: refusalCode('unknown operation'), comment: `${operation} is not provided for this SOP Class` };
  return fits(command, context.abstractSyntax, service)
    ? undefined
    : {
        code: otherClassCode(operation),
        comment: `${nameOf(sopClassOf(command))} on a context for ${nameOf(context.abstractSyntax)}`.slice(0, 64),
      };
}

const nameOf = (uid: string): string => uidName(uid) ?? uid;

function fits(command: CommandSet, abstractSyntax: string, { declaration }: BoundService): boolean {
  const sopClass = sopClassOf(command);
  return sopClass === abstractSyntax || (declaration.memberSopClasses?.[abstractSyntax]?.includes(sopClass) ?? false);
}

/** A class, not an object with a getter: that would get a shape of its own, which holds the request until a full collection. */
class HandlerContext implements OperationContext<never> {
  readonly association: OperationContext['association'];
  readonly presentationContext: OperationContext['presentationContext'];
  readonly messageId: number;
  readonly parameters: never;
  readonly extendedNegotiation: Uint8Array | undefined;
  readonly eventReport: OperationContext['eventReport'];
  readonly #request: InboundRequest;

  constructor({ exchange, request, service }: Task, eventReport: OperationContext['eventReport']) {
    const { context, messageId } = request;
    this.association = exchange.agreement.info;
    this.presentationContext = context;
    this.messageId = messageId;
    // The values were joined with their declaration by bind, which typed the handler.
    this.parameters = service.parameters as never;
    this.extendedNegotiation = context.extendedNegotiation;
    this.eventReport = eventReport;
    this.#request = request;
  }

  get signal(): AbortSignal {
    return this.#request.controller.signal;
  }
}

/** The context that a handler is given. */
export const contextOf = (task: Task, eventReport: OperationContext['eventReport']): OperationContext<never> =>
  new HandlerContext(task, eventReport);

/** The data set of a request, whole. Throws NetworkError 'limit-exceeded', DicomError. */
export async function collect({ request, service, operation, exchange }: Task): Promise<DataSet | undefined> {
  const { dataSet, context } = request;
  if (dataSet === undefined) return undefined;
  const limit = service.declaration.operations[operation]?.dataSetBytes ?? exchange.settings.limits.dataSetBytes;
  const views: Uint8Array[] = [];
  let length = 0;
  for await (const view of dataSet.bytes.borrowed()) {
    length += view.length + viewCost;
    if (length > limit) throw new NetworkError('limit-exceeded', `a data set of more than ${limit} bytes`);
    views.push(Uint8Array.from(view));
  }
  return decoded(exchange, Buffer.concat(views), context.transferSyntax);
}

/** Lets what is left of the request's data set go by: a response in the middle of it confuses many peers. */
export async function passBy({ dataSet }: InboundRequest): Promise<void> {
  if (dataSet === undefined) return;
  dataSet.bytes.discard();
  await dataSet.complete;
}

/** Why something failed, as short as it can be said: an Error Comment has 64 characters. */
export function commentOf(cause: unknown): string {
  if (cause instanceof NetworkError && cause.detail) return cause.detail;
  return cause instanceof Error ? cause.message : String(cause);
}

/** A handler's own failure as a status: "unable to process" of the C-services, processing failure of the others. */
export function failureOf({ operation, exchange }: Task, cause: unknown): Status {
  const text = cause instanceof Error ? cause.message : String(cause);
  exchange.settings.log.error({ err: cause, operation }, `${operation} failed: ${text}`);
  return { code: failureCode(operation), comment: commentOf(cause) };
}

/** The status itself if it is declared, otherwise a failure: nothing undeclared goes out. */
export function declaredOnly<S extends Status>(task: Task, status: S): S | Status {
  if (isDeclared(task.service.declaration, task.operation, status.code)) return status;
  return failureOf(
    task,
    new NetworkError('not-possible', `status ${formatCode(status.code)} is not declared for ${task.operation}`),
  );
}

interface ResponseParts {
  readonly more?: CommandSet;
  readonly dataSet?: OutgoingDataSet | undefined;
}

/** Sends one response. Undefined when it is out already. */
export function respond(
  exchange: Exchange,
  request: InboundRequest,
  status: Status,
  { more, dataSet }: ResponseParts = {},
): Promise<void> | undefined {
  const command = { ...responseCommand(request, status, dataSet !== undefined), ...more };
  return exchange.send(request.context.id, command, dataSet);
}

/** What a response says before its data set. */
export function responseCommand(
  { command, messageId }: InboundRequest,
  status: Status,
  hasDataSet: boolean,
): CommandSet {
  const sopInstance = sopInstanceOf(command);
  return {
    affectedSopClassUid: sopClassOf(command),
    commandField: (command.commandField ?? 0) | responseBit,
    messageIdBeingRespondedTo: messageId,
    commandDataSetType: hasDataSet ? withDataSet : noDataSet,
    status: status.code,
    ...(status.offending && { offendingElement: status.offending }),
    ...(status.comment && { errorComment: printable(status.comment) }),
    ...(status.errorId !== undefined && { errorId: status.errorId }),
    ...(sopInstance && { affectedSopInstanceUid: sopInstance }),
  };
}

/** Error Comment is at most 64 characters of the default repertoire. */
const printable = (text: string): string =>
  text
    .replace(/[^ -~]/g, '?')
    .replaceAll('\\', '/')
    .slice(0, 64);

/** Notes how an operation of the peer ended, in the record and, unless it went well, in the log. */
export function note({ exchange, request, operation, startedAt }: Omit<Task, 'service'>, status: Status): void {
  const { command } = request;
  const sopInstanceUid = sopInstanceOf(command);
  const sopClassUid = sopClassOf(command);
  exchange.settings.recorder.operation({
    operation,
    by: 'peer',
    sopClassUid,
    status: status.code,
    milliseconds: now() - startedAt,
    ...(sopInstanceUid !== undefined && { sopInstanceUid }),
    ...(command.moveDestination !== undefined && { moveDestination: command.moveDestination }),
    ...(status.comment !== undefined && { comment: status.comment }),
  });
  if (statusClass(status.code) === 'failure')
    exchange.settings.log.warn(
      {
        operation,
        peer: exchange.agreement.info.requestor
          ? exchange.agreement.info.calledAeTitle
          : exchange.agreement.info.callingAeTitle,
        sopClassUid,
        sopInstanceUid,
        status: formatCode(status.code),
      },
      `${operation} refused: ${status.comment ?? formatCode(status.code)}`,
    );
}

export type Performer = (task: Task, context: OperationContext<never>) => Promise<void>;
