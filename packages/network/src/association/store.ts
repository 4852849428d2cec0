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

/** Sends one instance. Throws NetworkError 'no-context' when no accepted context takes it in any of its syntaxes. */
export async function storeInstance(
  exchange: Exchange,
  instance: OutgoingInstance,
  options: StoreOptions = {},
): Promise<Status> {
  if (instance.withheld !== undefined) throw new NetworkError('no-context', instance.withheld);
  const context = contextForInstance(exchange, instance);
  if (context === undefined) {
    const syntax = uidName(instance.transferSyntaxUid) ?? instance.transferSyntaxUid;
    throw new NetworkError('no-context', `${uidName(instance.sopClassUid) ?? instance.sopClassUid} in ${syntax}`);
  }
  const { signal, priority = 'medium', moveOriginator } = options;
  const { command } = await invokeOnce(exchange, {
    operation: 'C-STORE',
    context,
    command: {
      affectedSopClassUid: instance.sopClassUid,
      priority: priorities[priority],
      affectedSopInstanceUid: instance.sopInstanceUid,
      ...(moveOriginator && {
        moveOriginatorAeTitle: moveOriginator.aeTitle,
        moveOriginatorMessageId: moveOriginator.messageId,
      }),
    },
    dataSet: instance.open(context.transferSyntax),
    signal,
  });
  return statusOf(command);
}
