// Instances that are sent one after the other: while one is on its way, the first bytes of the next ones are read.
import { chunksInTurn, type OutgoingInstance } from '@concord/network';

type Chunks = ReturnType<OutgoingInstance['open']>;

interface Begun {
  readonly transferSyntaxUid: string;
  readonly chunks: Chunks;
  readonly iterator: AsyncIterator<Uint8Array>;
  readonly first: Promise<IteratorResult<Uint8Array>>;
}

export interface ReadAhead {
  /** The same, to be opened in this order, one open at a time. */
  readonly instances: readonly OutgoingInstance[];
  /** Nothing more is opened: lets go of what was begun. */
  readonly ended: () => void;
}

/** Begun beside the one on its way, each with its first read in memory. With one alone a store that is far away gives one in each round trip. */
const depth = 3;

const begin = (instance: OutgoingInstance, transferSyntaxUid: string): Begun => {
  const chunks = instance.open(transferSyntaxUid);
  const iterator = chunksInTurn(chunks);
  const first = iterator.next();
  // Thrown where it is taken; until then nobody misses it.
  first.catch(() => undefined);
  return { transferSyntaxUid, chunks, iterator, first };
};

const letGo = ({ iterator, first }: Begun): void => {
  first.then(() => iterator.return?.()).catch(() => undefined);
};

const taken = ({ chunks, iterator, first }: Begun): Chunks => {
  let waiting: typeof first | undefined = first;
  const next = () => {
    const result = waiting ?? iterator.next();
    waiting = undefined;
    return result;
  };
  const stop = async () => (await iterator.return?.()) ?? { done: true as const, value: undefined };
  const begun = () => ({ next, return: stop });
  return 'chunks' in chunks ? { ...chunks, chunks: begun } : { [Symbol.asyncIterator]: begun };
};

/** Only those are begun that are kept in the syntax they are likely to be sent in: that of the one before, unchanged. */
export function readAhead(instances: readonly OutgoingInstance[]): ReadAhead {
  const begun = new Map<number, Begun>();
  /** Undefined where another syntax was begun, or nothing. What was passed over is let go of. */
  const takeOut = (index: number, transferSyntaxUid: string): Begun | undefined => {
    const own = begun.get(index);
    const wanted = own?.transferSyntaxUid === transferSyntaxUid ? own : undefined;
    for (const [at, each] of begun)
      if (at <= index) {
        begun.delete(at);
        if (each !== wanted) letGo(each);
      }
    return wanted;
  };
  const beginAfter = (index: number, transferSyntaxUid: string) => {
    for (let next = index + 1; next <= index + depth; next += 1) {
      const following = instances[next];
      if (following?.transferSyntaxUid !== transferSyntaxUid) return;
      if (!begun.has(next)) begun.set(next, begin(following, transferSyntaxUid));
    }
  };
  return {
    instances: instances.map((instance, index) => ({
      ...instance,
      open(transferSyntaxUid) {
        const opened = takeOut(index, transferSyntaxUid) ?? begin(instance, transferSyntaxUid);
        if (transferSyntaxUid === instance.transferSyntaxUid) beginAfter(index, transferSyntaxUid);
        return taken(opened);
      },
    })),
    ended() {
      for (const each of begun.values()) letGo(each);
      begun.clear();
    },
  };
}
