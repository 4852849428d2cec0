// Several sources as one: read at once, each at its own pace, what comes first handed on first; or one after the other.

/** One source after the other. */
export async function* oneByOne<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T, void> {
  for (const source of sources) yield* source;
}

interface Held<T> {
  readonly value: T;
  readonly taken: () => void;
}

/** Each source is asked for its next value only when the last one was taken; leaving the loop ends them all. */
export async function* sideBySide<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T, void> {
  const held: Held<T>[] = [];
  let wake = () => {};
  let open = sources.length;
  let stopped = false;
  let failure: { readonly reason: unknown } | undefined;
  const pump = async (source: AsyncIterable<T>) => {
    try {
      for await (const value of source) {
        await new Promise<void>((taken) => {
          held.push({ value, taken });
          wake();
        });
        if (stopped) return;
      }
    } catch (reason) {
      failure ??= { reason };
    } finally {
      open -= 1;
      wake();
    }
  };
  const pumps = sources.map(pump);
  try {
    for (;;) {
      const next = held.shift();
      if (next) {
        yield next.value;
        next.taken();
      } else if (failure) throw failure.reason;
      else if (open === 0) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    stopped = true;
    for (const { taken } of held) taken();
    void Promise.allSettled(pumps);
  }
}
