// The event `stored`: instances that came in, gathered per series so that a fast sender does not flood the pages.

export interface StoredChange {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly instances: number;
}

export interface GatherOptions {
  readonly everyMs: number;
  /** Series that may wait; at this many they are told at once. */
  readonly series: number;
  readonly publish: (change: StoredChange) => void;
}

/** Adds changes up and publishes the sum for each series at most every `everyMs`. */
export const gatherStored = ({ everyMs, series, publish }: GatherOptions) => {
  const waiting = new Map<string, StoredChange>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const changes = [...waiting.values()];
    waiting.clear();
    for (const change of changes) publish(change);
  };
  return {
    add: (change: StoredChange): void => {
      const key = `${change.studyInstanceUid}/${change.seriesInstanceUid}`;
      const instances = (waiting.get(key)?.instances ?? 0) + change.instances;
      waiting.set(key, { ...change, instances });
      if (waiting.size >= series) flush();
      else timer ??= setTimeout(flush, everyMs);
    },
    stop: (): void => {
      clearTimeout(timer);
      waiting.clear();
    },
  };
};
