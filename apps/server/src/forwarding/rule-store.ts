// Forwarding rules in the index, in the order people gave them.
import { randomUUID } from 'node:crypto';
import { type Database, type Query, type Row, sql } from '../database/database.ts';
import type { Rule, RuleContent } from './rule.ts';

/** Rules at most: each is asked about every series that comes in. */
export const mostRules = 500;

export type RuleStore = ReturnType<typeof createRuleStore>;

async function rulesOf(rows: readonly Row[]): Promise<readonly Rule[]> {
  if (rows.length === 0) return [];
  const { ruleSchema } = await import('./rule-schema.ts');
  return rows.map((row) => ({
    // One that does not say what goes along is from before there was a choice.
    ...ruleSchema.parse({ takeAlong: 'nothing', ...JSON.parse(String(row.rule)) }),
    ruleId: String(row.rule_id),
    since: String(row.since),
  }));
}

export function createRuleStore(database: Database, now: () => Date) {
  const list = async (): Promise<readonly Rule[]> =>
    rulesOf(await database.all(sql`select rule_id, rule, since from forwarding_rule order by position, rule_id`));
  /** Whether a query changed something. */
  const change = async (query: Query): Promise<boolean> => ((await database.batch([query]))[0]?.length ?? 0) > 0;
  return {
    list,
    async get(ruleId: string): Promise<Rule | undefined> {
      return (await list()).find((rule) => rule.ruleId === ruleId);
    },
    /** Behind the others. Undefined where there are as many as may be. */
    async add(content: RuleContent): Promise<Rule | undefined> {
      const rule = { ...content, ruleId: randomUUID(), since: now().toISOString() };
      const added = await change(sql`
        insert into forwarding_rule (rule_id, position, rule, since)
        select ${rule.ruleId}, coalesce((select max(position) from forwarding_rule), 0) + 1, ${JSON.stringify(content)},
          ${rule.since}
        where (select count(*) from forwarding_rule) < ${mostRules}
        returning rule_id`);
      return added ? rule : undefined;
    },
    /** What was received while it was off is not sent on; whatever else changes, what it has done stays done. */
    async replace(before: Rule, content: RuleContent): Promise<Rule> {
      const since = before.state === 'off' && content.state !== 'off' ? now().toISOString() : before.since;
      await change(sql`update forwarding_rule set rule = ${JSON.stringify(content)}, since = ${since}
        where rule_id = ${before.ruleId} returning rule_id`);
      return { ...content, ruleId: before.ruleId, since };
    },
    /** False where there is none. */
    remove: (ruleId: string): Promise<boolean> =>
      change(sql`delete from forwarding_rule where rule_id = ${ruleId} returning rule_id`),
    /** The rules named first in this order, the others behind them. */
    async arrange(order: readonly string[]): Promise<void> {
      const rest = (await list()).map(({ ruleId }) => ruleId).filter((ruleId) => !order.includes(ruleId));
      await database.batch(
        [...order, ...rest].map(
          (ruleId, index) => sql`update forwarding_rule set position = ${index} where rule_id = ${ruleId}`,
        ),
      );
    },
  };
}
