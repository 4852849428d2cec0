// The threads that decode and encode frames for a command: as many as files are worked on at a time, and no more than processors.
import { availableParallelism } from 'node:os';
import { createImagingPool, type ImagingPool } from '@concord/imaging/node';

/** Nobody is kept waiting but the command itself: a video takes the time it takes. */
const hour = 3_600_000;
const videos = { inside: 2, waiting: 1024, waitMs: 24 * hour, deadlineMs: hour };

/** To be closed by who asked for it. @param jobs of --jobs; without it, as many threads as a server has */
export const codecThreads = ({ jobs }: { readonly jobs?: number }): ImagingPool =>
  createImagingPool({ videos, ...(jobs === undefined ? {} : { threads: Math.min(jobs, availableParallelism()) }) });
