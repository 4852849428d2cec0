// Many small changes told as few: the first at once, the rest together.

/** Passes on what was added: at once where the last time is long enough ago, else when `everyMs` have passed. */
export const gather = <T>(
  everyMs: number,
  after: (milliseconds: number, work: () => void) => () => void,
  tell: (changes: ReadonlySet<T>) => void,
) => {
  let waiting = new Set<T>();
  let cancel: (() => void) | undefined;
  const rest = () => {
    cancel = after(everyMs, () => {
      cancel = undefined;
      if (waiting.size > 0) pass();
    });
  };
  const pass = () => {
    const changes = waiting;
    waiting = new Set();
    rest();
    tell(changes);
  };
  return {
    add: (change: T): void => {
      waiting.add(change);
      if (cancel === undefined) pass();
    },
    stop: (): void => cancel?.(),
  };
};
