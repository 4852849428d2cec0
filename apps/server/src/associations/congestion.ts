// When there is no room for any association: memory or disk are short. PS3.8 9.3.4, rejection 2/3/1
import { statfs } from 'node:fs';

export interface CongestionLimits {
  /** Bytes of memory of this process; 0: no limit. */
  readonly memory: number;
  /** Bytes that must be free on the disk; 0: no limit. */
  readonly disk: number;
  /** The folder whose disk is looked at. */
  readonly folder: string;
}

export interface CongestionSources {
  /** Bytes. */
  readonly memory: () => number;
  /** Bytes that are free. */
  readonly disk: (folder: string, answer: (free: number) => void) => void;
  /** Milliseconds. */
  readonly now: () => number;
}

/** How old an answer may get, in milliseconds: a thousand associations a second must not ask a thousand times. */
const freshFor = 500;

const system: CongestionSources = {
  memory: () => process.memoryUsage.rss(),
  disk: (folder, answer) =>
    statfs(folder, (error, found) => {
      // A disk that does not answer has no room.
      answer(error ? 0 : found.bavail * found.bsize);
    }),
  now: () => performance.now(),
};

const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;

/** Says why no association can be taken now; undefined when one can. It never waits: the disk's answer is the last one. */
export function createCongestion({ memory, disk, folder }: CongestionLimits, sources: CongestionSources = system) {
  let asked = Number.NEGATIVE_INFINITY;
  let used = 0;
  let free = Number.POSITIVE_INFINITY;
  return (): string | undefined => {
    const now = sources.now();
    if (now - asked >= freshFor) {
      asked = now;
      used = sources.memory();
      if (disk > 0)
        sources.disk(folder, (answer) => {
          free = answer;
        });
    }
    if (memory > 0 && used > memory) return `${mebibytes(used)} of memory are taken, ${mebibytes(memory)} are allowed`;
    if (free < disk) return `${mebibytes(free)} are free on the disk, ${mebibytes(disk)} must be`;
    return undefined;
  };
}
