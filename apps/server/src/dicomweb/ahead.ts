// Work that is begun before it is needed, in order and bounded: the next files open while one is being sent.
import type { LentChunks } from '@concord/network';

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

/** The same bytes; resolves when the first of them are read: the next file opens while the one before is being sent. */
export async function begun(bytes: LentChunks): Promise<LentChunks> {
  const iterator = bytes.chunks();
  let first: IteratorResult<Uint8Array> | undefined = await iterator.next();
  const next = async () => {
    const result = first ?? (await iterator.next());
    first = undefined;
    return result;
  };
  const stop = async () => {
    await iterator.return?.();
    return { done: true as const, value: undefined };
  };
  return { chunks: () => ({ next, return: stop }) };
}
