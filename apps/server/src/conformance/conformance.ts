// The conformance statement over HTTP: made at each request from what runs, in the form the caller asks for.
import {
  annexNDocument,
  canonicalJson,
  renderCsv,
  renderers,
  renderHtml,
  type Statement,
  type StatementDocument,
  statementDigest,
  statementDocument,
  statementJsonSchema,
  tablesOf,
  templateFields,
} from '@concord/conformance';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { version } from '../version.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { pagePolicy } from '../web/security-headers.ts';
import { registerComparisons } from './compare-and-plan.ts';
import { type Edition, editions, type SystemParts, statementOf } from './describe-system.ts';
import { createKeptPlans } from './kept-plans.ts';
import { keptValidation, type ValidationOf } from './kept-validation.ts';
import { createPeerStatements } from './peer-statements.ts';
import { type PlanParts, registerPlans, runnablePlan } from './plan-endpoints.ts';
import { presentStatement } from './present-statement.ts';
import { registerProbes } from './probe-endpoints.ts';
import { registerReleases } from './release-endpoints.ts';
import { type Guard, guardConformance } from './rights.ts';
import { createMemoryRunStore, createRunStore, type RunAudit, type RunStore } from './run-store.ts';
import { registerTestRuns } from './run-tests.ts';
import { registerSamples } from './samples.ts';
import { registerSelf } from './self-endpoints.ts';
import { selfValidation } from './self-validation.ts';
import { registerStatements } from './statement-endpoints.ts';
import { registerTemplate } from './template-endpoints.ts';
import { createTestRuns, type TestRuns } from './test-runs.ts';
import { registerTexts } from './text-endpoints.ts';
import { registerTextPreview } from './text-preview.ts';

interface Form {
  readonly name: string;
  readonly mediaType: string;
  readonly extension: string;
  readonly render: (statement: Statement, document: () => StatementDocument) => string | Promise<Uint8Array>;
}

const data: Form = {
  name: 'json',
  mediaType: 'application/json',
  extension: 'json',
  render: (statement) => canonicalJson(statement),
};

/** The first is what a caller gets who accepts anything. */
const forms: readonly Form[] = renderers.flatMap(({ render, ...rest }, index) => {
  const form: Form = { ...rest, render: (_, document) => render(document()) };
  return index === 0 ? [form, data] : [form];
});

/** In which order sections stand. */
const templates = { 'annex-a': statementDocument, 'annex-n': annexNDocument } as const;
type Template = keyof typeof templates;
const isTemplate = (name: string): name is Template => Object.hasOwn(templates, name);

const parameter = (request: FastifyRequest, name: string): string | undefined =>
  new URL(request.url, 'http://localhost').searchParams.get(name) ?? undefined;

function editionOf(request: FastifyRequest, guard: Guard): Edition {
  const asked = parameter(request, 'edition') ?? guard.edition(request);
  const found = editions.find((each) => each === asked);
  if (!found)
    throw new HttpProblem('malformed-request', `edition must be ${editions.join(' or ')}, not ${quote(asked)}.`);
  return found;
}

/** By `template`; Word files are those of Annex N, as the standard publishes its own. */
function templateOf(request: FastifyRequest, form: Form): Template {
  const asked = parameter(request, 'template') ?? (form.name === 'docx' ? 'annex-n' : 'annex-a');
  if (isTemplate(asked)) return asked;
  const names = Object.keys(templates).join(' or ');
  throw new HttpProblem('malformed-request', `template must be ${names}, not ${quote(asked)}.`);
}

/** Rules of level E that are broken: the statement is a draft until they are mended. */
const brokenRules =
  (validationOf: ValidationOf) =>
  (statement: Statement, digest: string): readonly string[] => {
    const errors = validationOf(statement, digest).findings.filter(({ level }) => level === 'E');
    return [...new Set(errors.map(({ rule }) => rule))];
  };

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
  const store = parts.database ? createRunStore(parts.database) : createMemoryRunStore();
  const audit = auditing(store, parts);
  const guard = guardConformance(app, {
    configuration: parts.configuration,
    audit: (who, detail) => audit('refused', who, detail),
  });
  const runs = createTestRuns({ store, ...(parts.log && { log: parts.log }) });
  const own: SystemParts = { executor: runs.active, ...parts };
  const validationOf = keptValidation();
  const draftOf = brokenRules(validationOf);
  const { releases, texts, make: present } = presentStatement(own);
  app.get('/conformance', async (request: FastifyRequest, reply: FastifyReply) => {
    const form = formOf(request);
    const template = templateOf(request, form);
    const statement = await present(editionOf(request, guard));
    const digest = statementDigest(statement);
    const tag = `"${digest.slice(0, 32)}-${form.name}-${template}"`;
    reply.headers({ etag: tag, 'cache-control': 'no-cache', vary: 'accept', 'content-security-policy': pagePolicy });
    if (request.headers['if-none-match'] === tag) return reply.code(304).send();
    const made = await form.render(statement, () => templates[template](statement, draftOf(statement, digest)));
    if (typeof made === 'string') return reply.type(`${form.mediaType}; charset=utf-8`).send(made);
    const name = `conformance-statement.${form.extension}`;
    return reply.header('content-disposition', `inline; filename="${name}"`).type(form.mediaType).send(made);
  });
  app.get<{ Params: { anchor: string } }>('/conformance/tables/:anchor', async (request, reply) => {
    const document = statementDocument(await present(editionOf(request, guard)));
    const table = [...tablesOf(document)].find(({ anchor }) => anchor === request.params.anchor);
    if (!table) throw new HttpProblem('not-found', `The statement has no table ${quote(request.params.anchor)}.`);
    return reply.type('text/csv; charset=utf-8').send(renderCsv(table));
  });
  app.get('/conformance/validation', async (request) => {
    return selfValidation(own, await present(editionOf(request, guard)), validationOf);
  });
  registerReleases(app, {
    releases,
    present: (words) => present('as-configured', words),
    broken: draftOf,
    html: (statement) => renderHtml(statementDocument(statement)),
    version: parts.configuration.documentVersion || version,
  });
  registerTextPreview(app, () => present('as-configured'), validationOf);
  registerTexts(app, { texts, present: () => present('as-configured'), ...(parts.facts && { facts: parts.facts }) });
  registerSamples(app, parts.configuration);
  registerTemplate(app, () => present('as-configured'));
  registerComparisons(app, () => statementOf(parts, 'as-configured'));
  registerSelf(app, own, { present: () => present('as-configured'), validationOf });
  registerInteroperability(app, parts, { runs, audit, guard });
  app.get('/conformance/drift', () => parts.drift?.list() ?? []);
  app.get('/conformance/schema', async (_request, reply) =>
    reply.type('application/schema+json').send(JSON.stringify(statementJsonSchema())),
  );
  app.get('/conformance/schema/fields', () => templateFields);
}

type Audit = (event: RunAudit['event'], who: string, detail: string, peer?: string) => Promise<void>;

/** Lines of the trail that are about no run; in the log of the server too. */
const auditing =
  (store: RunStore, { log }: SystemParts): Audit =>
  (event, who, detail, peer = '') => {
    const line: RunAudit = { at: new Date().toISOString(), run: '', event, who, peer, detail };
    log?.({ audit: line }, `conformance: ${event}`);
    return store.audit(line);
  };

interface Interoperability {
  readonly runs: TestRuns;
  readonly audit: Audit;
  readonly guard: Guard;
}

/** What is about other systems: their statements, plans made of them, and runs. */
function registerInteroperability(
  app: FastifyInstance,
  parts: SystemParts,
  { runs, audit, guard }: Interoperability,
): void {
  const own = () => statementOf(parts, 'as-configured');
  const { database } = parts;
  const kept: Pick<PlanParts, 'plans' | 'statements'> | undefined = database && {
    plans: createKeptPlans(database),
    statements: createPeerStatements(database),
  };
  if (kept) {
    const { who } = guard;
    registerStatements(app, { ...kept, who, audit, onRemove: kept.plans.removeOf });
    registerPlans(app, { ...kept, own, who, audit });
  }
  const peers = () => parts.configuration.peers;
  registerProbes(app, { peers, onProbe: (who, peer) => audit('started', who, 'probe', peer), guard });
  registerTestRuns(app, {
    peers,
    guard,
    runs,
    planOf: async (id) => kept && runnablePlan({ ...kept, own }, id),
    refused: (who, peer, why) => audit('refused', who, why, peer),
  });
}
