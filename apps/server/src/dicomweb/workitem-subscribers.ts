// UPS-RS: who is told of changes. PS3.18 11.10 to 11.12.
import { toJson } from '@concord/dicom';
import { filteredGlobalSubscriptionInstance, globalSubscriptionInstance } from '@concord/network';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem, quote } from '../web/problem.ts';
import { invalid, type Query, single } from './query.ts';
import { parseKeys } from './search-parameters.ts';
import { queryOf } from './warning.ts';
import { answerStatus } from './workitem-status.ts';
import { serviceOf, type WorkitemParts, workitemOf } from './workitems.ts';

/** An AE title: PS3.5 6.2. @throws HttpProblem invalid-parameter */
export const subscriberOf = (text: string): string => {
  if (/^[!-[\]-~](?:[ -[\]-~]{0,14}[!-[\]-~])?$/u.test(text)) return text;
  throw new HttpProblem('invalid-parameter', `${quote(text)} is no AE title.`);
};

const receivingAe = (request: FastifyRequest): string =>
  subscriberOf(String(Object.entries(request.params ?? {}).find(([name]) => name === 'aet')?.[1]));

export const subscribe = async (request: FastifyRequest, reply: FastifyReply, parts: WorkitemParts) => {
  const query = queryOf({ request, reply, parts }, ['accept', 'charset', 'deletionlock', 'filter']);
  const [sopInstanceUid, aeTitle] = [workitemOf(request), receivingAe(request)];
  const lock = single(query, 'deletionlock')?.toLowerCase() ?? 'false';
  if (lock !== 'true' && lock !== 'false') throw new HttpProblem('invalid-parameter', 'deletionlock is true or false.');
  const filter = sopInstanceUid === filteredGlobalSubscriptionInstance ? { filter: filterOf(query) } : {};
  const subscription = { receivingAe: aeTitle, sopInstanceUid, deletionLock: lock === 'true', ...filter };
  const status = await parts.steps.subscribe(subscription);
  const service = serviceOf(request, parts);
  if (status.code === 0)
    reply.header('content-location', `${service.replace(/^http/u, 'ws')}/subscribers/${encodeURIComponent(aeTitle)}`);
  return answerStatus(reply, status, { service, success: 201 });
};

/**
 * `filter=PatientID=1,ProcedureStepLabel=x`. An attribute that is none is refused: without it, more would be told than was wished.
 * @throws HttpProblem invalid-parameter
 */
const filterOf = (query: Query) => {
  const keys = new Map<string, string[]>();
  for (const pair of (single(query, 'filter') ?? '').split(',').filter((text) => text !== '')) {
    const equals = pair.indexOf('=');
    if (equals < 1) throw invalid('filter', 'is a list such as PatientID=1,Modality=CT');
    keys.set(pair.slice(0, equals), [pair.slice(equals + 1)]);
  }
  if (keys.size === 0) throw invalid('filter', 'has to say which work items: PatientID=1');
  const { keys: wanted, ignored } = parseKeys(keys);
  if (ignored.length > 0) throw invalid('filter', `names what is no attribute: ${ignored.map(quote).join(', ')}`);
  return toJson(wanted);
};

/** A subscription to all work items ends with those to each of them. PS3.18 11.11.2. */
export const unsubscribe = async (request: FastifyRequest, reply: FastifyReply, parts: WorkitemParts) => {
  queryOf({ request, reply, parts }, ['accept', 'charset']);
  const [sopInstanceUid, aeTitle] = [workitemOf(request), receivingAe(request)];
  const isOfAll = globals.has(sopInstanceUid);
  await checkSubscribed(parts, aeTitle, isOfAll ? undefined : sopInstanceUid);
  const status = await parts.steps.unsubscribe(aeTitle, sopInstanceUid);
  return answerStatus(reply, status, { service: serviceOf(request, parts) });
};

/** Of the well-known instance that stands for all work items, or for those that match. */
export const suspend =
  (instance: string) => async (request: FastifyRequest, reply: FastifyReply, parts: WorkitemParts) => {
    queryOf({ request, reply, parts }, ['accept', 'charset']);
    await checkSubscribed(parts, receivingAe(request), instance);
    const status = await parts.steps.suspendGlobal(receivingAe(request));
    return answerStatus(reply, status, { service: serviceOf(request, parts) });
  };

const globals: ReadonlySet<string> = new Set([filteredGlobalSubscriptionInstance, globalSubscriptionInstance]);

/** PS3.18 Tables 11.11.3-1, 11.12.3-1. @throws HttpProblem not-found */
const checkSubscribed = async ({ steps }: WorkitemParts, aeTitle: string, sopInstanceUid: string | undefined) => {
  if (await steps.isSubscribed(aeTitle, sopInstanceUid)) return;
  throw new HttpProblem('not-found', 'There is no such subscription.');
};
