// One thread of a task pool, as the pool sees it.
import { Worker } from 'node:worker_threads';
import type { NamedFile } from '../files.ts';
import type { TaskName, Tasks } from './table.ts';
import type { Job, Outcome, Reply } from './task.ts';

/** Where a file is worked on. */
export interface Seat<Result> {
  /** Never rejects. */
  run(file: NamedFile, target: string): Promise<Outcome<Result>>;
  alive(): boolean;
  end(): Promise<void>;
}

/** Beyond it a file has failed: nothing may hang for ever. Milliseconds. */
const deadline = 10 * 60_000;
/** JavaScript's heap of a thread, MB; bytes of files lie outside of it. A file that needs more costs the thread, not the command. */
const heap = 1024;

/** Starts a thread that has the task open. */
export function startThread<Name extends TaskName>(
  name: Name,
  options: Tasks[Name]['options'],
): Seat<Tasks[Name]['result']> {
  type Result = Tasks[Name]['result'];
  const worker = new Worker(new URL('./thread.ts', import.meta.url), {
    workerData: { name, options },
    resourceLimits: { maxOldGenerationSizeMb: heap },
  });
  const pending = new Map<number, (outcome: Outcome<Result>) => void>();
  let count = 0;
  let ended = false;
  const settle = (id: number, outcome: Outcome<Result>): void => {
    pending.get(id)?.(outcome);
    pending.delete(id);
  };
  const lose = (reason: string): void => {
    ended = true;
    for (const id of [...pending.keys()]) settle(id, { kind: 'failed', reason });
  };
  worker.on('message', ({ id, outcome }: Reply<Result>) => settle(id, outcome));
  worker.on('error', (error) => lose(`its thread ended: ${error instanceof Error ? error.message : String(error)}`));
  worker.on('exit', () => lose('its thread ended'));
  return {
    run(file, target) {
      if (ended) return Promise.resolve({ kind: 'failed', reason: 'its thread ended' });
      count += 1;
      const job: Job = { id: count, file, target };
      const timer = setTimeout(() => {
        lose(`not done in ${deadline / 60_000} minutes`);
        void worker.terminate();
      }, deadline);
      worker.postMessage(job);
      return new Promise((resolve) => {
        pending.set(job.id, (outcome) => {
          clearTimeout(timer);
          resolve(outcome);
        });
      });
    },
    alive: () => !ended,
    end: async () => {
      await worker.terminate();
    },
  };
}
