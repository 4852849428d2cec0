// What every association was about, kept in the database and readable afterwards.
import type { AssociationRecord, Log } from '@concord/network';
import { type Database, sql } from '../database/database.ts';

export interface AssociationRecords {
  /** Kept when the promise resolves; a record that cannot be kept is logged, never thrown. */
  add(record: AssociationRecord): Promise<void>;
  /** Newest first. */
  recent(limit: number): Promise<readonly AssociationRecord[]>;
}

export const createAssociationRecords = (database: Database, log: Log): AssociationRecords => ({
  async add(record) {
    const startedAt = new Date(record.association.startedAt).toISOString();
    try {
      await database.batch([
        sql`insert into association_record (association_id, started_at, calling_ae_title, address, record)
          values (${record.association.id}, ${startedAt}, ${record.association.callingAeTitle},
            ${record.association.address}, ${JSON.stringify(record)})`,
      ]);
    } catch (error) {
      log.error({ err: error, association: record.association.id }, 'an association record could not be kept');
    }
  },
  async recent(limit) {
    const rows = await database.all<{ record: string }>(
      sql`select record from association_record order by started_at desc limit ${limit}`,
    );
    return rows.map((row): AssociationRecord => JSON.parse(row.record));
  },
});
