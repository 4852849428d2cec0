// What every association was about: kept in the database, the last ones at hand in memory.
import type { AssociationRecord, Log } from '@concord/network';
import { type Database, sql } from '../database/database.ts';

export interface AssociationRecords {
  /** Kept when the promise resolves; a record that cannot be kept is logged, never thrown. */
  add(record: AssociationRecord): Promise<void>;
  /** The last 200, newest first. */
  recent(): readonly AssociationRecord[];
}

const atHand = 200;

export async function createAssociationRecords(database: Database, log: Log): Promise<AssociationRecords> {
  const rows = await database.all<{ record: string }>(
    sql`select record from association_record order by started_at desc limit ${atHand}`,
  );
  const recent = rows.map((row): AssociationRecord => JSON.parse(row.record));
  return {
    async add(record) {
      recent.unshift(record);
      recent.length = Math.min(recent.length, atHand);
      const startedAt = new Date(record.startedAt).toISOString();
      try {
        await database.batch([
          sql`insert into association_record (association_id, started_at, calling_ae_title, address, record)
            values (${record.id}, ${startedAt}, ${record.callingAeTitle}, ${record.address}, ${JSON.stringify(record)})`,
        ]);
      } catch (error) {
        log.error({ err: error, association: record.id }, 'an association record could not be kept');
      }
    },
    recent: () => recent,
  };
}
