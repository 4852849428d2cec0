// The C-STORE sub-operations of a C-MOVE or C-GET: sends, counts, and says how it all ended. PS3.4 C.4.2, C.4.3.
import { type Status, statusClass } from '../dimse/status.ts';
import type { OutgoingInstance, RetrieveBehaviour } from '../handlers.ts';
import { NetworkError } from '../network-error.ts';

export interface Counters {
  readonly remaining: number;
  readonly completed: number;
  readonly failed: number;
  readonly warning: number;
}

export interface SubOperations {
  readonly instances: readonly OutgoingInstance[];
  readonly behaviour: RetrieveBehaviour;
  /** Throws where an instance cannot be sent: it counts as failed. */
  readonly store: (instance: OutgoingInstance) => Promise<Status>;
  /** Before the first sub-operation and after each. */
  readonly progress: (counters: Counters) => Promise<void> | undefined;
  /** An instance that failed, and why. */
  readonly failed: (instance: OutgoingInstance, cause: unknown) => void;
  /** An instance that arrived with a warning. */
  readonly warned: (instance: OutgoingInstance, status: Status) => void;
  /** C-CANCEL, or the end of an association that the work depends on. */
  readonly signal: AbortSignal;
}

export interface RetrieveOutcome {
  readonly code: 0x0000 | 0xb000 | 0xa702 | 0xfe00;
  readonly counters: Counters;
  /** Instances that did not reach the destination, those not attempted included. */
  readonly failedUids: readonly string[];
}

export const defaultBehaviour: RetrieveBehaviour = {
  onFailure: 'continue',
  someFailed: 0xb000,
  someWarnings: 0x0000,
  withoutRequester: 'stop',
};

/** One after the other, as the default window of one operation asks. */
export async function runSubOperations(work: SubOperations): Promise<RetrieveOutcome> {
  const { instances, behaviour, signal } = work;
  const failedUids: string[] = [];
  let counters: Counters = { remaining: instances.length, completed: 0, failed: 0, warning: 0 };
  await work.progress(counters);
  for (const instance of instances) {
    if (signal.aborted || (behaviour.onFailure === 'stop' && counters.failed > 0)) break;
    const outcome = await attempt(work, instance);
    if (outcome === 'cancelled') break;
    counters = { ...counters, remaining: counters.remaining - 1, [outcome]: counters[outcome] + 1 };
    if (outcome === 'failed') failedUids.push(instance.sopInstanceUid);
    await work.progress(counters);
  }
  if (signal.aborted && counters.remaining > 0) return { code: 0xfe00, counters, failedUids };
  const notAttempted = instances
    .slice(instances.length - counters.remaining)
    .map(({ sopInstanceUid }) => sopInstanceUid);
  return {
    code: finalCode(counters, behaviour),
    counters: { ...counters, remaining: 0, failed: counters.failed + counters.remaining },
    failedUids: [...failedUids, ...notAttempted],
  };
}

/** Cancelled: nothing of it went out, because C-CANCEL came while the way was opened. */
async function attempt(
  work: SubOperations,
  instance: OutgoingInstance,
): Promise<'completed' | 'failed' | 'warning' | 'cancelled'> {
  try {
    const status = await work.store(instance);
    const kind = statusClass(status.code);
    if (kind === 'success') return 'completed';
    if (kind === 'warning') {
      work.warned(instance, status);
      return 'warning';
    }
    work.failed(instance, status);
  } catch (cause) {
    if (work.signal.aborted && cause instanceof NetworkError && cause.fault === 'cancelled') return 'cancelled';
    work.failed(instance, cause);
  }
  return 'failed';
}

function finalCode({ completed, failed, warning }: Counters, behaviour: RetrieveBehaviour): 0x0000 | 0xb000 | 0xa702 {
  if (failed > 0) return completed + warning === 0 ? 0xa702 : behaviour.someFailed;
  return warning > 0 ? behaviour.someWarnings : 0x0000;
}
