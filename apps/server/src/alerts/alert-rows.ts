// Alerts in the index: one row for each thing that people are told of, until somebody has acknowledged it.
import { type Database, type Query, sql } from '../database/database.ts';
import type { Alert, Raised } from './alert.ts';

/** Rows that stay; of more, those whose last time is longest ago go. */
export const mostAlerts = 500;

/** Adds to the open row of the same subject, or makes one. */
export const insertAlert = (raised: Raised): Query => {
  const { alertId, subject, entity, operation, status, peer, destination, detail, associationId, times } = raised;
  return sql`insert into alert (alert_id, subject, entity, operation, status, peer, destination, detail, association_id,
      times, first_at, last_at, acknowledged_at, acknowledged_by)
    values (${alertId}, ${subject}, ${entity}, ${operation}, ${status}, ${peer}, ${destination}, ${detail},
      ${associationId}, ${times}, ${raised.firstAt}, ${raised.lastAt}, '', '')
    on conflict (subject) where acknowledged_at = '' do update set times = alert.times + excluded.times,
      last_at = excluded.last_at, peer = excluded.peer, detail = excluded.detail,
      association_id = excluded.association_id`;
};

export const clearAlerts = (): Query => sql`delete from alert where alert_id in (
  select alert_id from alert order by last_at desc, alert_id limit 1000000 offset ${mostAlerts})`;

/** Whether one of this subject waits for somebody. */
export const isOpenAlert = async (database: Pick<Database, 'all'>, subject: string): Promise<boolean> =>
  (await database.all(sql`select alert_id from alert where subject = ${subject} and acknowledged_at = ''`)).length > 0;

/** The newest first. */
export const readAlerts = (database: Pick<Database, 'all'>): Promise<readonly Alert[]> =>
  database.all<Alert>(sql`
    select alert_id as "alertId", entity, operation, status, peer, destination, detail,
      association_id as "associationId", times, first_at as "firstAt", last_at as "lastAt",
      acknowledged_at as "acknowledgedAt", acknowledged_by as "acknowledgedBy"
    from alert order by last_at desc, alert_id limit ${mostAlerts}`);

/** False where there is none, or somebody has acknowledged it before. */
export async function acknowledgeRow(
  database: Pick<Database, 'batch'>,
  { alertId, by, at }: { readonly alertId: string; readonly by: string; readonly at: string },
): Promise<boolean> {
  const [rows] = await database.batch([
    sql`update alert set acknowledged_at = ${at}, acknowledged_by = ${by}
      where alert_id = ${alertId} and acknowledged_at = '' returning alert_id`,
  ]);
  return (rows?.length ?? 0) > 0;
}
