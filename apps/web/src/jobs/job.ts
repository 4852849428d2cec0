// Jobs as the server sends them, and what is asked of them.
import { request } from '../api.ts';
import { isObject, listOf, numberOf, objectOf, textOf } from '../json.ts';
import { type JobSearch, jobQuery } from './job-search.ts';

export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly destination: string;
  readonly cause: string;
  readonly title: string;
  readonly attempts: number;
  /** ISO 8601, '' where it has not come to that. */
  readonly notBefore: string;
  readonly createdAt: string;
  readonly finishedAt: string;
  readonly detail: string;
  readonly total: number;
  readonly sent: number;
  readonly failed: number;
}

export const readJob = (value: unknown): Job => {
  const job = objectOf(value);
  return {
    id: textOf(job, 'jobId'),
    kind: textOf(job, 'kind'),
    state: textOf(job, 'state'),
    destination: textOf(job, 'destination'),
    cause: textOf(job, 'cause'),
    title: textOf(job, 'title'),
    attempts: numberOf(job, 'attempts') ?? 0,
    notBefore: textOf(job, 'notBefore'),
    createdAt: textOf(job, 'createdAt'),
    finishedAt: textOf(job, 'finishedAt'),
    detail: textOf(job, 'detail'),
    total: numberOf(job, 'total') ?? 0,
    sent: numberOf(job, 'sent') ?? 0,
    failed: numberOf(job, 'failed') ?? 0,
  };
};

/** An instance that has not arrived, and why. */
export interface Missing {
  readonly position: number;
  readonly uid: string;
  readonly state: string;
  readonly detail: string;
}

/** Instances of one answer, and of those that are missing, how many are shown. */
const pageOfInstances = 10_000;
export const mostMissing = 200;

/** The newest first. @param before the id of a job: only older ones; '' for the newest */
export const getJobs = async (search: JobSearch, before: string, signal?: AbortSignal): Promise<readonly Job[]> => {
  const response = await request(`/api/jobs?${jobQuery(search, before)}`, signal ? { signal } : {});
  return listOf(await response.json())
    .filter(isObject)
    .map(readJob);
};

/** What of a job has not arrived, the first of it: behind ten thousand that have, too. */
export const getMissing = async (id: string, signal?: AbortSignal): Promise<readonly Missing[]> => {
  const missing: Missing[] = [];
  for (let from = 0; missing.length < mostMissing; ) {
    const address = `/api/jobs/${encodeURIComponent(id)}/instances?from=${from}&limit=${pageOfInstances}`;
    const page = listOf(await (await request(address, signal ? { signal } : {})).json())
      .filter(isObject)
      .map((instance) => ({
        position: numberOf(instance, 'position') ?? 0,
        uid: textOf(instance, 'sopInstanceUid'),
        state: textOf(instance, 'state'),
        detail: textOf(instance, 'detail'),
      }));
    missing.push(...page.filter(({ state }) => state !== 'sent'));
    const last = page.at(-1);
    if (page.length < pageOfInstances || !last) break;
    from = last.position + 1;
  }
  return missing.slice(0, mostMissing);
};

export type Control = 'pause' | 'resume' | 'cancel' | 'retry';

export const controlJob = async (id: string, control: Control): Promise<Job> =>
  readJob(await (await request(`/api/jobs/${encodeURIComponent(id)}/${control}`, { method: 'POST' })).json());

/** What to send: every key given must match. */
export interface Selection {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: string;
}

export const sendTo = async (destination: string, selection: Selection): Promise<{ id: string; instances: number }> => {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ destination, selection });
  const answer = objectOf(await (await request('/api/jobs', { method: 'POST', headers, body })).json());
  return { id: textOf(answer, 'jobId'), instances: numberOf(answer, 'instances') ?? 0 };
};

/** What may be done with a job in a state. */
export const controlsOf = (state: string): readonly Control[] => {
  if (state === 'running') return ['pause', 'cancel'];
  if (state === 'waiting') return ['retry', 'pause', 'cancel'];
  if (state === 'paused') return ['resume', 'cancel'];
  return state === 'failed' || state === 'cancelled' ? ['retry'] : [];
};

/** Whether it will still change by itself. */
export const isOpen = ({ state }: Job): boolean => state === 'running' || state === 'waiting';
