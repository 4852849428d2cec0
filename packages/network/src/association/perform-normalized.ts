// The DIMSE-N requests of the peer. PS3.7 10.3.
import type { DataSet } from '@concord/dicom';
import type { CommandSet } from '../dimse/command-set.ts';
import { refusalCode } from '../dimse/refusals.ts';
import type { NormalizedRequest, NormalizedResponse, OperationContext } from '../handlers.ts';
import { encoded } from './data-sets.ts';
import {
  collect,
  declaredOnly,
  failureOf,
  note,
  type Performer,
  passBy,
  respond,
  sopClassOf,
  sopInstanceOf,
  type Task,
} from './perform.ts';

export const performNormalized: Performer = async (task, context) => {
  const response = await responseTo(task, context);
  await passBy(task.request);
  note(task, response);
  const { dataSet } = response;
  await respond(task.exchange, task.request, response, {
    more: echoed(task, response),
    dataSet: dataSet && encoded(task.exchange, dataSet, task.request.context.transferSyntax),
  });
};

async function responseTo(task: Task, context: OperationContext<never>): Promise<NormalizedResponse> {
  const { operation, service, exchange } = task;
  try {
    const request = normalizedRequest(task, await collect(task));
    const handlers = service.handlers;
    if (operation.startsWith('C-')) return { code: refusalCode('unknown operation') };
    const handler = handlers[operation as 'N-GET'];
    return declaredOnly(task, (await handler?.(request, context)) ?? { code: refusalCode('unknown operation') });
  } catch (cause) {
    if (exchange.failure) throw cause;
    return failureOf(task, cause);
  }
}

function normalizedRequest({ request: { command } }: Task, dataSet: DataSet | undefined): NormalizedRequest {
  return {
    sopClassUid: sopClassOf(command),
    sopInstanceUid: sopInstanceOf(command),
    dataSet,
    attributeIdentifierList: command.attributeIdentifierList ?? [],
    ...(command.eventTypeId !== undefined && { eventTypeId: command.eventTypeId }),
    ...(command.actionTypeId !== undefined && { actionTypeId: command.actionTypeId }),
  };
}

/** What a response repeats of its request. PS3.7 Tables 10.3-2 to 10.3-12. */
function echoed({ request: { command } }: Task, response: NormalizedResponse): CommandSet {
  const { sopInstanceUid, attributeIdentifierList } = response;
  return {
    ...(sopInstanceUid !== undefined && { affectedSopInstanceUid: sopInstanceUid }),
    ...(command.eventTypeId !== undefined && { eventTypeId: command.eventTypeId }),
    ...(command.actionTypeId !== undefined && { actionTypeId: command.actionTypeId }),
    ...(attributeIdentifierList && { attributeIdentifierList }),
  };
}
