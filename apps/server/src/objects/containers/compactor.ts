// Which containers have space to give back, and when it is given: some time after a deletion, one container after the other.
import { readOpenBuckets, writeOpenBuckets } from '../open-buckets.ts';

export interface CompactorParts {
  /** Of the containers. */
  readonly folder: string;
  /** Seconds: what is deleted meanwhile is dealt with together. */
  readonly after: number;
  /** Nothing is appended to it, and nothing an earlier run left of it is to be decided. */
  readonly isAtRest: (container: number) => boolean;
  /** Gives space back; resolves when nothing more is to be gained from the container now. */
  readonly compact: (container: number, signal: AbortSignal) => Promise<void>;
  /** Hears of trouble; the container is tried again at the next start. */
  readonly failed: (error: unknown) => void;
}

/** Beside the note of open containers: where something was deleted and space not given back yet. */
const note = 'deleted-from.json';

/** Resolves when it knows what an earlier run has left to do. */
export async function startCompactor({ folder, after, isAtRest, compact, failed }: CompactorParts) {
  const wanted = new Set((await readOpenBuckets(folder, note)) ?? []);
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;

  const work = async () => {
    const before = wanted.size;
    for (const container of [...wanted]) {
      if (stopping.signal.aborted || !isAtRest(container)) continue;
      // What is deleted from it from now on counts anew.
      wanted.delete(container);
      try {
        await compact(container, stopping.signal);
      } catch (error) {
        wanted.add(container);
        if (!stopping.signal.aborted) failed(error);
      }
    }
    if (wanted.size < before) await writeOpenBuckets(folder, [...wanted], note).catch(failed);
  };
  const schedule = () => {
    if (timer || stopping.signal.aborted || wanted.size === 0) return;
    timer = setTimeout(() => {
      timer = undefined;
      working = (working ?? Promise.resolve()).then(work);
    }, after * 1000);
    timer.unref();
  };
  return {
    /** What an earlier run has left may be looked at. */
    start: schedule,
    /** An object of the container was deleted. */
    async deletedFrom(container: number): Promise<void> {
      if (wanted.has(container)) return;
      wanted.add(container);
      schedule();
      // Without the note the space is given back at the container's next deletion.
      await writeOpenBuckets(folder, [...wanted], note).catch(failed);
    },
    /** The container is gone. */
    forget: (container: number): void => void wanted.delete(container),
    /** Nothing more is appended to a container. */
    rests: schedule,
    async close(): Promise<void> {
      stopping.abort();
      clearTimeout(timer);
      await working;
    },
  };
}
