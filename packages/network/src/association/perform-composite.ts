// C-ECHO, C-STORE and C-FIND of the peer. PS3.7 9.3.
import type { DataSet } from '@concord/dicom';
import type { CommandSet } from '../dimse/command-set.ts';
import { type Priority, priorities } from '../dimse/messages.ts';
import { refusalCode } from '../dimse/refusals.ts';
import { type Status, statusClass } from '../dimse/status.ts';
import type { FindResponse, IncomingDataSet, StoreRequest } from '../handlers.ts';
import { encoded } from './data-sets.ts';
import type { InboundRequest } from './exchange.ts';
import {
  collect,
  commentOf,
  declaredOnly,
  failureOf,
  note,
  type Performer,
  passBy,
  respond,
  responseCommand,
  type Task,
} from './perform.ts';
import { nextTurn, now } from './transport.ts';

export const performEcho: Performer = async (task, context) => {
  const status = await settle(task, () => task.service.handlers['C-ECHO']?.(context));
  note(task, status);
  await respond(task.exchange, task.request, status);
};

/** The handler's status, or that of its failure. */
export async function settle(task: Task, work: () => Promise<Status> | undefined): Promise<Status> {
  try {
    return declaredOnly(task, (await work()) ?? { code: refusalCode('unknown operation') });
  } catch (cause) {
    if (task.exchange.failure) throw cause;
    return failureOf(task, cause);
  }
}

export const performStore: Performer = async (task, context) => {
  const { request, service } = task;
  const status = await settle(task, () => service.handlers['C-STORE']?.(storeRequest(request), context));
  await passBy(request);
  note(task, status);
  await respond(task.exchange, request, status);
};

/** What a handler of C-STORE is given. */
export function storeRequest({ command, dataSet }: InboundRequest): StoreRequest {
  const { moveOriginatorAeTitle: aeTitle, moveOriginatorMessageId: messageId } = command;
  return {
    affectedSopClassUid: command.affectedSopClassUid ?? '',
    affectedSopInstanceUid: command.affectedSopInstanceUid ?? '',
    priority: priorityOf(command.priority),
    dataSet: dataSet?.bytes ?? nothing,
    ...(aeTitle !== undefined && messageId !== undefined && { moveOriginator: { aeTitle, messageId } }),
  };
}

const nothing: IncomingDataSet = {
  async *[Symbol.asyncIterator]() {},
  async *borrowed() {},
};

/** An unknown priority is a medium one: no peer was ever helped by a refusal. */
export const priorityOf = (value: number | undefined): Priority =>
  value === priorities.high ? 'high' : value === priorities.low ? 'low' : 'medium';

/** The identifier of a C-FIND, C-MOVE or C-GET, or the status that refuses it. */
export async function identifierOf(task: Task): Promise<DataSet | Status> {
  try {
    return (
      (await collect(task)) ?? { code: refusalCode('unreadable identifier'), comment: 'the request has no identifier' }
    );
  } catch (cause) {
    if (task.exchange.failure) throw cause;
    await passBy(task.request);
    return { code: refusalCode('unreadable identifier'), comment: commentOf(cause) };
  }
}
export const isStatus = (value: DataSet | Status): value is Status => 'code' in value;

export const performFind: Performer = async (task, context) => {
  const identifier = await identifierOf(task);
  if (isStatus(identifier)) return finish(task, identifier);
  const { command } = task.request;
  const request = {
    affectedSopClassUid: command.affectedSopClassUid ?? '',
    priority: priorityOf(command.priority),
    identifier,
  };
  let last: Status;
  try {
    last = await sendMatches(task, task.service.handlers['C-FIND']?.(request, context) ?? noMatches);
  } catch (cause) {
    if (task.exchange.failure) throw cause;
    last = failureOf(task, cause);
  }
  await finish(task, last);
};

const noMatches: AsyncIterable<FindResponse> = {
  async *[Symbol.asyncIterator]() {},
};

/** Sends each match as it comes; stops at C-CANCEL even where the handler does not. Returns the final status. */
async function sendMatches(task: Task, responses: AsyncIterable<FindResponse>): Promise<Status> {
  const { exchange, request } = task;
  let turnEnds = now() + longestTurn;
  const commandFor = matchCommands(request);
  for await (const response of responses) {
    const status = declaredOnly(task, response);
    if (statusClass(status.code) !== 'pending') return status;
    if (request.controller.aborted) return { code: 0xfe00 };
    const dataSet = response.identifier && encoded(exchange, response.identifier, request.context.transferSyntax);
    const wait = exchange.send(request.context.id, commandFor(status, dataSet !== undefined), dataSet);
    if (wait) await wait;
    else if (now() > turnEnds) await nextTurn();
    else continue;
    turnEnds = now() + longestTurn;
  }
  return { code: request.controller.aborted ? 0xfe00 : 0x0000 };
}

/** The command sets of matches: one object for all of the same status, which is encoded once. */
function matchCommands(request: InboundRequest): (status: Status, hasDataSet: boolean) => CommandSet {
  let usual: CommandSet | undefined;
  return (status, hasDataSet) => {
    if (!hasDataSet || status.comment || status.offending) return responseCommand(request, status, hasDataSet);
    if (usual?.status !== status.code) usual = responseCommand(request, { code: status.code }, true);
    return usual;
  };
}

/** Milliseconds that one query may keep the others waiting: a handler may have all its matches at hand. */
const longestTurn = 2;

export async function finish(task: Task, status: Status): Promise<void> {
  note(task, status);
  await respond(task.exchange, task.request, status);
}
