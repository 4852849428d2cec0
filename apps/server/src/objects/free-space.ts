// Keeps a reserve free on the disk, so that the index can still be written when the objects fill it.
import { statfs } from 'node:fs/promises';

/** How old an answer of the file system may get, in ms. */
const freshFor = 1000;

/** Answers whether there is room beyond the reserve (bytes), asking the file system once a second, and before each refusal. */
export function createSpaceGuard(
  folder: string,
  reserve: number,
  now: () => number = performance.now.bind(performance),
) {
  let free = Number.POSITIVE_INFINITY;
  let asked = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;
  const ask = async () => {
    const { bavail, bsize } = await statfs(folder);
    free = bavail * bsize;
    asked = now();
  };
  const fresh = () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  return {
    /** Counts bytes on their way to the disk until the next answer. */
    taken: (bytes: number) => {
      free -= bytes;
    },
    hasRoom: async (): Promise<boolean> => {
      if (now() - asked > freshFor) {
        // Close to the reserve the answer is waited for; far from it the last one will do.
        if (free === Number.POSITIVE_INFINITY || free < reserve * 2) await fresh();
        else fresh().catch(() => undefined);
      }
      // Nobody is refused on an old answer, nor for bytes that were counted and never came: room may have been made since.
      if (free <= reserve) await fresh();
      return free > reserve;
    },
  };
}
