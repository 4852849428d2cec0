// Instances that are sent one after the other: while one is on its way, the first bytes of the next are read.
import { chunksInTurn, type OutgoingInstance } from '@concord/network';

type Chunks = ReturnType<OutgoingInstance['open']>;

interface Begun {
  readonly transferSyntaxUid: string;
  readonly chunks: Chunks;
  readonly iterator: AsyncIterator<Uint8Array>;
  readonly first: Promise<IteratorResult<Uint8Array>>;
}

const begin = (instance: OutgoingInstance, transferSyntaxUid: string): Begun => {
  const chunks = instance.open(transferSyntaxUid);
  const iterator = chunksInTurn(chunks);
  const first = iterator.next();
  // Thrown where it is taken; until then nobody misses it.
  first.catch(() => undefined);
  return { transferSyntaxUid, chunks, iterator, first };
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

/**
 * The same instances, to be opened in this order, one open at a time. Only one that is kept in the syntax it is likely to be sent
 * in (that of the one before, unchanged) is begun; what is begun and never opened is left to the garbage collector.
 */
export function readAhead(instances: readonly OutgoingInstance[]): readonly OutgoingInstance[] {
  let begun: (Begun & { readonly index: number }) | undefined;
  return instances.map((instance, index) => ({
    ...instance,
    open(transferSyntaxUid) {
      const own = begun?.index === index && begun.transferSyntaxUid === transferSyntaxUid ? begun : undefined;
      begun = undefined;
      const opened = own ?? begin(instance, transferSyntaxUid);
      const following = instances[index + 1];
      if (transferSyntaxUid === instance.transferSyntaxUid && following?.transferSyntaxUid === transferSyntaxUid)
        begun = { ...begin(following, transferSyntaxUid), index: index + 1 };
      return taken(opened);
    },
  }));
}
