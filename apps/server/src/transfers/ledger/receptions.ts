// Notes what comes in and becomes no new object: refused, broken off, put aside, or here already. What is stored has its row.

import { randomBytes } from 'node:crypto';
import { formatCode, type Log, statusClass } from '@concord/network';
import type { Archive, Incoming, Origin, Receipt } from '../../archive/archive.ts';
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

interface Note extends Came {
  readonly outcome: 'refused' | 'broken off' | 'put aside' | 'here already';
  readonly studyInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly status: number;
  readonly detail: string;
}

/** Wraps what takes objects in: each outcome that leaves no row leaves a note, written beside the answer, never before it. */
export async function openReceptions(parts: ReceptionParts) {
  const { database, now, log } = parts;
  await clear(parts);
  const waiting = new Set<Promise<void>>();
  let added = 0;
  const write = async (note: Note): Promise<void> => {
    try {
      await database.batch([insertNote(note, now())], { durable: false });
      added += 1;
      if (added % clearEvery === 0) await clear(parts);
    } catch (error) {
      log.error({ err: error, sopInstanceUid: note.sopInstanceUid }, 'a note of the transfer ledger could not be kept');
    }
  };
  const keep = (note: Note): void => {
    if (waiting.size >= mostWaiting) {
      log.error({ sopInstanceUid: note.sopInstanceUid }, 'too many notes of the transfer ledger wait; one is dropped');
      return;
    }
    const written = write(note).finally(() => waiting.delete(written));
    waiting.add(written);
  };
  const noted = (receipt: Receipt, came: Came): Receipt => {
    if (statusClass(receipt.status.code) === 'failure' || receipt.already === true) keep(noteOf(receipt, came));
    return receipt;
  };
  const orBrokenOff = async (incoming: Incoming, receive: Archive['receive']): Promise<Receipt> => {
    try {
      return await receive(incoming);
    } catch (error) {
      if (incoming.sopInstanceUid !== undefined) keep(brokenOff(incoming, error));
      throw error;
    }
  };
  return {
    watching: (archive: Archive): Archive => ({
      ...archive,
      receive: async (incoming) => noted(await orBrokenOff(incoming, archive.receive), incoming),
      receivePart10: async (file, origin, signal) =>
        noted(await archive.receivePart10(file, origin, signal), { origin, transferSyntaxUid: '' }),
    }),
    /** UIDs of a study that came since then (ISO 8601), those included of which a copy was here already. */
    async arrivedSince(studyInstanceUid: string, since: string): Promise<ReadonlySet<string>> {
      await Promise.all(waiting);
      const rows = await database.all(sql`
        select n.sop_instance_uid as uid from reception_note n join instance i on i.sop_instance_uid = n.sop_instance_uid
          join series e on e.series_key = i.series_key join study s on s.study_key = e.study_key
        where n.study_instance_uid = ${studyInstanceUid} and n.outcome in ('here already', 'put aside')
          and n.received_at >= ${since} and s.study_instance_uid = n.study_instance_uid
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

/** What a UID may have; a sender may have said anything. PS3.5 9.1. */
const longestUid = 64;

function noteOf(receipt: Receipt, { origin, transferSyntaxUid }: Came): Note {
  const { status, instance, aside } = receipt;
  const here = instance?.studyInstanceUid ?? '';
  const study = receipt.studyInstanceUid ?? here;
  const said = {
    ...{ origin, transferSyntaxUid, studyInstanceUid: study, status: status.code },
    ...{ sopInstanceUid: receipt.sopInstanceUid ?? '', sopClassUid: receipt.sopClassUid ?? '' },
  };
  if (statusClass(status.code) === 'failure')
    return {
      ...said,
      outcome: 'refused',
      detail: [formatCode(status.code), status.comment].filter(Boolean).join(': '),
    };
  const where = here === study ? '' : ` in study ${here}`;
  return aside
    ? { ...said, outcome: 'put aside', detail: `another object has its SOP Instance UID${where}` }
    : { ...said, outcome: 'here already', detail: '' };
}

/** Nobody was left to answer to. */
const brokenOff = ({ origin, transferSyntaxUid, ...said }: Incoming, error: unknown): Note => ({
  ...{ origin, transferSyntaxUid, studyInstanceUid: '', status: 0 },
  ...{ sopInstanceUid: said.sopInstanceUid ?? '', sopClassUid: said.sopClassUid ?? '' },
  outcome: 'broken off',
  detail: error instanceof Error ? error.message : String(error),
});

function insertNote({ origin, ...note }: Note, at: Date) {
  const receivedAt = at.toISOString();
  return sql`
    insert into reception_note (note_id, received_at, outcome, calling_ae_title, address, association_id,
      study_instance_uid, sop_instance_uid, sop_class_uid, transfer_syntax_uid, status, detail)
    values (${`${receivedAt} ${randomBytes(6).toString('hex')}`}, ${receivedAt}, ${note.outcome},
      ${origin.callingAeTitle ?? ''}, ${origin.address ?? ''}, ${origin.associationId ?? ''},
      ${note.studyInstanceUid}, ${note.sopInstanceUid.slice(0, longestUid)}, ${note.sopClassUid.slice(0, longestUid)},
      ${note.transferSyntaxUid}, ${note.status}, ${note.detail})`;
}
