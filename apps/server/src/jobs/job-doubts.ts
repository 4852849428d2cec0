// Instances that may be on their way: noted before they go out, so that after a crash nobody takes them for unsent.
import { type Database, sql } from '../database/database.ts';
import { rowsAtOnce, texts } from './job-rows.ts';

/** What whoever sends notes before and after. */
export const doubting = (database: Database, stamp: () => string) => {
  const note = async (jobId: string, positions: readonly number[], at: string): Promise<void> => {
    const statements = [];
    for (let from = 0; from < positions.length; from += rowsAtOnce) {
      const some = texts(positions.slice(from, from + rowsAtOnce));
      statements.push(sql`update job_instance set begun_at = ${at} where job_id = ${jobId} and position in (${some})`);
    }
    await database.batch(statements);
  };
  return {
    /** Some at a time, before the first of them goes out; when it resolves, no crash of program or machine forgets it. */
    begun: (jobId: string, positions: readonly number[]): Promise<void> => note(jobId, positions, stamp()),

    /** They did not go out after all. */
    notBegun: (jobId: string, positions: readonly number[]): Promise<void> => note(jobId, positions, ''),

    /** Of these, the instances that the destination has confirmed to another job. */
    async brought(
      { jobId, destination }: { readonly jobId: string; readonly destination: string },
      sopInstanceUids: readonly string[],
    ): Promise<ReadonlySet<string>> {
      const found = new Set<string>();
      for (let at = 0; at < sopInstanceUids.length; at += rowsAtOnce) {
        const rows = await database.all(sql`
          select i.sop_instance_uid from job_instance i join job j on j.job_id = i.job_id
          where i.sop_instance_uid in (${texts(sopInstanceUids.slice(at, at + rowsAtOnce))}) and i.state = 'sent'
            and j.destination = ${destination} and j.job_id <> ${jobId} and j.kind in ('send', 'send from media')`);
        for (const row of rows) found.add(String(row.sop_instance_uid));
      }
      return found;
    },
  };
};
