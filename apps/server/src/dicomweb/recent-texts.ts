// Texts that were made lately, kept as long as there is room: the least recently used one goes first.

export interface RecentTexts {
  get(key: string): string | undefined;
  set(key: string, text: string): void;
}

/** Holds at most `limit` characters in all, and no text longer than a tenth of that. */
export const recentTexts = (limit: number): RecentTexts => {
  const kept = new Map<string, string>();
  let size = 0;
  const drop = (key: string): void => {
    size -= (kept.get(key)?.length ?? 0) + key.length;
    kept.delete(key);
  };
  return {
    get: (key) => {
      const text = kept.get(key);
      if (text === undefined) return undefined;
      kept.delete(key); // a Map is in the order of insertion: now it is the youngest
      kept.set(key, text);
      return text;
    },
    set: (key, text) => {
      if (text.length > limit / 10) return;
      if (kept.has(key)) drop(key);
      kept.set(key, text);
      size += text.length + key.length;
      for (const oldest of kept.keys()) {
        if (size <= limit) return;
        drop(oldest);
      }
    },
  };
};
