// UPS-RS: work items over the web, on the same store as their DIMSE face. PS3.18 11.
import { randomBytes } from 'node:crypto';
import { DataSet as EmptyDataSet, newUid } from '@concord/dicom';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProcedureSteps } from '../unified-procedure-step/procedure-steps.ts';
import { baseUrl } from '../web/base-url.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { acceptanceOf, choose } from './acceptance.ts';
import { modelOffers, sendDataSets } from './data-set-answer.ts';
import type { DicomwebParts } from './parts.ts';
import { invalid, parseQuery, single } from './query.ts';
import { requestDataSet } from './request-data-set.ts';
import { uidParameter } from './target.ts';
import { queryOf, warn } from './warning.ts';
import { answerStatus, refusedUpdates } from './workitem-status.ts';

export interface WorkitemParts extends DicomwebParts {
  readonly steps: ProcedureSteps;
}

/** The work item of the address. @throws HttpProblem invalid-parameter */
export const workitemOf = (request: FastifyRequest): string =>
  uidParameter(
    'the work item',
    String(Object.entries(request.params ?? {}).find(([name]) => name === 'workitem')?.[1]),
  );

/** A query that is one UID without a name: `?1.2.3`, as PS3.18 11.4.1.2 and 11.6.1.2 have it; or a named one. */
const uidOfQuery = (request: FastifyRequest, name: string): string | undefined => {
  const query = parseQuery(request.url);
  const others = [...query.keys()].filter((key) => key !== 'accept' && key !== 'charset');
  const [only] = others;
  if (only === undefined) return undefined;
  if (others.length > 1) throw new HttpProblem('invalid-parameter', 'There may be one query parameter, a UID.');
  const value = single(query, only);
  return uidParameter(name, only === name ? (value ?? '') : only);
};

export const createWorkitem = async (request: FastifyRequest, reply: FastifyReply, parts: WorkitemParts) => {
  const step = await requestDataSet(request, parts);
  const [inAddress, inBody] = [uidOfQuery(request, 'workitem'), step.string('SOPInstanceUID')];
  if (inAddress !== undefined && inBody !== undefined && inAddress !== inBody)
    throw invalid('workitem', `is another UID than the SOP Instance UID of the body, ${quote(inBody)}`);
  const uid = inAddress ?? inBody ?? newUid(randomBytes(16));
  uidParameter('the SOP Instance UID', uid);
  const status = await parts.steps.create(uid, step);
  if (status.code !== 0) return answerStatus(reply, status, { service: serviceOf(request, parts) });
  const location = `${serviceOf(request, parts)}/workitems/${uid}`;
  if (step.string('WorklistLabel') === undefined)
    warn({ request, reply, parts }, 'The Workitem was created with modifications.');
  return reply.code(201).headers({ location, 'content-location': location }).send();
};

export const retrieveWorkitem = async (request: FastifyRequest, reply: FastifyReply, parts: WorkitemParts) => {
  const query = queryOf({ request, reply, parts }, ['accept', 'charset']);
  const { offer } = choose(acceptanceOf(request, query), modelOffers, ['single', 'multipart']);
  const step = await parts.steps.read(workitemOf(request));
  if (step === undefined) throw new HttpProblem('not-found', 'There is no such work item.');
  reply.header('cache-control', 'no-store');
  return sendDataSets(request, reply, offer.mediaType, [step]);
};

/** The Transaction UID stands in the query, or among the attributes as in N-SET. */
export const updateWorkitem = async (request: FastifyRequest, reply: FastifyReply, parts: WorkitemParts) => {
  const transaction = uidOfQuery(request, 'transaction-uid');
  const changes = await requestDataSet(request, parts);
  if (transaction !== undefined) changes.set('TransactionUID', transaction);
  const status = await parts.steps.update(workitemOf(request), changes);
  return answerStatus(reply, status, { service: serviceOf(request, parts), refused: refusedUpdates });
};

export const changeWorkitemState = async (request: FastifyRequest, reply: FastifyReply, parts: WorkitemParts) => {
  queryOf({ request, reply, parts }, ['accept', 'charset']);
  const action = await requestDataSet(request, parts);
  const [state, transaction] = [action.string('ProcedureStepState'), action.string('TransactionUID')];
  if (state === undefined || transaction === undefined) {
    const text = 'The body needs (0074,1000) Procedure Step State and (0008,1195) Transaction UID.';
    const warning = `299 ${serviceOf(request, parts)}: The Transaction UID is missing.`;
    throw new HttpProblem('malformed-request', text, transaction === undefined ? { headers: { warning } } : {});
  }
  uidParameter('the Transaction UID', transaction);
  const status = await parts.steps.changeState(workitemOf(request), state, transaction);
  return answerStatus(reply, status, { service: serviceOf(request, parts) });
};

/** Without a body nothing is said about why. */
export const requestWorkitemCancel = async (request: FastifyRequest, reply: FastifyReply, parts: WorkitemParts) => {
  queryOf({ request, reply, parts }, ['accept', 'charset']);
  const hasBody = request.headers['content-type'] !== undefined;
  const reason = hasBody ? await requestDataSet(request, parts) : new EmptyDataSet();
  const status = await parts.steps.requestCancel(workitemOf(request), 'UPS-RS', reason);
  return answerStatus(reply, status, { service: serviceOf(request, parts), success: 202 });
};

export const serviceOf = (request: FastifyRequest, parts: DicomwebParts): string =>
  `${baseUrl(request, parts.publicUrl)}/dicom-web`;
