// C-STORE towards the peer: over an association of its own, or as a sub-operation. PS3.7 9.1.1.
import { uidName } from '@concord/dicom';
import { type Priority, priorities } from '../dimse/messages.ts';
import type { Status } from '../dimse/status.ts';
import type { OutgoingInstance } from '../handlers.ts';
import { NetworkError } from '../network-error.ts';
import type { AcceptedContext } from './context.ts';
import type { Exchange } from './exchange.ts';
import { invokeOnce, statusOf } from './invoke.ts';

export interface StoreOptions {
  readonly signal?: AbortSignal | undefined;
  readonly priority?: Priority;
  /** Of the C-MOVE whose sub-operation this is. */
  readonly moveOriginator?: { readonly aeTitle: string; readonly messageId: number } | undefined;
}

/** The accepted context that takes the instance as it is, or else one it can be converted for. */
export function contextForInstance({ agreement }: Exchange, instance: OutgoingInstance): AcceptedContext | undefined {
  const contexts = agreement.contexts.filter(
    ({ abstractSyntax, weAreScu }) => weAreScu && abstractSyntax === instance.sopClassUid,
  );
  for (const uid of [instance.transferSyntaxUid, ...(instance.alternatives ?? [])]) {
    const found = contexts.find(({ transferSyntax }) => transferSyntax === uid);
    if (found) return found;
  }
  return undefined;
}

interface Chosen {
  readonly context: AcceptedContext;
  readonly outgoing: OutgoingInstance;
}

/** The instance, or the first of its substitutes, that an accepted context takes and that can be what it says. */
async function chosen(exchange: Exchange, instance: OutgoingInstance): Promise<Chosen | undefined> {
  for (const candidate of [instance, ...(instance.substitutes ?? [])]) {
    const context = candidate.withheld === undefined ? contextForInstance(exchange, candidate) : undefined;
    const outgoing = context && (candidate.settled ? await candidate.settled() : candidate);
    if (context && outgoing) return { context, outgoing };
  }
  return undefined;
}

/** Sends one instance. Throws NetworkError 'no-context' when no accepted context takes it in any of its syntaxes. */
export async function storeInstance(
  exchange: Exchange,
  instance: OutgoingInstance,
  options: StoreOptions = {},
): Promise<Status> {
  const found = await chosen(exchange, instance);
  if (found === undefined) {
    const syntax = uidName(instance.transferSyntaxUid) ?? instance.transferSyntaxUid;
    const words = `${uidName(instance.sopClassUid) ?? instance.sopClassUid} in ${syntax}`;
    throw new NetworkError('no-context', instance.withheld ?? words);
  }
  const { context, outgoing } = found;
  const { signal, priority = 'medium', moveOriginator } = options;
  const { command } = await invokeOnce(exchange, {
    operation: 'C-STORE',
    context,
    command: {
      affectedSopClassUid: outgoing.sopClassUid,
      priority: priorities[priority],
      affectedSopInstanceUid: outgoing.sopInstanceUid,
      ...(moveOriginator && {
        moveOriginatorAeTitle: moveOriginator.aeTitle,
        moveOriginatorMessageId: moveOriginator.messageId,
      }),
    },
    dataSet: outgoing.open(context.transferSyntax),
    signal,
  });
  return statusOf(command);
}
