// Comparisons and test plans over HTTP: other systems' statements come in, ours is beside them.
import {
  compareAll,
  compareStatements,
  comparisonDocument,
  createPlan,
  matrixDocument,
  planCsv,
  planDocument,
  planMarkdown,
  renderHtml,
  renderMarkdown,
  type Statement,
} from '@concord/conformance';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { HttpProblem, quote } from '../web/problem.ts';
import { wholeBody } from '../web/request-body.ts';
import { comparisonRequest, planningRequest } from './requests.ts';

const bodyLimits = { bytes: 32 * 1024 * 1024, bodyWaitMs: 30_000, bodyBytesPerSecond: 512 };

/** JSON of a request that has the form of `schema`. @throws HttpProblem malformed-request */
export async function jsonBody<T>(request: FastifyRequest, schema: z.ZodType<T>): Promise<T> {
  const text = (await wholeBody(request.raw, bodyLimits)).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new HttpProblem('malformed-request', 'The body is not JSON.', { cause });
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new HttpProblem(
    'malformed-request',
    `${quote(issue?.path.join('.') ?? '')}: ${issue?.message ?? 'not valid'}.`,
  );
}

export interface TextForm {
  readonly mediaType: string;
  readonly text: string;
}

/** Answers in the form that `format` names; JSON where it names none. */
export function inForm(
  request: FastifyRequest,
  reply: FastifyReply,
  forms: Readonly<Record<string, () => TextForm>>,
): FastifyReply {
  const format = new URL(request.url, 'http://localhost').searchParams.get('format') ?? 'json';
  const form = Object.hasOwn(forms, format) ? forms[format] : undefined;
  if (!form)
    throw new HttpProblem(
      'malformed-request',
      `format must be one of ${Object.keys(forms).join(', ')}, not ${quote(format)}.`,
    );
  const { mediaType, text } = form();
  return reply.type(`${mediaType}; charset=utf-8`).send(text);
}

export const asJson = (value: unknown) => (): TextForm => ({
  mediaType: 'application/json',
  text: JSON.stringify(value),
});
export const asHtml = (text: () => string) => (): TextForm => ({ mediaType: 'text/html', text: text() });
const asMarkdown = (text: () => string) => (): TextForm => ({ mediaType: 'text/markdown', text: text() });

/** Registers `/conformance/comparisons` and `/conformance/plans`; `own` is asked for at each request. */
export function registerComparisons(app: FastifyInstance, own: () => Statement): void {
  app.post('/conformance/comparisons', async (request, reply) => {
    const { statements } = await jsonBody(request, comparisonRequest);
    if (statements.length === 1) {
      const comparison = compareStatements(own(), statements[0]);
      return inForm(request, reply, {
        json: asJson(comparison),
        html: asHtml(() => renderHtml(comparisonDocument(comparison))),
        markdown: asMarkdown(() => renderMarkdown(comparisonDocument(comparison))),
      });
    }
    const matrix = compareAll([own(), ...statements]);
    return inForm(request, reply, {
      json: asJson(matrix),
      html: asHtml(() => renderHtml(matrixDocument(matrix))),
      markdown: asMarkdown(() => renderMarkdown(matrixDocument(matrix))),
    });
  });
  app.post('/conformance/plans', async (request, reply) => {
    const { statement = own(), partner } = await jsonBody(request, planningRequest);
    const plan = createPlan(statement, partner === undefined ? {} : { partner });
    return inForm(request, reply, {
      json: asJson(plan),
      html: asHtml(() => renderHtml(planDocument(plan))),
      markdown: asMarkdown(() => planMarkdown(plan)),
      csv: () => ({ mediaType: 'text/csv', text: planCsv(plan) }),
    });
  });
}
