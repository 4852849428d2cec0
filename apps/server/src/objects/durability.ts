// Which objects count on the journal: they are made durable in their own files before the journal forgets them.
import { close, fdatasync, open } from 'node:fs';
import { promisify } from 'node:util';

const openAsync = promisify(open);
const fdatasyncAsync = promisify(fdatasync);
const closeAsync = promisify(close);

/** One object as the journal knows it. */
export interface Tracked {
  /** True: the journal may forget it at any time, so its file must be synced at its commit. */
  readonly direct: boolean;
  goDirect(): void;
  /** The last part is on its way into the journal. */
  committing(): void;
  /** The index knows it. */
  settled(): void;
  /** It is no longer the journal's concern: given up, left to the next start, or synced by its writer. */
  over(): void;
}

interface Entry {
  readonly key: string;
  state: 'writing' | 'committing' | 'settled';
  direct: boolean;
  readonly ended: PromiseWithResolvers<void>;
}

/** Files synced side by side: enough to share the file system's commits, few enough to leave threads to the senders. */
const syncedAtOnce = 2;

export function createDurability(pathOf: (key: string) => string, flushIndex: () => Promise<void>) {
  const entries = new Map<number, Entry>();
  const track = (number: number, key: string): Tracked => {
    const entry: Entry = { key, state: 'writing', direct: false, ended: Promise.withResolvers() };
    entries.set(number, entry);
    return {
      get direct() {
        return entry.direct;
      },
      goDirect: () => {
        entry.direct = true;
      },
      committing: () => {
        entry.state = 'committing';
      },
      settled: () => {
        entry.state = 'settled';
        entry.ended.resolve();
      },
      over: () => {
        entries.delete(number);
        entry.ended.resolve();
      },
    };
  };
  const syncFile = async (number: number, { key }: Entry) => {
    const descriptor = await openAsync(pathOf(key), 'r');
    try {
      await fdatasyncAsync(descriptor);
    } finally {
      await closeAsync(descriptor);
    }
    entries.delete(number);
  };
  const stopped = Promise.withResolvers<void>();
  /** False where it is not known yet whether the object stays, and nobody waits any longer. */
  const makeOneDurable = async (number: number): Promise<boolean> => {
    const entry = entries.get(number);
    if (!entry) return true;
    if (entry.state === 'writing') {
      entry.direct = true;
      return true;
    }
    await Promise.race([entry.ended.promise, stopped.promise]);
    if (!entries.has(number)) return true;
    if (entry.state === 'committing') return false;
    await syncFile(number, entry);
    return true;
  };
  return {
    track,
    /** True where the journal may hold parts of it. */
    isTracked: (number: number): boolean => entries.has(number),
    /** The object is removed: nothing of it needs to be durable. */
    forget: (number: number): void => {
      entries.get(number)?.ended.resolve();
      entries.delete(number);
    },
    /** True when nothing of what the journal says of these objects is needed any more. */
    async makeDurable(numbers: readonly number[]): Promise<boolean> {
      const queue = numbers.values();
      let all = true;
      const work = async () => {
        for (const number of queue) all = (await makeOneDurable(number)) && all;
      };
      await Promise.all(Array.from({ length: syncedAtOnce }, work));
      await flushIndex();
      return all;
    },
    /** From now on nobody waits for objects whose senders or index rows are late. */
    stop: () => stopped.resolve(),
  };
}
