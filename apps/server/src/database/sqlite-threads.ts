// Threads that serve SQLite files, one file after the other: to start one costs as much as a process does.
import { Worker } from 'node:worker_threads';
import { environmentWithCache } from '../environment-with-cache.ts';
import type { WorkerOptions } from './sqlite-messages.ts';

export interface ThreadSupply {
  /** A thread that serves this file from now on. */
  take(options: WorkerOptions): Worker;
  /** What has closed its file, and has no listeners any more. */
  giveBack(worker: Worker): void;
}

// Messages live short: without a limit each thread would take tens of megabytes for them.
const resourceLimits = { maxYoungGenerationSizeMb: 8 };

const startWorker = (workerData: WorkerOptions): Worker =>
  new Worker(new URL('./sqlite-worker.ts', import.meta.url), {
    workerData,
    resourceLimits,
    env: environmentWithCache(),
  });

/** A thread for each file, which ends with it: a server has one index as long as it lives. */
export const freshThreads: ThreadSupply = {
  take: startWorker,
  giveBack: (worker) => worker.postMessage('end'),
};

/** Up to `most` threads wait for the next file. They hold no process up. */
export function createKeptThreads(most: number): ThreadSupply {
  const idle: Worker[] = [];
  return {
    take(options) {
      const worker = idle.pop();
      if (worker === undefined) return startWorker(options);
      worker.postMessage(options);
      return worker;
    },
    giveBack(worker) {
      if (idle.length < most) idle.push(worker);
      else freshThreads.giveBack(worker);
    },
  };
}
