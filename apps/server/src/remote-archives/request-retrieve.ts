// What a person asks to have fetched: kept as a job, carried out as soon as there is room.
import type { JobPriority, NewJob } from '../jobs/job.ts';
import type { RemoteArchive } from './remote-archive.ts';
import type { Wish } from './wish.ts';

export interface RetrieveRequest {
  /** AE title of the archive. */
  readonly archive: string;
  readonly wish: Wish;
  readonly priority: JobPriority;
  readonly cause: string;
  /** What it is about, for people. */
  readonly title: string;
}

export interface RequestParts {
  readonly archiveOf: (aeTitle: string) => RemoteArchive | undefined;
  readonly add: (job: NewJob, instances: readonly []) => Promise<string>;
}

/** Resolves with the job's id when it is durable; undefined where no archive goes by that title. */
export const requestRetrieve =
  ({ archiveOf, add }: RequestParts) =>
  async ({ archive, wish, priority, cause, title }: RetrieveRequest): Promise<string | undefined> => {
    if (!archiveOf(archive)) return undefined;
    const parameters = { ...wish };
    return add({ kind: 'retrieve', destination: archive, priority, cause, title, parameters }, []);
  };
