// What a text would be in the statement before it is kept: how it is printed, and which findings would come and go. PS3.2 6.2
import {
  asStatement,
  type Finding,
  renderMarkdown,
  type Statement,
  StatementError,
  statementDocument,
} from '@concord/conformance';
import type { FastifyInstance } from 'fastify';
import { HttpProblem, quote } from '../web/problem.ts';
import { jsonBody } from './compare-and-plan.ts';
import type { ValidationOf } from './kept-validation.ts';
import { previewRequest } from './requests.ts';

/** Puts a text where a JSON Pointer (RFC 6901) leads; a copy. */
function withText(value: unknown, steps: readonly string[], text: string): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return text;
  if (Array.isArray(value)) return value.map((each, at) => (String(at) === step ? withText(each, rest, text) : each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, name === step ? withText(inner, rest, text) : inner]),
  );
}

/** The statement with the text in its place, and the text up to date. @throws HttpProblem not-found, malformed-request */
function changed(statement: Statement, id: string, text: string): Statement {
  const block = statement.textBlocks?.find((each) => each.id === id);
  if (!block) throw new HttpProblem('not-found', `The statement has no text ${quote(id)}.`);
  const textBlocks = statement.textBlocks?.map((each) => (each.id === id ? { ...each, state: 'current' } : each));
  try {
    const steps = block.path.split('/').slice(1);
    return asStatement({ ...Object(withText(statement, steps, text)), textBlocks });
  } catch (cause) {
    if (!(cause instanceof StatementError)) throw cause;
    throw new HttpProblem('malformed-request', `The statement would not hold: ${cause.message}.`, { cause });
  }
}

const keyOf = ({ rule, path, message }: Finding): string => `${rule} ${path} ${message}`;

const notIn = (findings: readonly Finding[], others: readonly Finding[]): readonly Finding[] => {
  const known = new Set(others.map(keyOf));
  return findings.filter((finding) => !known.has(keyOf(finding)));
};

/** Only the lines that are new: the section as it would be printed. */
function printedAnew(before: Statement, after: Statement): string {
  const known = new Set(renderMarkdown(statementDocument(before)).split('\n'));
  return renderMarkdown(statementDocument(after))
    .split('\n')
    .filter((line) => line === '' || !known.has(line))
    .join('\n')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}

/** Registers `/conformance/texts/:id/preview`; nothing is kept. */
export function registerTextPreview(
  app: FastifyInstance,
  present: () => Promise<Statement>,
  validationOf: ValidationOf,
): void {
  app.post<{ Params: { id: string } }>('/conformance/texts/:id/preview', async (request) => {
    const { text } = await jsonBody(request, previewRequest);
    const before = await present();
    const after = changed(before, request.params.id, text);
    const [old, now] = [validationOf(before).findings, validationOf(after).findings];
    return { printed: printedAnew(before, after), comes: notIn(now, old), goes: notIn(old, now) };
  });
}
