// A job of a running server, watched to its end where that is wanted, and told in one line.
import { setTimeout as pause } from 'node:timers/promises';
import { readJob, type SeenJob } from './jobs.ts';
import { ask, type ServerOptions } from './running-server.ts';
import type { Surroundings } from './surroundings.ts';

interface WaitOptions extends ServerOptions {
  readonly wait?: true;
}

const lookEvery = 300; // ms

/** The job as it is, or as it ended. */
export async function seenJob(jobId: string, options: WaitOptions, surroundings: Surroundings): Promise<SeenJob> {
  for (;;) {
    const job = readJob(await ask(`/api/jobs/${jobId}`, { method: 'GET' }, options, surroundings));
    if (!options.wait || !['waiting', 'running'].includes(job.state)) return job;
    await pause(lookEvery, undefined, { signal: surroundings.signal });
  }
}
