// Requests about patients, checked and passed on.
import type { FastifyRequest } from 'fastify';
import type { Reconciliation } from '../reconciliation/open-reconciliation.ts';
import { ReconciliationError } from '../reconciliation/reconciliation.ts';
import type { WebLimits } from '../web/limits.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { checked, jsonBody } from './job-answers.ts';
import { actRequest, eventQuery, knownQuery } from './reconciliation-endpoints.ts';

export interface ReconciliationAnswerParts {
  readonly reconciliation: Reconciliation;
  readonly limits: WebLimits;
}

const parameter = ({ params }: FastifyRequest): string => Object.values(params ?? {}).join('');

const whoOf = (request: FastifyRequest, by: string | undefined): string =>
  [by?.trim(), `web ${request.ip}`].filter(Boolean).join(', ');

const asProblem = (error: unknown): never => {
  if (!(error instanceof ReconciliationError)) throw error;
  throw new HttpProblem(error.fault === 'not-there' ? 'not-found' : 'conflict', error.message, { cause: error });
};

/** One answer for each endpoint of reconciliation-endpoints.ts. */
export const reconciliationAnswers = ({ reconciliation, limits }: ReconciliationAnswerParts) => ({
  reconcile: async (request: FastifyRequest) => {
    const { act, by, reason, seen } = await jsonBody(request, actRequest, limits);
    return reconciliation.act(act, { by: whoOf(request, by), reason }, seen).catch(asProblem);
  },
  patientEvents: (request: FastifyRequest) => {
    const { study, limit = '100' } = checked(eventQuery, request.query, 'invalid-parameter');
    return reconciliation.events({ limit: Number(limit), ...(study !== undefined && { studyInstanceUid: study }) });
  },
  undoPatientEvent: (request: FastifyRequest) =>
    reconciliation.undo(parameter(request), { by: whoOf(request, undefined) }).catch(asProblem),
  knownPatients: (request: FastifyRequest) =>
    reconciliation.known(checked(knownQuery, request.query, 'invalid-parameter').patientId),
  quarantine: async () => ({
    studies: await reconciliation.quarantined(),
    objects: await reconciliation.conflicts(),
  }),
  dismissConflict: async (request: FastifyRequest) => {
    const conflict = parameter(request);
    const number = /^\d{1,15}$/u.test(conflict) ? Number(conflict) : -1;
    if (await reconciliation.dismiss(number, whoOf(request, undefined))) return { dismissed: true };
    throw new HttpProblem('not-found', `Nothing waits under ${quote(conflict)}.`);
  },
});
