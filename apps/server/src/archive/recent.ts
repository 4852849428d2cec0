// Values that were used a short while ago, by key; the one that was used longest ago goes first.

export interface Recent<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
}

/** Keeps `limit` values at most. */
export function createRecent<V>(limit: number): Recent<V> {
  const kept = new Map<string, V>();
  return {
    get(key) {
      const value = kept.get(key);
      if (value === undefined) return undefined;
      kept.delete(key);
      kept.set(key, value);
      return value;
    },
    set(key, value) {
      kept.delete(key);
      kept.set(key, value);
      const oldest = kept.keys().next();
      if (kept.size > limit && !oldest.done) kept.delete(oldest.value);
    },
  };
}
