// Forwarding put together: the rules as people change them, their dry run, and what follows when something arrives.
import type { Follower } from '../arrivals/arrivals.ts';
import type { Database } from '../database/database.ts';
import type { Transfers } from '../transfers/open-transfers.ts';
import { type DryRunParts, dryRun, type Span, type TriedStudy } from './dry-run.ts';
import { type ForwardParts, forwarding } from './forward.ts';
import type { Rule, RuleContent } from './rule.ts';
import { createRuleStore, type RuleStore } from './rule-store.ts';

export interface ForwardingParts extends Pick<ForwardParts, 'archive' | 'log' | 'now' | 'believedNow' | 'memory'> {
  readonly database: Database;
  readonly transfers: Pick<Transfers, 'controlRule' | 'making'>;
}

export interface Forwarding extends Pick<RuleStore, 'list' | 'get' | 'add' | 'remove' | 'arrange'> {
  /** Undefined where there is no such rule. Pausing a rule pauses its jobs, going on resumes them. */
  replace(ruleId: string, content: RuleContent): Promise<Rule | undefined>;
  dryRun(rule: RuleContent, span: Span): AsyncIterable<TriedStudy>;
  readonly follow: Follower;
  /** Whether any rule sends at once. */
  atOnce(): boolean;
}

/** How long rules that another node has changed may be unknown here, in ms. */
const rulesStayMs = 2000;

export async function openForwarding(parts: ForwardingParts): Promise<Forwarding> {
  const store = createRuleStore(parts.database, parts.now);
  let rules = await store.list();
  let readAt = performance.now();
  /** Other nodes change rules too. */
  const current = async (): Promise<readonly Rule[]> => {
    readAt = performance.now();
    rules = await store.list();
    return rules;
  };
  const after = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    await current();
    return result;
  };
  const tried: DryRunParts = parts;
  return {
    ...store,
    add: (content) => after(store.add(content)),
    remove: (ruleId) => after(store.remove(ruleId)),
    arrange: (order) => after(store.arrange(order)),
    async replace(ruleId, content) {
      const before = await store.get(ruleId);
      if (!before) return undefined;
      const rule = await after(store.replace(before, content));
      // What the rule has asked for already waits, or goes on, with it.
      if (before.state !== rule.state && rule.state !== 'off')
        await parts.transfers.controlRule(ruleId, rule.state === 'paused' ? 'pause' : 'resume');
      return rule;
    },
    dryRun: (rule, span) => dryRun(rule, span, tried),
    follow: forwarding({ ...parts, jobs: parts.transfers.making, rules: current }),
    atOnce() {
      // What cannot be read now is asked for with the next arrival.
      if (performance.now() - readAt > rulesStayMs) void current().catch(() => undefined);
      return rules.some(({ state, when }) => state !== 'off' && when === 'at once');
    },
  };
}
