// One of the threads of a task pool: takes files as they come.
import { parentPort, workerData } from 'node:worker_threads';
import { openTask } from './table.ts';
import { type Job, outcomeOf, type Reply } from './task.ts';

// Files may come while the task is being opened.
const opening = openTask(workerData.name, workerData.options);
parentPort?.on('message', async ({ id, file, target }: Job) => {
  const reply: Reply<unknown> = { id, outcome: await outcomeOf(await opening, file, target) };
  parentPort?.postMessage(reply);
});
