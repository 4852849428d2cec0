// Files worked on by this thread and others: parsing and writing keep a processor busy, so one thread would use one of them.
import type { NamedFile } from '../files.ts';
import { type Seat, startThread } from './seat.ts';
import { openTask, type TaskName, type Tasks } from './table.ts';
import { type Outcome, outcomeOf, type Task } from './task.ts';

/** Something that works on files. */
export interface TaskPool<Result> {
  /** Never rejects: a file that costs a thread its life has failed, and the others go on. */
  run(file: NamedFile, target: string): Promise<Outcome<Result>>;
  /** How many files it is worth to hand in at once. */
  readonly lanes: number;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** Another thread starts in some 0.4 s of processor time: fewer files than this are done sooner without. */
const worthThreads = 256;
/** Files a thread holds: one it works on, and the next, so that it need not wait for this thread. */
const depth = 2;

/** A task in as many threads as `jobs`, this one among them; in this one alone where that is quicker. */
export async function taskPool<Name extends TaskName>(
  name: Name,
  options: Tasks[Name]['options'],
  { jobs, files }: { readonly jobs: number; readonly files: number },
): Promise<TaskPool<Tasks[Name]['result']>> {
  const here = await openTask(name, options);
  if (jobs === 1 || files < worthThreads) return inThisThread(here, jobs);
  return spread(here, jobs - 1, () => startThread(name, options));
}

/** Tasks that wait for others (a pool of codecs, a disk) more than they compute. */
export const inThisThread = <Result>(task: Task<Result>, jobs: number): TaskPool<Result> => ({
  run: (file, target) => outcomeOf(task, file, target),
  lanes: jobs,
  close: async () => {},
});

/** Hands each file to the first seat that is free; a thread that ended is replaced when it is needed. */
function spread<Result>(task: Task<Result>, threads: number, start: () => Seat<Result>): TaskPool<Result> {
  const here: Seat<Result> = {
    run: (file, target) => outcomeOf(task, file, target),
    alive: () => true,
    end: async () => {},
  };
  const seats = new Set<Seat<Result>>();
  const free: Seat<Result>[] = [here];
  const waiting: ((seat: Seat<Result>) => void)[] = [];
  const opened = (): Seat<Result> => {
    const seat = start();
    seats.add(seat);
    for (let more = 1; more < depth; more += 1) free.push(seat);
    return seat;
  };
  const take = async (): Promise<Seat<Result>> => {
    const ready = free.pop();
    if (ready?.alive()) return ready;
    if (ready) return take();
    return seats.size < threads ? opened() : new Promise((resolve) => waiting.push(resolve));
  };
  const giveBack = (seat: Seat<Result>): void => {
    if (!seat.alive()) seats.delete(seat);
    const next = seat.alive() ? seat : seats.size < threads ? opened() : undefined;
    if (!next) return;
    const waiter = waiting.shift();
    if (waiter) waiter(next);
    else free.push(next);
  };
  return {
    async run(file, target) {
      const seat = await take();
      const outcome = await seat.run(file, target);
      giveBack(seat);
      return outcome;
    },
    lanes: (threads + 1) * depth * 2,
    close: async () => {
      await Promise.all([...seats].map((seat) => seat.end()));
    },
  };
}
