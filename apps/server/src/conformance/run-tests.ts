// Test runs over HTTP: start one at configured peers, see how far it is, pause, answer, stop it, fetch its report and its history.
import {
  changedResults,
  historyOf,
  junitXml,
  type RunReport,
  renderHtml,
  renderMarkdown,
  reportDocument,
  type Target,
} from '@concord/conformance';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { HttpProblem, quote } from '../web/problem.ts';
import { asHtml, asJson, inForm, jsonBody } from './compare-and-plan.ts';
import type { RunnablePlan } from './plan-endpoints.ts';
import { answerRequest, runRequest } from './requests.ts';
import type { Guard } from './rights.ts';
import type { RunProgress } from './run-progress.ts';
import type { TestRuns } from './test-runs.ts';

type Wish = z.infer<typeof runRequest>;

/** A system that the configuration names. */
export interface KnownSystem {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
}

const withoutReport = ({ report: _, ...progress }: RunProgress) => progress;

/** Where a configured peer is. @throws HttpProblem not-found */
export function placeOf(peers: readonly KnownSystem[], aeTitle: string, calling: string | undefined): Target {
  const peer = peers.find((each) => each.aeTitle === aeTitle);
  if (!peer)
    throw new HttpProblem('not-found', `No peer ${quote(aeTitle)} is configured: only configured peers are called.`);
  const { host, port } = peer;
  return { host, port, calledAeTitle: aeTitle, ...(calling !== undefined && { callingAeTitle: calling }) };
}

export interface TestRunParts {
  readonly peers: () => readonly KnownSystem[];
  readonly runs: TestRuns;
  /** A kept plan by its id; undefined where there is none. */
  readonly planOf: (id: string) => Promise<RunnablePlan | undefined>;
  readonly guard: Guard;
  /** Told of a run that was refused: by whom, at which peer, why. */
  readonly refused: (who: string, peer: string, why: string) => Promise<void>;
}

/** Registers `/conformance/runs`. Only configured peers are called. */
export function registerTestRuns(app: FastifyInstance, parts: TestRunParts): void {
  const { runs } = parts;
  app.addHook('onClose', () => runs.close());
  const found = async (id: string): Promise<RunProgress> => {
    const run = await runs.find(id);
    if (!run) throw new HttpProblem('not-found', `There is no run ${quote(id)}.`);
    return run;
  };
  const reportOf = async (id: string): Promise<RunReport> => {
    const { report } = await found(id);
    if (!report)
      throw new HttpProblem('not-found', 'The run has no report: it goes on, has failed, or was interrupted.');
    return report;
  };
  registerStart(app, parts, reportOf);
  app.get('/conformance/runs', async () =>
    (await runs.list()).map((run) => ({ ...withoutReport(run), results: [], log: [] })),
  );
  app.get('/conformance/runs/audit', async () => runs.audited());
  app.get<{ Params: { id: string } }>('/conformance/runs/:id', async (request) =>
    withoutReport(await found(request.params.id)),
  );
  app.delete<{ Params: { id: string } }>('/conformance/runs/:id', async (request, reply) => {
    await found(request.params.id);
    runs.stop(request.params.id);
    return reply.code(204).send();
  });
  registerWhile(app, runs);
  registerReports(app, runs, reportOf);
}

type ReportOf = (id: string) => Promise<RunReport>;

/** What is run: an approved plan whose statements have not changed, unless nothing is sent or a draft is asked for. */
async function planned(
  { planOf, guard, refused }: TestRunParts,
  { plan, draft, dryRun, peer, tester }: Wish,
  request: FastifyRequest,
): Promise<Pick<RunnablePlan, 'plan' | 'statement'> | undefined> {
  const who = guard.who(request, tester);
  const refuse = async (why: string, kind: 'conflict' | 'no-right' = 'conflict'): Promise<never> => {
    await refused(who, peer, why);
    throw new HttpProblem(kind, `The run is refused: ${why}.`);
  };
  if (plan === undefined) {
    if (dryRun) return undefined;
    if (!draft) return refuse('no approved plan is named');
    return guard.may(request, 'approve') ? undefined : refuse('a draft needs the right to approve', 'no-right');
  }
  const found = await planOf(plan);
  if (!found) throw new HttpProblem('not-found', `No test plan ${quote(plan)} is kept.`);
  return found.refused === undefined || dryRun ? found : refuse(found.refused);
}

function registerStart(app: FastifyInstance, parts: TestRunParts, reportOf: ReportOf): void {
  const { peers, runs, guard } = parts;
  app.post('/conformance/runs', async (request, reply) => {
    const wish: Wish = await jsonBody(request, runRequest);
    const { peer, targets, listen, calling, failedIn, plan: _, draft: __, ...rest } = wish;
    const { statement, partner, services, items, rate, tester, ...care } = rest;
    const target = placeOf(peers(), peer, calling);
    const entities = Object.entries(targets ?? {}).map(([entity, aeTitle]) => ({
      entity,
      ...placeOf(peers(), aeTitle, calling),
    }));
    const before = failedIn === undefined ? undefined : await reportOf(failedIn);
    const approved = await planned(parts, wish, request);
    const run = runs.start(target, {
      ...care,
      tester: guard.who(request, tester),
      ...(statement !== undefined && { statement }),
      ...(approved && { statement: approved.statement, plan: approved.plan }),
      ...(partner !== undefined && { partner }),
      ...(services && { services }),
      ...(items && { items }),
      ...(rate !== undefined && { rate }),
      ...(entities.length > 0 && { entities }),
      ...(listen !== undefined && { ourSide: { host: '0.0.0.0', port: listen, aeTitle: calling ?? 'CSPROBE' } }),
      ...(before && { failedIn: before }),
    });
    if (!run) throw new HttpProblem('conflict', 'Another run goes on.');
    return reply.code(201).send(withoutReport(run));
  });
}

/** What is done to a run while it goes on. */
function registerWhile(app: FastifyInstance, runs: TestRuns): void {
  const over = (): HttpProblem => new HttpProblem('conflict', 'The run does not go on, or waits for nobody.');
  for (const verb of ['pause', 'resume'] as const)
    app.post<{ Params: { id: string } }>(`/conformance/runs/:id/${verb}`, async (request, reply) => {
      if (!runs.hold(request.params.id, verb === 'pause')) throw over();
      return reply.code(204).send();
    });
  app.post<{ Params: { id: string } }>('/conformance/runs/:id/answer', async (request, reply) => {
    const { result, note } = await jsonBody(request, answerRequest);
    if (!runs.answer(request.params.id, { result, observed: note === '' ? 'by hand' : note })) throw over();
    return reply.code(204).send();
  });
}

function registerReports(app: FastifyInstance, runs: TestRuns, reportOf: ReportOf): void {
  app.get<{ Params: { id: string } }>('/conformance/runs/:id/report', async (request, reply) => {
    const report = await reportOf(request.params.id);
    return inForm(request, reply, {
      json: asJson(report),
      html: asHtml(() => renderHtml(reportDocument(report))),
      markdown: () => ({ mediaType: 'text/markdown', text: renderMarkdown(reportDocument(report)) }),
      junit: () => ({ mediaType: 'application/xml', text: junitXml(report) }),
    });
  });
  app.get<{ Params: { id: string } }>('/conformance/runs/:id/history', async (request) => {
    const report = await reportOf(request.params.id);
    const earlier = (await runs.list())
      .filter(
        ({ peer, state, startedAt }) =>
          peer === report.target.calledAeTitle && state === 'done' && startedAt <= report.startedAt,
      )
      .slice(0, 20);
    const all = await Promise.all(earlier.map(async ({ id }) => (await runs.find(id))?.report));
    const reports = all.flatMap((each) => (each && each.startedAt !== report.startedAt ? [each] : []));
    const [last] = reports.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
    return { items: historyOf([...reports, report]), changed: last ? changedResults(last, report) : [] };
  });
}
