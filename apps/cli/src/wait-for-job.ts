// A job of a running server, watched to its end where that is wanted, and told in one line.
import { setTimeout as pause } from 'node:timers/promises';
import { readJob, type SeenJob } from './jobs.ts';
import { printable } from './printable.ts';
import { ask, type ServerOptions } from './running-server.ts';
import type { Surroundings } from './surroundings.ts';

interface WaitOptions extends ServerOptions {
  readonly wait?: true;
}

const lookEvery = 300; // ms

/** The job as it is, or as it ended. Why it waits for another try is said meanwhile. */
export async function seenJob(jobId: string, options: WaitOptions, surroundings: Surroundings): Promise<SeenJob> {
  let told = '';
  for (;;) {
    const job = readJob(await ask(`/api/jobs/${jobId}`, { method: 'GET' }, options, surroundings));
    if (!options.wait || !['waiting', 'running'].includes(job.state)) return job;
    const { state, detail } = job;
    if (state === 'waiting' && detail !== '' && detail !== told) surroundings.note(`not yet: ${printable(detail)}`);
    if (detail !== '') told = detail;
    await pause(lookEvery, undefined, { signal: surroundings.signal });
  }
}

/** Whether the command has failed: who waited wants everything to have arrived, also where somebody stopped the job. */
export const isLacking = ({ state, failed }: SeenJob, { wait }: WaitOptions): boolean =>
  state === 'failed' || (wait === true && (state !== 'done' || failed > 0));
