// Which jobs are shown: as it stands in the page's address, and as the server is asked.
import { type JsonObject, textOf } from '../json.ts';

export const jobStates = ['waiting', 'running', 'paused', 'done', 'failed', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];

/** What is not looked for is absent. */
export interface JobSearch {
  readonly state?: JobState;
  /** AE title of a peer. */
  readonly to?: string;
}

export const isJobState = (text: string): text is JobState => jobStates.some((state) => state === text);

/** The search that an address means; what it does not understand is left out. */
export const readJobSearch = (query: JsonObject): JobSearch => {
  const [state, to] = [textOf(query, 'state'), textOf(query, 'to').trim().slice(0, 16)];
  return { ...(isJobState(state) && { state }), ...(to !== '' && { to }) };
};

/** Jobs of one answer; as many again may follow. */
export const pageLength = 100;

/** @param before the id of a job: only older ones; '' for the newest */
export const jobQuery = ({ state, to }: JobSearch, before: string): string => {
  const query = new URLSearchParams({ limit: String(pageLength) });
  if (state !== undefined) query.set('state', state);
  if (to !== undefined) query.set('destination', to);
  if (before !== '') query.set('before', before);
  return query.toString();
};
