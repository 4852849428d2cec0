// Which function carries out which operation. PS3.7 Tables 9.1-1 and 10.1-1.
import { type Operation, operationOf } from '../dimse/messages.ts';
import { refusalCode } from '../dimse/refusals.ts';
import type { BoundService } from '../service.ts';
import type { InboundRequest, PerformRequest } from './exchange.ts';
import { invokeEventReport } from './invoke.ts';
import { contextOf, note, objection, type Performer, passBy, respond } from './perform.ts';
import { performEcho, performFind, performStore } from './perform-composite.ts';
import { performNormalized } from './perform-normalized.ts';
import { performGet, performMove } from './retrieve.ts';
import { now } from './transport.ts';

const performers: Readonly<Record<Operation, Performer>> = {
  'C-ECHO': performEcho,
  'C-STORE': performStore,
  'C-FIND': performFind,
  'C-MOVE': performMove,
  'C-GET': performGet,
  'N-EVENT-REPORT': performNormalized,
  'N-GET': performNormalized,
  'N-SET': performNormalized,
  'N-ACTION': performNormalized,
  'N-CREATE': performNormalized,
  'N-DELETE': performNormalized,
};

/** Carries out a request with the service bound to its presentation context. */
export const performRequest: PerformRequest = async (exchange, request) => {
  const startedAt = now();
  const service = serviceFor(request);
  const operation = operationOf(request.command.commandField ?? 0);
  const refusal = objection(request, service);
  if (refusal === undefined && service && operation) {
    const task = { exchange, request, operation, service, startedAt };
    return performers[operation](
      task,
      contextOf(task, (event) => invokeEventReport(exchange, event)),
    );
  }
  await passBy(request);
  const status = refusal ?? { code: refusalCode('processing failure') };
  if (operation) note({ exchange, request, operation, startedAt }, status);
  await respond(exchange, request, status);
};

/** Events go from SCP to SCU: the one request that an SCU answers. PS3.7 10.1.1. */
function serviceFor({ command, context }: InboundRequest): BoundService | undefined {
  if (operationOf(command.commandField ?? 0) === 'N-EVENT-REPORT')
    return context.weAreScu ? context.eventService : undefined;
  return context.weAreScp ? context.service : undefined;
}
