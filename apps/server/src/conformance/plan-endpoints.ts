// Kept test plans over HTTP: made of kept statements, approved by a person, out of date when a statement changes.
import {
  approvePlan,
  contentDigest,
  createPlan,
  notRunnable,
  type Plan,
  planCsv,
  planDocument,
  planMarkdown,
  renderHtml,
  type Statement,
} from '@concord/conformance';
import type { FastifyInstance } from 'fastify';
import { HttpProblem, quote } from '../web/problem.ts';
import { pagePolicy } from '../web/security-headers.ts';
import { asHtml, asJson, inForm, jsonBody } from './compare-and-plan.ts';
import type { KeptPlan, KeptPlans } from './kept-plans.ts';
import type { PeerStatements } from './peer-statements.ts';
import { approvalRequest, keptPlanRequest } from './requests.ts';
import type { WhoAsks } from './statement-endpoints.ts';

export interface PlanParts {
  readonly plans: KeptPlans;
  readonly statements: PeerStatements;
  readonly own: () => Statement;
  readonly who: WhoAsks;
  readonly audit: (event: 'planned' | 'approved' | 'deleted', who: string, detail: string) => Promise<void>;
}

/** A plan that may be run, and the statements as they are now. */
export interface RunnablePlan {
  readonly plan: Plan;
  readonly statement: unknown;
  /** Why it is not run; undefined where it is. */
  readonly refused: string | undefined;
}

type Kept = Pick<PlanParts, 'plans' | 'statements' | 'own'>;

/** Says why a plan is not run. Ours is made once for all plans that are asked about. */
function judge({ statements, own }: Kept): (kept: KeptPlan) => Promise<Omit<RunnablePlan, 'plan'>> {
  let digest: string | undefined;
  const ownDigest = (): string => {
    digest ??= contentDigest(own());
    return digest;
  };
  return async ({ plan, statement, withOwn }) => {
    const system = await statements.read(statement);
    if (!system) return { statement: undefined, refused: 'the statement that it was made of is not kept any more' };
    const refused = notRunnable(plan, { system: system.digest, ...(withOwn && { partner: ownDigest() }) });
    return { statement: system.statement, refused };
  };
}

/** Looks a plan up for a run; undefined where there is none. */
export async function runnablePlan(parts: Kept, id: string): Promise<RunnablePlan | undefined> {
  const kept = await parts.plans.read(id);
  return kept && { plan: kept.plan, ...(await judge(parts)(kept)) };
}

const summaryOf = (kept: KeptPlan, refused: string | undefined) => ({
  id: kept.id,
  madeAt: kept.madeAt,
  statement: kept.statement,
  withOwn: kept.withOwn,
  system: kept.plan.system.label,
  items: kept.plan.estimate.items,
  minutes: kept.plan.estimate.minutes,
  ...(kept.plan.approval && { approval: kept.plan.approval }),
  ...(refused !== undefined && { refused }),
});

/** Registers `/conformance/test-plans`. */
export function registerPlans(app: FastifyInstance, parts: PlanParts): void {
  const { plans, statements, own, who, audit } = parts;
  const found = async (id: string): Promise<KeptPlan> => {
    const kept = await plans.read(id);
    if (!kept) throw new HttpProblem('not-found', `No test plan ${quote(id)} is kept.`);
    return kept;
  };
  const told = async (kept: KeptPlan, judged = judge(parts)) => summaryOf(kept, (await judged(kept)).refused);
  app.get('/conformance/test-plans', async () => {
    const judged = judge(parts);
    return Promise.all((await plans.list()).map((kept) => told(kept, judged)));
  });
  app.post('/conformance/test-plans', async (request, reply) => {
    const { statement: id, withOwn, notNeeded } = await jsonBody(request, keptPlanRequest);
    const system = await statements.read(id);
    if (!system) throw new HttpProblem('not-found', `No statement ${quote(id)} is kept.`);
    const plan = createPlan(system.statement, { ...(withOwn && { partner: own() }), notNeeded });
    if (plan.items.length === 0)
      throw new HttpProblem('conflict', `There is nothing to test: ${plan.unknown.join(' ')}`);
    const kept = await plans.keep(plan, { statement: id, withOwn });
    if (!kept) throw new HttpProblem('conflict', 'There are too many plans: delete what is not needed any more.');
    await audit('planned', who(request, 'not named'), `plan ${kept.id} for ${system.name}`);
    return reply.code(201).send(await told(kept));
  });
  app.get<{ Params: { plan: string } }>('/conformance/test-plans/:plan', async (request, reply) => {
    const { plan } = await found(request.params.plan);
    reply.header('content-security-policy', pagePolicy);
    return inForm(request, reply, {
      json: asJson(plan),
      html: asHtml(() => renderHtml(planDocument(plan))),
      markdown: () => ({ mediaType: 'text/markdown', text: planMarkdown(plan) }),
      csv: () => ({ mediaType: 'text/csv', text: planCsv(plan) }),
    });
  });
  app.post<{ Params: { plan: string } }>('/conformance/test-plans/:plan/approval', async (request) => {
    const { by } = await jsonBody(request, approvalRequest);
    const kept = await found(request.params.plan);
    const plan = approvePlan(kept.plan, who(request, by));
    if (!(await plans.change(kept, plan)))
      throw new HttpProblem('conflict', 'The plan was changed meanwhile: look at it again.');
    await audit('approved', who(request, by), `plan ${kept.id} for ${plan.system.label}`);
    return told({ ...kept, plan });
  });
  app.delete<{ Params: { plan: string } }>('/conformance/test-plans/:plan', async (request, reply) => {
    const { id, plan } = await found(request.params.plan);
    await plans.remove(id);
    await audit('deleted', who(request, 'not named'), `plan ${id} for ${plan.system.label}`);
    return reply.code(204).send();
  });
}
