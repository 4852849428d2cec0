// Work that is begun before it is needed, in order and bounded: the next files open while one is being sent.

/**
 * Maps `items` with at most `count` results begun and not yet taken. A failure is thrown where its result stands;
 * leaving early begins nothing more.
 */
export async function* ahead<T, R>(
  items: Iterable<T>,
  count: number,
  begin: (item: T) => Promise<R>,
): AsyncGenerator<R, void> {
  const begun: Promise<R>[] = [];
  for (const item of items) {
    const result = begin(item);
    result.catch(() => undefined); // thrown when its turn comes; until then it is not unhandled
    begun.push(result);
    const first = begun.length >= count ? begun.shift() : undefined;
    if (first !== undefined) yield await first;
  }
  for (const result of begun) yield await result;
}
