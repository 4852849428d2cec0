// Requests about jobs, checked and passed on.
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Selection } from '../archive/archive.ts';
import type { Control, QueueControl } from '../jobs/job-controls.ts';
import type { Transfers } from '../transfers/open-transfers.ts';
import type { WebLimits } from '../web/limits.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { wholeBody } from '../web/request-body.ts';
import { instanceQuery, jobQuery, sendRequest } from './job-endpoints.ts';

export interface JobAnswerParts {
  readonly transfers: Pick<Transfers, 'jobs' | 'send' | 'control' | 'controlQueue'>;
  readonly limits: WebLimits;
}

const parameter = ({ params }: FastifyRequest): string => Object.values(params ?? {}).join('');

/** @throws HttpProblem that names the first thing wrong with it */
export function checked<T extends z.ZodType>(
  type: T,
  value: unknown,
  kind: 'invalid-parameter' | 'malformed-request',
): z.output<T> {
  const read = type.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new HttpProblem(
    kind,
    `${place === '' ? '' : `${quote(place)}: `}${quote(issue?.message ?? 'not as declared')}`,
  );
}

/** The JSON of a request's body. @throws HttpProblem */
export async function jsonBody<T extends z.ZodType>(request: FastifyRequest, type: T, limits: WebLimits) {
  const text = (await wholeBody(request.raw, { ...limits, bytes: limits.smallBodyBytes * 8 })).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new HttpProblem('malformed-request', 'The body is not JSON.', { cause });
  }
  return checked(type, value, 'malformed-request');
}

const noSuchJob = (jobId: string) => new HttpProblem('not-found', `No job goes by ${quote(jobId)}.`);

const atMost = (text: string | undefined, otherwise: number, most: number): number =>
  Math.min(text === undefined ? otherwise : Number(text), most);

const defined = (selection: z.output<typeof sendRequest>['selection']): Selection =>
  Object.fromEntries(Object.entries(selection).filter(([, value]) => value !== undefined));

/** One answer for each endpoint of job-endpoints.ts. */
export const jobAnswers = ({ transfers, limits }: JobAnswerParts) => {
  const { jobs } = transfers;
  const found = async (request: FastifyRequest) => {
    const job = await jobs.get(parameter(request));
    if (!job) throw noSuchJob(parameter(request));
    return job;
  };
  const control = (verb: Control) => async (request: FastifyRequest) => {
    const { jobId, state } = await found(request);
    if (!(await transfers.control(jobId, verb)))
      throw new HttpProblem('conflict', `A job that is ${state} can take no "${verb}".`);
    return found(request);
  };
  const controlQueue = (verb: QueueControl) => async (request: FastifyRequest) => ({
    jobs: await transfers.controlQueue(parameter(request), verb),
  });
  return {
    jobs: (request: FastifyRequest) => {
      const { state, destination = '', before = '', limit } = checked(jobQuery, request.query, 'invalid-parameter');
      return jobs.list({ destination, before, limit: atMost(limit, 100, 1000), ...(state && { states: [state] }) });
    },
    send: async (request: FastifyRequest) => {
      const { destination, selection, priority } = await jsonBody(request, sendRequest, limits);
      const cause = `web ${request.ip}`;
      const asked = await transfers.send({ destination, selection: defined(selection), priority, cause });
      if (asked.kind === 'no such peer') throw new HttpProblem('not-found', `No peer is called ${quote(destination)}.`);
      if (asked.kind === 'nothing selected')
        throw new HttpProblem('not-found', 'The archive has nothing of what was selected.');
      return { jobId: asked.jobId, instances: asked.instances };
    },
    job: found,
    jobInstances: async (request: FastifyRequest) => {
      const { from, limit } = checked(instanceQuery, request.query, 'invalid-parameter');
      const { jobId } = await found(request);
      return jobs.instances(jobId, atMost(from, 0, 999_999_999), atMost(limit, 1000, 10_000));
    },
    pauseJob: control('pause'),
    resumeJob: control('resume'),
    cancelJob: control('cancel'),
    retryJob: control('retry'),
    queues: () => jobs.queues(),
    pauseQueue: controlQueue('pause'),
    resumeQueue: controlQueue('resume'),
    retryQueue: controlQueue('retry'),
  };
};
