// Requests about alerts, checked and passed on.
import type { FastifyRequest } from 'fastify';
import type { Alerts } from '../alerts/open-alerts.ts';
import type { WebLimits } from '../web/limits.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { acknowledgement } from './alert-endpoints.ts';
import { jsonBody } from './job-answers.ts';

export interface AlertAnswerParts {
  readonly alerts: Pick<Alerts, 'list' | 'acknowledge' | 'watch'>;
  readonly limits: WebLimits;
}

/** One answer for each endpoint of alert-endpoints.ts. */
export const alertAnswers = ({ alerts, limits }: AlertAnswerParts) => ({
  alerts: () => alerts.list(),
  acknowledgeAlert: async (request: FastifyRequest) => {
    const alertId = Object.values(request.params ?? {}).join('');
    const { by } = await jsonBody(request, acknowledgement, limits);
    const who = [by?.trim(), `web ${request.ip}`].filter(Boolean).join(', ');
    if (await alerts.acknowledge(alertId, who)) return { acknowledged: true };
    throw new HttpProblem('not-found', `No alert that waits for somebody goes by ${quote(alertId)}.`);
  },
});
