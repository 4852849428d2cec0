// Other systems' statements over HTTP: a document is read, what was recognised is shown; statements are kept, listed, fetched, deleted.
import {
  asStatement,
  type Fault,
  importStatementText,
  parseStatementText,
  recognisedFacts,
  renderHtml,
  type Statement,
  StatementError,
  statementDocument,
  validate,
} from '@concord/conformance';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { HttpProblem, quote } from '../web/problem.ts';
import { pagePolicy } from '../web/security-headers.ts';
import { asHtml, asJson, inForm, jsonBody } from './compare-and-plan.ts';
import type { KeptContent, PeerStatements } from './peer-statements.ts';
import { importRequest, keepRequest } from './requests.ts';
import { changesBetween } from './statement-changes.ts';

/** What begins like JSON, or has a member of a statement at its margin as YAML writes it. */
const looksLikeData = (text: string): boolean =>
  /^\uFEFF?\s*[{[]/u.test(text) || /^(?:schemaVersion|networking|claim|edition|id):/mu.test(text);

interface Imported {
  readonly statement: unknown;
  readonly origin: 'text' | 'JSON or YAML';
  readonly facts: ReturnType<typeof recognisedFacts>;
  readonly uncertain: ReturnType<typeof importStatementText>['uncertain'];
  /** Where it is not as the model says: what is missing counts as unknown. */
  readonly faults: readonly Fault[];
}

function fromData(text: string): Imported {
  const value = parseStatementText(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new StatementError([{ path: '', message: 'it is no object with the parts of a statement' }]);
  const told = { origin: 'JSON or YAML' as const, facts: [], uncertain: [] };
  try {
    return { ...told, statement: asStatement(value), faults: [] };
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    return { ...told, statement: value, faults: error.faults.slice(0, 100) };
  }
}

function imported({ name: label, text, format }: z.infer<typeof importRequest>): Imported {
  if (text.startsWith('%PDF-'))
    throw new StatementError([
      { path: '', message: 'a PDF is not read: make a text of it first, for example with pdftotext -layout' },
    ]);
  if (format === 'data' || (format === undefined && looksLikeData(text))) return fromData(text);
  const result = importStatementText(text, label);
  return { ...result, origin: 'text', facts: recognisedFacts(result), faults: [] };
}

/** Deeper ones are no statements, and would exhaust the stack of what walks them. */
const deepest = 100;

function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth > deepest || Object.values(value).some((inner) => isTooDeep(inner, depth + 1));
}

/** Where the asker names himself, or is known by his credentials. */
export type WhoAsks = (request: FastifyRequest, named: string) => string;

export interface StatementParts {
  readonly statements: PeerStatements;
  readonly who: WhoAsks;
  /** Told of what was kept and deleted. */
  readonly audit: (event: 'kept' | 'deleted', who: string, detail: string) => Promise<void>;
  /** Before a system goes. */
  readonly onRemove: (id: string) => Promise<void>;
}

/** What an address names. @throws HttpProblem not-found */
async function found(
  statements: PeerStatements,
  request: FastifyRequest<{ Params: { statement: string } }>,
): Promise<KeptContent> {
  const asked = new URL(request.url, 'http://localhost').searchParams.get('version');
  const version = asked === null ? undefined : /^\d{1,6}$/u.test(asked) ? Number(asked) : 0;
  const kept = await statements.read(request.params.statement, version);
  if (!kept) throw new HttpProblem('not-found', `No statement ${quote(request.params.statement)} is kept.`);
  return kept;
}

/** @throws HttpProblem conflict for one that lacks parts */
function whole({ statement }: KeptContent): Statement {
  try {
    return asStatement(statement);
  } catch (cause) {
    if (!(cause instanceof StatementError)) throw cause;
    throw new HttpProblem('conflict', `The statement lacks parts, and can be had as JSON only: ${cause.message}.`, {
      cause,
    });
  }
}

/** Registers `/conformance/imports` and `/conformance/statements`. */
export function registerStatements(app: FastifyInstance, parts: StatementParts): void {
  const { statements, who, audit, onRemove } = parts;
  app.post('/conformance/imports', async (request) => {
    const wish = await jsonBody(request, importRequest);
    try {
      return imported(wish);
    } catch (cause) {
      if (!(cause instanceof StatementError)) throw cause;
      throw new HttpProblem('malformed-request', `Nothing can be read of it: ${cause.message}.`, { cause });
    }
  });
  app.get('/conformance/statements', () => statements.list());
  app.post('/conformance/statements', async (request, reply) => {
    const { name: label, statement, origin, by } = await jsonBody(request, keepRequest);
    if (isTooDeep(statement)) throw new HttpProblem('malformed-request', 'The statement is nested too deep.');
    const author = who(request, by);
    const kept = await statements.keep(label, statement, { origin, who: author });
    if (!kept) throw new HttpProblem('conflict', 'There are too many: delete what is not needed any more.');
    await audit('kept', author, `statement ${label}, version ${kept.version}`);
    return reply.code(201).send(kept);
  });
  app.delete<{ Params: { statement: string } }>('/conformance/statements/:statement', async (request, reply) => {
    const { name: label } = await found(statements, request);
    await onRemove(request.params.statement);
    await statements.remove(request.params.statement);
    await audit('deleted', who(request, 'not named'), `statement ${label}`);
    return reply.code(204).send();
  });
  registerReading(app, statements);
}

function registerReading(app: FastifyInstance, statements: PeerStatements): void {
  app.get<{ Params: { statement: string } }>('/conformance/statements/:statement', async (request, reply) => {
    const kept = await found(statements, request);
    reply.header('content-security-policy', pagePolicy);
    return inForm(request, reply, {
      json: asJson(kept.statement),
      html: asHtml(() => renderHtml(statementDocument(whole(kept)))),
    });
  });
  app.get<{ Params: { statement: string } }>('/conformance/statements/:statement/validation', async (request) => {
    const { findings, open } = validate((await found(statements, request)).statement);
    return { findings, open: open.map(({ id }) => id) };
  });
  /** Rows of tables in which a version differs from the one before. */
  app.get<{ Params: { statement: string } }>('/conformance/statements/:statement/changes', async (request) => {
    const kept = await found(statements, request);
    const before = await statements.read(request.params.statement, kept.version - 1);
    if (!before) throw new HttpProblem('not-found', 'It is the first version.');
    return changesBetween(whole(before), whole(kept));
  });
}
