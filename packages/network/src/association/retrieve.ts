// C-GET and C-MOVE of the peer: the sub-operations, their counters and the responses. PS3.7 9.3.3, 9.3.4, PS3.4 C.4.2, C.4.3.
import { DataSet, implicitVrLittleEndian, writeDataSet } from '@concord/dicom';
import { refusalCode } from '../dimse/refusals.ts';
import { formatCode, type Status } from '../dimse/status.ts';
import type { OperationContext, OutgoingInstance, Retrieval } from '../handlers.ts';
import { NetworkError } from '../network-error.ts';
import type { Peer } from '../peer.ts';
import type { SubAssociation } from './exchange.ts';
import { failureOf, note, type Performer, respond, type Task } from './perform.ts';
import { finish, identifierOf, isStatus, priorityOf } from './perform-composite.ts';
import { planAssociations } from './proposal.ts';
import { storeInstance } from './store.ts';
import { type Counters, defaultBehaviour, type RetrieveOutcome, runSubOperations } from './sub-operations.ts';

export const performGet: Performer = async (task, context) => {
  const answer = await retrievalOf(task, context);
  if ('code' in answer) return finish(task, answer);
  const outcome = await run(task, answer, context.signal, false, async (instance) =>
    storeInstance(task.exchange, await currentOf(answer, instance)),
  );
  await conclude(task, outcome);
};

export const performMove: Performer = async (task, context) => {
  const answer = await retrievalOf(task, context);
  if ('code' in answer) return finish(task, answer);
  if (answer.destination === undefined)
    return finish(task, {
      code: 0xa801,
      comment: `move destination ${task.request.command.moveDestination ?? ''} is unknown`,
    });
  const goesOn = { ...defaultBehaviour, ...answer.behaviour }.withoutRequester === 'continue';
  const signal = goesOn ? cancelOnly(context.signal) : context.signal;
  const routes = openRoutes(task, answer, answer.destination, signal);
  try {
    await conclude(task, await run(task, answer, signal, goesOn, routes.store));
  } finally {
    await routes.close();
  }
};

/** The archive goes on while a retrieve is under way. */
const currentOf = async ({ current }: Retrieval, instance: OutgoingInstance): Promise<OutgoingInstance> =>
  current ? current(instance) : instance;

/** What the handler wants to be sent, or the status that refuses. */
async function retrievalOf(task: Task, context: OperationContext<never>): Promise<Retrieval | Status> {
  const identifier = await identifierOf(task);
  if (isStatus(identifier)) return identifier;
  const { command } = task.request;
  const request = {
    affectedSopClassUid: command.affectedSopClassUid ?? '',
    priority: priorityOf(command.priority),
    identifier,
    moveDestination: command.moveDestination ?? '',
  };
  const { handlers } = task.service;
  try {
    const answer =
      task.operation === 'C-MOVE' ? handlers['C-MOVE']?.(request, context) : handlers['C-GET']?.(request, context);
    return (await answer) ?? { code: refusalCode('unknown operation') };
  } catch (cause) {
    if (task.exchange.failure) throw cause;
    return failureOf(task, cause);
  }
}

interface Outcome extends RetrieveOutcome {
  /** Why the first instance that did not arrive did not. */
  readonly why: string | undefined;
}

/** @param goesOn whether the end of the association of the request changes nothing */
async function run(
  task: Task,
  retrieval: Retrieval,
  signal: AbortSignal,
  goesOn: boolean,
  store: (instance: OutgoingInstance) => Promise<Status>,
): Promise<Outcome> {
  const { exchange, request } = task;
  const behaviour = { ...defaultBehaviour, ...retrieval.behaviour };
  let why: string | undefined;
  const outcome = await runSubOperations({
    instances: retrieval.instances,
    behaviour,
    store,
    signal,
    progress: (counters) => {
      if (exchange.failure && goesOn) return undefined;
      return respond(exchange, request, { code: 0xff00 }, { more: counted(counters, true) });
    },
    failed: (instance, cause) => {
      why ??= wordsOf(cause);
      noteFailure(task, instance, cause);
    },
    warned: ({ sopInstanceUid }, status) =>
      exchange.settings.log.warn(
        { ...subOperationOf(task), sopInstanceUid, ...statusField(status) },
        `sub-operation with a warning: ${wordsOf(status)}`,
      ),
  }).finally(() => retrieval.ended?.());
  const { completed, warning, failed } = outcome.counters;
  exchange.settings.log.info(
    { ...subOperationOf(task), completed, warning, failed, status: formatCode(outcome.code) },
    `sub-operations of ${task.operation} ended: ${completed} completed, ${warning} with warnings, ${failed} failed`,
  );
  return { ...outcome, why };
}

/** What a log line says of sub-operations: a C-GET has them on the association of the request. */
const subOperationOf = ({ exchange, request, operation }: Task) => ({
  operation: 'C-STORE',
  of: operation,
  peer: request.command.moveDestination ?? exchange.agreement.info.callingAeTitle,
});

/** In the log, and, where nothing went out, in the record of the association that asked: a sent one stands there already. */
function noteFailure(task: Task, instance: OutgoingInstance, cause: unknown): void {
  const { exchange } = task;
  const { sopClassUid, sopInstanceUid } = instance;
  const reason = wordsOf(cause);
  exchange.settings.log.warn(
    { ...subOperationOf(task), sopInstanceUid, ...statusField(cause) },
    `sub-operation failed: ${reason}`,
  );
  if (!(cause instanceof Error)) return;
  exchange.settings.recorder.operation({
    operation: 'C-STORE',
    by: 'us',
    sopClassUid,
    sopInstanceUid,
    status: 0x0110,
    comment: `not sent: ${reason}`,
    milliseconds: 0,
  });
}

const codeOf = (cause: unknown): string | undefined =>
  typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'number'
    ? formatCode(cause.code)
    : undefined;
const statusField = (cause: unknown) => {
  const status = codeOf(cause);
  return status === undefined ? {} : { status };
};

function wordsOf(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  const code = codeOf(cause);
  return code === undefined ? String(cause) : `status ${code}`;
}

/** Only C-CANCEL counts, not the end of the association. */
function cancelOnly(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const pass = (): void => {
    if (signal.reason instanceof NetworkError && signal.reason.fault === 'cancelled') controller.abort(signal.reason);
  };
  if (signal.aborted) pass();
  else signal.addEventListener('abort', pass, { once: true });
  return controller.signal;
}

const counted = ({ remaining, completed, failed, warning }: Counters, withRemaining: boolean) => ({
  ...(withRemaining && { numberOfRemainingSuboperations: clamp(remaining) }),
  numberOfCompletedSuboperations: clamp(completed),
  numberOfFailedSuboperations: clamp(failed),
  numberOfWarningSuboperations: clamp(warning),
});
/** The counters have 16 bits. */
const clamp = (count: number): number => Math.min(count, 0xffff);

/** The final response, with the list of what did not arrive. PS3.4 C.4.2.1.4.2. */
async function conclude(task: Task, { code, counters, failedUids, why }: Outcome): Promise<void> {
  const { exchange, request } = task;
  const { transferSyntax } = request.context;
  const named = nameable(failedUids, transferSyntax);
  const comment =
    named.length < failedUids.length
      ? `${failedUids.length} failed, the list has room for ${named.length} of them`
      : `${counters.failed} not sent: ${why}`;
  const isSaid = code === 0xa702 || named.length < failedUids.length;
  const status: Status = isSaid ? { code, comment } : { code };
  note(task, status);
  if (exchange.failure) return;
  await respond(exchange, request, status, {
    more: counted(counters, code === 0xfe00),
    dataSet: named.length === 0 ? undefined : writeDataSet(failedList(named), transferSyntax),
  });
}

/** The value of an element in explicit VR UI has at most 65534 bytes; in implicit VR there is room for all. PS3.5 7.1.2, 7.1.3. */
function nameable(uids: readonly string[], transferSyntax: string): readonly string[] {
  if (transferSyntax === implicitVrLittleEndian) return uids;
  let bytes = -1;
  const end = uids.findIndex((uid) => {
    bytes += uid.length + 1;
    return bytes > longestUidValue;
  });
  return end === -1 ? uids : uids.slice(0, end);
}
const longestUidValue = 65_534;

function failedList(uids: readonly string[]): DataSet {
  const dataSet = new DataSet();
  dataSet.set('FailedSOPInstanceUIDList', uids);
  return dataSet;
}

interface Routes {
  readonly store: (instance: OutgoingInstance) => Promise<Status>;
  readonly close: () => Promise<void>;
}

/** Associations to the move destination, each opened when its first instance is due. */
function openRoutes({ exchange, request }: Task, retrieval: Retrieval, destination: Peer, signal: AbortSignal): Routes {
  const moveOriginator = { aeTitle: exchange.agreement.info.callingAeTitle, messageId: request.messageId };
  const opened: Promise<SubAssociation>[] = [];
  const turn = once(() => exchange.settings.moveSlots.take(signal));
  const routeOf = new Map<OutgoingInstance, () => Promise<SubAssociation>>();
  for (const plan of planAssociations(retrieval.instances, destination.proposal)) {
    const open = once(() => {
      const association = turn().then(() => exchange.settings.openSubAssociation(destination, plan.contexts, signal));
      opened.push(association);
      return association;
    });
    for (const instance of plan.instances) routeOf.set(instance, open);
  }
  return {
    store: async (instance) => {
      const association = await routeOf.get(instance)?.();
      if (association === undefined) throw new NetworkError('no-context', instance.withheld ?? instance.sopClassUid);
      return storeInstance(association.exchange, await currentOf(retrieval, instance), { moveOriginator });
    },
    close: async () => {
      for (const association of await Promise.allSettled(opened))
        if (association.status === 'fulfilled') await closeQuietly(association.value);
      if (opened.length > 0) (await turn().catch(() => undefined))?.();
    },
  };
}

async function closeQuietly(association: SubAssociation): Promise<void> {
  if (association.exchange.failure) return;
  try {
    await association.release();
  } catch (cause) {
    association.exchange.settings.log.debug({ err: cause }, 'the sub-association was not released');
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
