// Work that outlives a process: what a job is, the states it goes through, what one try of it may come to.

export const jobStates = ['waiting', 'running', 'paused', 'done', 'failed', 'cancelled'] as const;
/** 'waiting' for its turn or for the time of its next try; the last three are ends, and all but 'done' can be tried again. */
export type JobState = (typeof jobStates)[number];

/** As in a C-STORE request, and in the order jobs are taken. */
export const priorities = ['high', 'medium', 'low'] as const;
export type JobPriority = (typeof priorities)[number];

/** What is to be done. */
export interface NewJob {
  readonly kind: string;
  readonly priority: JobPriority;
  /** AE title of the peer it talks to. */
  readonly destination: string;
  /** Who asked: a person, or a rule by its name. */
  readonly cause: string;
  /** What it is about, for people. */
  readonly title: string;
  /** Read by whoever carries out the kind. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** ISO 8601; absent: at once. */
  readonly notBefore?: string;
}

export interface Job extends Required<NewJob> {
  readonly jobId: string;
  readonly state: JobState;
  /** Tries since something last went well. */
  readonly attempts: number;
  /** Times in ISO 8601, '' where it has not come to that. */
  readonly createdAt: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** What the last try came to, in words; '' where all is well. */
  readonly detail: string;
  /** Instances: all, those with a success or warning status, those given up. */
  readonly total: number;
  readonly sent: number;
  readonly failed: number;
}

/** 'pending' until a status of the peer says 'sent' (success or warning), or nothing can ('failed'). */
export type InstanceState = 'pending' | 'sent' | 'failed';

/** What an instance is. */
export interface InstanceName {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

export interface JobInstance {
  /** Counted from 0. */
  readonly position: number;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly state: InstanceState;
  /** Times a connection was lost while it was on its way. */
  readonly attempts: number;
  /** What the peer answered; absent where it did not. */
  readonly status?: number;
  readonly detail: string;
  /** The syntax it went out in. */
  readonly transferSyntaxUid: string;
  readonly associationId: string;
  readonly finishedAt: string;
  /** It was about to go out then, and no answer is known: the peer may have it. ISO 8601. */
  readonly begunAt?: string;
  /** What the peer got in its place: an image made anew, or one of another SOP Class. */
  readonly sentAs?: InstanceName;
}

/** What one try came to. */
export type Outcome =
  /** `detail`: what people should know of it all the same. */
  | { readonly kind: 'done'; readonly detail?: string }
  /** Nothing further can be done without a person. */
  | { readonly kind: 'failed'; readonly detail: string }
  /** Once more, later. `progress`: something went well in this try, so the count of tries begins anew. */
  | { readonly kind: 'again'; readonly detail: string; readonly progress: boolean }
  /** Nothing is wrong: it waits for somebody else, until then (ISO 8601) at most. */
  | { readonly kind: 'later'; readonly detail: string; readonly until: string };

/** Carries out jobs of one kind. The signal is aborted where the job is cancelled or paused, or the server stops. */
export type JobHandler = (job: Job, signal: AbortSignal) => Promise<Outcome>;

/** Waits between tries: doubled each time, up to the longest. */
export interface RetryPolicy {
  /** Tries without progress before the job is given up. */
  readonly attempts: number;
  /** Seconds. */
  readonly firstWait: number;
  readonly longestWait: number;
}

/** How long to wait after so many tries without progress, in ms. */
export const waitAfter = ({ firstWait, longestWait }: RetryPolicy, attempts: number): number =>
  Math.min(firstWait * 2 ** Math.max(0, attempts - 1), longestWait) * 1000;
