// Notes what comes in and becomes no new object: what is refused, and what is here already. What is stored has its row.

import { randomBytes } from 'node:crypto';
import { formatCode, type Log, statusClass } from '@concord/network';
import type { Archive, Origin, Receipt } from '../../archive/archive.ts';
import { type Database, sql } from '../../database/database.ts';
import type { BelievedNow } from '../../retention/believed-clock.ts';

export interface ReceptionParts {
  readonly database: Database;
  /** How long a note is kept. */
  readonly days: number;
  readonly now: () => Date;
  /** The time by which notes are old. */
  readonly believedNow: BelievedNow;
  readonly log: Log;
}

export type Receptions = Awaited<ReturnType<typeof openReceptions>>;

const dayMs = 86_400_000;
/** Notes at most; of more the oldest go: a sender that is refused for ever does not fill the index. */
const mostNotes = 1_000_000;
/** Notes between two clearances. */
const clearEvery = 1000;
/** Notes that wait to be written; more are dropped and counted in the log. */
const mostWaiting = 10_000;

interface Came {
  readonly origin: Origin;
  readonly transferSyntaxUid: string;
}

/** Wraps what takes objects in: each outcome that leaves no row leaves a note, written beside the answer, never before it. */
export async function openReceptions(parts: ReceptionParts) {
  const { database, now, log } = parts;
  await clear(parts);
  const waiting = new Set<Promise<void>>();
  let added = 0;
  const write = async (receipt: Receipt, came: Came): Promise<void> => {
    try {
      await database.batch([insertNote(receipt, came, now())], { durable: false });
      added += 1;
      if (added % clearEvery === 0) await clear(parts);
    } catch (error) {
      log.error(
        { err: error, sopInstanceUid: receipt.sopInstanceUid },
        'a note of the transfer ledger could not be kept',
      );
    }
  };
  const note = (receipt: Receipt, came: Came): Receipt => {
    if (statusClass(receipt.status.code) !== 'failure' && receipt.already !== true) return receipt;
    if (waiting.size >= mostWaiting) {
      log.error(
        { sopInstanceUid: receipt.sopInstanceUid },
        'too many notes of the transfer ledger wait; one is dropped',
      );
      return receipt;
    }
    const written = write(receipt, came).finally(() => waiting.delete(written));
    waiting.add(written);
    return receipt;
  };
  return {
    watching: (archive: Archive): Archive => ({
      ...archive,
      receive: async (incoming) => note(await archive.receive(incoming), incoming),
      receivePart10: async (file, origin, signal) =>
        note(await archive.receivePart10(file, origin, signal), { origin, transferSyntaxUid: '' }),
    }),
    /** UIDs of a study that came since then (ISO 8601), those included of which a copy was here already. */
    async arrivedSince(studyInstanceUid: string, since: string): Promise<ReadonlySet<string>> {
      await Promise.all(waiting);
      const rows = await database.all(sql`
        select sop_instance_uid as uid from reception_note
        where study_instance_uid = ${studyInstanceUid} and outcome = 'here already' and received_at >= ${since}
        union select i.sop_instance_uid from instance i
          join series e on e.series_key = i.series_key join study s on s.study_key = e.study_key
        where s.study_instance_uid = ${studyInstanceUid} and i.received_at >= ${since}`);
      return new Set(rows.map(({ uid }) => String(uid)));
    },
    /** Resolves when what was noted before is kept. */
    settled: async (): Promise<void> => void (await Promise.all(waiting)),
  };
}

async function clear({ database, days, believedNow }: ReceptionParts): Promise<void> {
  const now = await believedNow();
  if (!now) return;
  const oldest = new Date(now.getTime() - days * dayMs).toISOString();
  const old = [
    sql`delete from reception_note where note_id < ${oldest}`,
    sql`delete from reception_note where note_id <= (
      select note_id from reception_note order by note_id desc limit 1 offset ${mostNotes})`,
    sql`delete from completion where completed_at < ${oldest} and not exists (
      select 1 from study s where s.study_instance_uid = completion.study_instance_uid)`,
    sql`delete from expectation where said_at < ${oldest}`,
    sql`delete from expected_instance where said_at < ${oldest}`,
    sql`delete from performed_step where changed_at < ${oldest}`,
  ];
  await database.batch(old, { unhurried: true });
}

function insertNote(receipt: Receipt, { origin, transferSyntaxUid }: Came, at: Date) {
  const { status, instance, already } = receipt;
  const receivedAt = at.toISOString();
  const outcome = already === true && statusClass(status.code) !== 'failure' ? 'here already' : 'refused';
  const detail = outcome === 'refused' ? [formatCode(status.code), status.comment].filter(Boolean).join(': ') : '';
  return sql`
    insert into reception_note (note_id, received_at, outcome, calling_ae_title, address, association_id,
      study_instance_uid, sop_instance_uid, sop_class_uid, transfer_syntax_uid, status, detail)
    values (${`${receivedAt} ${randomBytes(6).toString('hex')}`}, ${receivedAt}, ${outcome},
      ${origin.callingAeTitle ?? ''}, ${origin.address ?? ''}, ${origin.associationId ?? ''},
      ${instance?.studyInstanceUid ?? ''}, ${receipt.sopInstanceUid ?? ''}, ${receipt.sopClassUid ?? ''},
      ${transferSyntaxUid}, ${status.code}, ${detail})`;
}
