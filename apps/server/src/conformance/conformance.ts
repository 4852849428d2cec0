// The conformance statement over HTTP: made at each request from what runs, in the form the caller asks for.
import {
  canonicalJson,
  generateStatement,
  renderCsv,
  renderDocBook,
  renderHtml,
  renderMarkdown,
  type Statement,
  type StatementDocument,
  statementDigest,
  statementDocument,
  statementJsonSchema,
  tablesOf,
} from '@concord/conformance';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem, quote } from '../web/problem.ts';
import { pagePolicy } from '../web/security-headers.ts';
import { registerComparisons } from './compare-and-plan.ts';
import { type SystemParts, shippedConfiguration, systemDescription } from './describe-system.ts';
import { registerTestRuns } from './run-tests.ts';

const editions = ['as-configured', 'as-shipped'] as const;
type Edition = (typeof editions)[number];

interface Form {
  readonly name: string;
  readonly mediaType: string;
  readonly render: (statement: Statement, document: () => StatementDocument) => string;
}

/** The first is what a caller gets who accepts anything. */
const forms: readonly Form[] = [
  { name: 'html', mediaType: 'text/html', render: (_, document) => renderHtml(document()) },
  { name: 'json', mediaType: 'application/json', render: (statement) => canonicalJson(statement) },
  { name: 'markdown', mediaType: 'text/markdown', render: (_, document) => renderMarkdown(document()) },
  { name: 'docbook', mediaType: 'application/docbook+xml', render: (_, document) => renderDocBook(document()) },
];

/** The statement of one edition; remote systems are never in it, because anybody may read it. */
function statementOf(parts: SystemParts, edition: Edition): Statement {
  const configuration = edition === 'as-shipped' ? shippedConfiguration(parts.configuration) : parts.configuration;
  const ports = edition === 'as-shipped' ? new Map<string, number>() : parts.ports;
  return generateStatement(systemDescription({ ...parts, configuration, ports }), { edition });
}

const parameter = (request: FastifyRequest, name: string): string | undefined =>
  new URL(request.url, 'http://localhost').searchParams.get(name) ?? undefined;

function editionOf(request: FastifyRequest): Edition {
  const asked = parameter(request, 'edition') ?? 'as-configured';
  const found = editions.find((each) => each === asked);
  if (!found)
    throw new HttpProblem('malformed-request', `edition must be ${editions.join(' or ')}, not ${quote(asked)}.`);
  return found;
}

/** By `format`, or by the Accept header: the first form that it names, or takes with a wildcard. */
function formOf(request: FastifyRequest): Form {
  const asked = parameter(request, 'format');
  const names = forms.map(({ name }) => name).join(', ');
  if (asked !== undefined) {
    const found = forms.find(({ name }) => name === asked);
    if (!found) throw new HttpProblem('malformed-request', `format must be one of ${names}, not ${quote(asked)}.`);
    return found;
  }
  const ranges = (request.headers.accept ?? '*/*').split(',').map((range) => range.split(';', 1)[0]?.trim() ?? '');
  for (const range of ranges) {
    const found = forms.find(
      ({ mediaType }) => range === mediaType || range === '*/*' || range === `${mediaType.split('/')[0]}/*`,
    );
    if (found) return found;
  }
  throw new HttpProblem(
    'not-acceptable',
    `The statement exists as ${forms.map(({ mediaType }) => mediaType).join(', ')}.`,
  );
}

/** Registers `/conformance`, its tables and its schema, comparisons, plans and test runs. */
export function registerConformance(app: FastifyInstance, parts: SystemParts): void {
  app.get('/conformance', async (request: FastifyRequest, reply: FastifyReply) => {
    const form = formOf(request);
    const statement = statementOf(parts, editionOf(request));
    const tag = `"${statementDigest(statement).slice(0, 32)}-${form.name}"`;
    reply.headers({ etag: tag, 'cache-control': 'no-cache', vary: 'accept', 'content-security-policy': pagePolicy });
    if (request.headers['if-none-match'] === tag) return reply.code(304).send();
    return reply
      .type(`${form.mediaType}; charset=utf-8`)
      .send(form.render(statement, () => statementDocument(statement)));
  });
  app.get<{ Params: { anchor: string } }>('/conformance/tables/:anchor', async (request, reply) => {
    const document = statementDocument(statementOf(parts, editionOf(request)));
    const table = [...tablesOf(document)].find(({ anchor }) => anchor === request.params.anchor);
    if (!table) throw new HttpProblem('not-found', `The statement has no table ${quote(request.params.anchor)}.`);
    return reply.type('text/csv; charset=utf-8').send(renderCsv(table));
  });
  registerComparisons(app, () => statementOf(parts, 'as-configured'));
  registerTestRuns(app, () => parts.configuration.peers);
  app.get('/conformance/schema', async (_request, reply) =>
    reply.type('application/schema+json').send(JSON.stringify(statementJsonSchema())),
  );
}
