// Work that is begun before it is needed, in order and bounded: the next files open while one is being sent.

/**
 * Maps `items` with at most `count` results begun and not yet taken. A failure is thrown where its result stands;
 * leaving early begins nothing more, and hands what was begun and not taken to `discard`.
 */
export async function* ahead<T, R>(
  items: Iterable<T>,
  count: number,
  begin: (item: T) => Promise<R>,
  discard: (result: R) => void = () => undefined,
): AsyncGenerator<R, void> {
  const begun: Promise<R>[] = [];
  try {
    for (const item of items) {
      const result = begin(item);
      result.catch(() => undefined); // thrown when its turn comes; until then it is not unhandled
      begun.push(result);
      const first = begun.length >= count ? begun.shift() : undefined;
      if (first !== undefined) yield await first;
    }
    for (let first = begun.shift(); first !== undefined; first = begun.shift()) yield await first;
  } finally {
    for (const result of begun) result.then(discard, () => undefined);
  }
}
