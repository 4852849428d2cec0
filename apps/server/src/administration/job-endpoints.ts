// The administration API of jobs: what is sent, how far it is, and what people may do about it.
import { z } from 'zod';
import { jobStates, priorities } from '../jobs/job.ts';
import type { Endpoint } from './endpoint.ts';

const uids = z.union([z.string().min(1).max(64), z.array(z.string().min(1).max(64)).min(1).max(100_000)]);

/** A request to send: every key given must match. */
export const sendRequest = z.strictObject({
  destination: z.string().min(1).max(16).describe('AE title of a configured peer'),
  selection: z
    .strictObject({
      patientId: uids.optional(),
      studyInstanceUid: uids.optional(),
      seriesInstanceUid: uids.optional(),
      sopInstanceUid: uids.optional(),
    })
    .refine((selection) => Object.keys(selection).length > 0, 'names nothing'),
  priority: z.enum(priorities).default('medium'),
});

const job = z.object({
  jobId: z.string(),
  kind: z.string(),
  state: z.enum(jobStates),
  priority: z.enum(priorities),
  destination: z.string(),
  cause: z.string().describe('who asked for it'),
  title: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  attempts: z.number().describe('tries since something last went well'),
  notBefore: z.string().describe('of the next try'),
  createdAt: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  detail: z.string().describe('what the last try came to'),
  total: z.number(),
  sent: z.number(),
  failed: z.number(),
});

const instance = z.object({
  position: z.number(),
  sopInstanceUid: z.string(),
  sopClassUid: z.string(),
  state: z.enum(['pending', 'sent', 'failed']),
  attempts: z.number(),
  status: z.number().optional().describe('as the peer answered'),
  detail: z.string(),
  transferSyntaxUid: z.string(),
  associationId: z.string(),
  finishedAt: z.string(),
  begunAt: z
    .string()
    .optional()
    .describe(
      'it was about to go out then and no answer is known: the peer may have it, and is asked before it goes out again',
    ),
  sentAs: z
    .object({ sopClassUid: z.string(), sopInstanceUid: z.string() })
    .optional()
    .describe('what the peer got in its place, where that is another instance or of another SOP Class'),
});

const whole = z.string().regex(/^\d{1,9}$/u, 'must be a whole number');

/** Query parameters of the list of jobs. */
export const jobQuery = z.strictObject({
  state: z.enum(jobStates).optional(),
  destination: z.string().max(16).optional(),
  before: z
    .string()
    .regex(/^[0-9a-f]{1,32}$/u, 'must be the id of a job')
    .optional(),
  limit: whole.optional(),
});
/** Query parameters of the instances of a job. */
export const instanceQuery = z.strictObject({ from: whole.optional(), limit: whole.optional() });

const queue = z.object({
  destination: z.string(),
  isPaused: z.boolean().describe('what is asked for waits until the queue is resumed'),
  waiting: z.number().describe('jobs, as the next three'),
  running: z.number(),
  paused: z.number(),
  failed: z.number(),
  instances: z.number().describe('of the jobs that have not ended'),
  sent: z.number().describe('of these'),
  since: z.string().describe('when the oldest of them was asked for'),
  detail: z.string().describe('what the last try came to'),
});

const json = 'application/json';
const queueControl = (verb: string, summary: string) =>
  ({
    method: 'POST',
    path: `/api/queues/:destination/${verb}`,
    summary,
    mediaType: json,
    response: z.object({ jobs: z.number().describe('that were in a state for it') }),
    problems: [403],
  }) as const;
const control = (verb: string, summary: string) =>
  ({
    method: 'POST',
    path: `/api/jobs/:job/${verb}`,
    summary,
    mediaType: json,
    response: job,
    problems: [403, 404, 409],
  }) as const;

export const jobEndpoints = {
  jobs: {
    method: 'GET',
    path: '/api/jobs',
    summary:
      'Jobs, the newest first; `state`, `destination`, `before` (the id of a job) and `limit` (100, at most 1000) narrow the list',
    mediaType: json,
    response: z.array(job),
    problems: [400],
  },
  send: {
    method: 'POST',
    path: '/api/jobs',
    summary: 'Queues the selected instances for a peer: body with destination, selection and, if wanted, priority',
    mediaType: json,
    response: z.object({ jobId: z.string(), instances: z.number() }),
    problems: [400, 403, 404, 413],
  },
  job: {
    method: 'GET',
    path: '/api/jobs/:job',
    summary: 'One job',
    mediaType: json,
    response: job,
    problems: [404],
  },
  jobInstances: {
    method: 'GET',
    path: '/api/jobs/:job/instances',
    summary:
      'What became of each instance of a job; `from` (a position) and `limit` (1000, at most 10000) narrow the list',
    mediaType: json,
    response: z.array(instance),
    problems: [400, 404],
  },
  pauseJob: control('pause', 'Stops a job until it is resumed'),
  resumeJob: control('resume', 'Goes on with a paused job'),
  cancelJob: control('cancel', 'Ends a job; what was sent stays sent'),
  retryJob: control('retry', 'Tries now what was not sent, also of a job that was given up'),
  queues: {
    method: 'GET',
    path: '/api/queues',
    summary: 'What waits for each peer, is sent to it, or was given up',
    mediaType: json,
    response: z.array(queue),
  },
  pauseQueue: queueControl('pause', 'Stops every job for a peer, also what is asked for later, until it is resumed'),
  resumeQueue: queueControl('resume', 'Goes on with every job for a peer'),
  retryQueue: queueControl('retry', 'Tries now what waits for a peer or was given up'),
} as const satisfies Record<string, Endpoint>;
