// What was refused, or broke off, the last first: what it was, who sent it, and why it was not taken.
import { type Database, sql } from '../../database/database.ts';
import type { RefusedObject } from './ledger-shape.ts';

export interface RefusedSpan {
  /** Id of a refusal: only older ones; '' for the newest. */
  readonly before: string;
  readonly limit: number;
}

export async function refusedObjects(
  database: Pick<Database, 'all'>,
  { before, limit }: RefusedSpan,
): Promise<readonly RefusedObject[]> {
  const older = before === '' ? sql`1 = 1` : sql`note_id < ${before}`;
  const rows = await database.all(sql`
    select note_id, received_at, outcome, calling_ae_title, address, association_id, study_instance_uid, sop_instance_uid,
      sop_class_uid, transfer_syntax_uid, status, detail
    from reception_note where outcome in ('refused', 'broken off') and ${older} order by note_id desc limit ${limit}`);
  return rows.map((row) => ({
    id: String(row.note_id),
    at: String(row.received_at),
    peer: String(row.calling_ae_title),
    address: String(row.address),
    associationId: String(row.association_id),
    studyInstanceUid: String(row.study_instance_uid),
    sopInstanceUid: String(row.sop_instance_uid),
    sopClassUid: String(row.sop_class_uid),
    transferSyntaxUid: String(row.transfer_syntax_uid),
    status: Number(row.status),
    detail: row.outcome === 'broken off' ? `broken off: ${row.detail}` : String(row.detail),
  }));
}
