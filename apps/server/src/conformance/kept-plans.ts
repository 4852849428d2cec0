// Test plans that are kept, approved by a person, and run: each as it stands, with the statement that it was made of. PS3.2 6
import { randomUUID } from 'node:crypto';
import { asPlan, type Plan } from '@concord/conformance';
import { type Database, sql } from '../database/database.ts';

export interface KeptPlan {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  /** Id of the system under test. */
  readonly statement: string;
  /** What this server proposes is proposed in it. */
  readonly withOwn: boolean;
  readonly plan: Plan;
}

export interface KeptPlans {
  /** The newest first. */
  list(): Promise<readonly KeptPlan[]>;
  read(id: string): Promise<KeptPlan | undefined>;
  /** Undefined: there are too many. */
  keep(plan: Plan, of: Pick<KeptPlan, 'statement' | 'withOwn'>): Promise<KeptPlan | undefined>;
  /** Puts a plan in the place of the same one as it was; false where that is not what is kept any more. */
  change(before: KeptPlan, plan: Plan): Promise<boolean>;
  /** False where there is none. */
  remove(id: string): Promise<boolean>;
  /** Those of a system that goes. */
  removeOf(statement: string): Promise<void>;
}

const mostPlans = 200;

interface PlanRow {
  readonly id: string;
  readonly made_at: string;
  readonly statement: string;
  readonly with_own: number;
  readonly content: string;
}

/** A row that another release of the program wrote may be none any more. */
const planOf = (row: PlanRow): readonly KeptPlan[] => {
  const plan = asPlan(JSON.parse(row.content));
  return plan ? [{ id: row.id, madeAt: row.made_at, statement: row.statement, withOwn: row.with_own === 1, plan }] : [];
};

/** In the index, where every node sees them. */
export function createKeptPlans(database: Pick<Database, 'all' | 'batch' | 'transaction'>): KeptPlans {
  const read = async (id: string): Promise<KeptPlan | undefined> => {
    const rows = await database.all<PlanRow>(sql`select * from test_plan where id = ${id}`);
    return rows.flatMap(planOf)[0];
  };
  return {
    read,
    async list() {
      const rows = await database.all<PlanRow>(
        sql`select * from test_plan order by made_at desc, id limit ${mostPlans}`,
      );
      return rows.flatMap(planOf);
    },
    keep: (plan, { statement, withOwn }) =>
      database.transaction(async (inside) => {
        const [row] = await inside.all<{ readonly count: number }>(sql`select count(*) as count from test_plan`);
        if (Number(row?.count ?? 0) >= mostPlans) return undefined;
        const kept = { id: randomUUID(), madeAt: new Date().toISOString(), statement, withOwn, plan };
        await inside.all(
          sql`insert into test_plan (id, made_at, statement, with_own, content)
            values (${kept.id}, ${kept.madeAt}, ${statement}, ${withOwn ? 1 : 0}, ${JSON.stringify(plan)})`,
        );
        return kept;
      }),
    async change({ id, plan: before }, plan) {
      const [rows = []] = await database.batch([
        sql`update test_plan set content = ${JSON.stringify(plan)}
          where id = ${id} and content = ${JSON.stringify(before)} returning id`,
      ]);
      return rows.length > 0;
    },
    async remove(id) {
      const [rows = []] = await database.batch([sql`delete from test_plan where id = ${id} returning id`]);
      return rows.length > 0;
    },
    async removeOf(statement) {
      await database.batch([sql`delete from test_plan where statement = ${statement}`]);
    },
  };
}
