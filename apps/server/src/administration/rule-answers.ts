// Requests about forwarding rules, checked and passed on.
import type { FastifyRequest } from 'fastify';
import type { Forwarding } from '../forwarding/open-forwarding.ts';
import type { Rule, RuleContent } from '../forwarding/rule.ts';
import { ruleSchema } from '../forwarding/rule-schema.ts';
import type { WebLimits } from '../web/limits.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { jsonBody } from './job-answers.ts';
import { orderRequest, tryRequest } from './rule-endpoints.ts';

export interface RuleAnswerParts {
  readonly forwarding: Omit<Forwarding, 'follow' | 'atOnce'>;
  readonly peers: { list(): readonly { readonly aeTitle: string }[] };
  readonly limits: WebLimits;
}

const dayMs = 86_400_000;

const parameter = ({ params }: FastifyRequest): string => Object.values(params ?? {}).join('');
const noSuchRule = (ruleId: string) => new HttpProblem('not-found', `No rule goes by ${quote(ruleId)}.`);

/** One answer for each endpoint of rule-endpoints.ts. */
export const ruleAnswers = ({ forwarding, peers, limits }: RuleAnswerParts) => {
  /** @throws HttpProblem where a destination is none of the peers */
  const withPeers = (rule: RuleContent): RuleContent => {
    const known = new Set(peers.list().map(({ aeTitle }) => aeTitle));
    const unknown = rule.destinations.find((title) => !known.has(title));
    if (unknown !== undefined) throw new HttpProblem('not-found', `No peer is called ${quote(unknown)}.`);
    return rule;
  };
  const found = async (ruleId: string): Promise<Rule> => {
    const rule = await forwarding.get(ruleId);
    if (!rule) throw noSuchRule(ruleId);
    return rule;
  };
  return {
    rules: () => forwarding.list(),
    addRule: async (request: FastifyRequest) => {
      const rule = await forwarding.add(withPeers(await jsonBody(request, ruleSchema, limits)));
      if (!rule) throw new HttpProblem('conflict', 'There are as many rules as there may be.');
      return rule;
    },
    arrangeRules: async (request: FastifyRequest) => {
      const { order } = await jsonBody(request, orderRequest, limits);
      for (const ruleId of order) await found(ruleId);
      await forwarding.arrange(order);
      return forwarding.list();
    },
    tryRule: async (request: FastifyRequest) => {
      const { rule, since, until, limit } = await jsonBody(request, tryRequest, limits);
      const now = Date.now();
      const at = (text: string | undefined, otherwise: number) => new Date(text ?? otherwise).toISOString();
      const span = { since: at(since, now - dayMs), until: at(until, now), limit };
      const content = typeof rule === 'string' ? await found(rule) : withPeers(rule);
      return Array.fromAsync(forwarding.dryRun(content, span));
    },
    changeRule: async (request: FastifyRequest) => {
      const content = withPeers(await jsonBody(request, ruleSchema, limits));
      const rule = await forwarding.replace(parameter(request), content);
      if (!rule) throw noSuchRule(parameter(request));
      return rule;
    },
    removeRule: async (request: FastifyRequest) => {
      const rule = await found(parameter(request));
      await forwarding.remove(rule.ruleId);
      return rule;
    },
  };
};
