// Acts carried out one at a time, each with its event; what was done can be read, and taken back.
import { randomBytes } from 'node:crypto';
import type { Log } from '@concord/network';
import { type Database, DatabaseError, join, type Query, type Row, sql } from '../database/database.ts';
import { prepare } from './acts.ts';
import {
  type Act,
  type Moment,
  type Note,
  type PatientEvent,
  ReconciliationError,
  type Seen,
} from './reconciliation.ts';
import { recount, type Snapshot, snapshotOf, type Within } from './rows.ts';
import { checkSeen } from './seen.ts';
import { takeBack } from './take-back.ts';

export interface ReconciliationParts {
  readonly database: Database;
  /** (0400,0563) Modifying System. */
  readonly system: string;
  readonly now: () => Date;
  readonly log: Log;
}

/** A study that bears an ID under which another person is known. */
export interface Quarantined {
  readonly studyInstanceUid: string;
  readonly patientId: string;
  readonly issuer: string;
  readonly patientName: string;
  readonly patientBirthDate: string;
  readonly why: string;
  readonly receivedAt: string;
  /** Who is known under the ID; '' where nobody is any more. */
  readonly knownName: string;
  readonly knownBirthDate: string;
}

/** A patient by its ID and issuer, as acts name it. */
export interface Known {
  readonly patientId: string;
  readonly issuer: string;
  readonly patientName: string;
  readonly patientBirthDate: string;
  readonly patientSex: string;
  readonly studies: number;
}

/** An object that contradicts what was there before it. */
export interface Conflict {
  readonly conflict: number;
  readonly kind: string;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  /** As the study is shown; '' where it is not here. */
  readonly patientName: string;
  readonly detail: string;
  readonly receivedAt: string;
  readonly receivedBy: string;
}

export type Reconciliation = ReturnType<typeof openReconciliation>;

const eventColumns = sql`event_id as "eventId", kind, made_at as "at", made_by as "by", reason, summary,
  undone_at as "undoneAt", undone_by as "undoneBy"`;

/** Answers of a list at most. */
const mostListed = 1000;

export function openReconciliation({ database, system, now, log }: ReconciliationParts) {
  /** Throws ReconciliationError, also where what was seen is no longer so; nothing has changed then. */
  const act = async (what: Act, note: Note, seen: readonly Seen[] = []): Promise<PatientEvent> => {
    const moment: Moment = { ...note, at: now(), system };
    const eventId = newEventId(moment.at);
    const event = await database
      .transaction(async (within) => {
        for (const each of seen) await checkSeen(within, each);
        const { patientKeys, studies, summary, perform } = await prepare(what, within, moment);
        const studyKeys = studies.map(({ study_key: key }) => key);
        const before = await snapshotOf(within, patientKeys, studyKeys);
        await perform();
        const after = await snapshotOf(within, patientKeys, studyKeys);
        if (studies.length > 0 && patientKeys.length > 0) await recount(within, patientKeys);
        const subjects = new Set([...subjectsOf(before), ...subjectsOf(after)]);
        await writeEvent(within, { eventId, kind: what.kind, summary, moment, before, after, subjects });
        return { summary };
      })
      .catch(asReconciliationError);
    log.info({ event: eventId, kind: what.kind, by: note.by }, `patients put right: ${what.kind}`);
    const [written] = await read(sql`event_id = ${eventId}`, 1);
    return (
      written ?? {
        eventId,
        kind: what.kind,
        at: moment.at.toISOString(),
        ...note,
        ...event,
        undoneAt: '',
        undoneBy: '',
      }
    );
  };

  const read = (condition: Query, limit: number): Promise<readonly PatientEvent[]> =>
    database.all<PatientEvent>(sql`
      select ${eventColumns} from patient_event where ${condition} order by event_id desc limit ${limit}`);

  /** Takes an event back. Throws ReconciliationError where later ones stand on it. */
  const undo = async (eventId: string, { by }: Pick<Note, 'by'>): Promise<PatientEvent> => {
    await database
      .transaction(async (within) => {
        const [event] = await within.all(sql`
        select rows_before, rows_after, undone_at from patient_event where event_id = ${eventId}`);
        if (!event) throw new ReconciliationError('not-there', `event ${eventId}`);
        if (event.undone_at !== '') throw new ReconciliationError('nothing-to-do', 'it was taken back already');
        await checkNothingLater(within, eventId);
        const moment: Moment = { by, reason: '', at: now(), system };
        await takeBack(within, JSON.parse(String(event.rows_before)), JSON.parse(String(event.rows_after)), moment);
        await within.all(sql`
        update patient_event set undone_at = ${now().toISOString()}, undone_by = ${by} where event_id = ${eventId}`);
      })
      .catch(asReconciliationError);
    log.info({ event: eventId, by }, 'an event was taken back');
    const [undone] = await read(sql`event_id = ${eventId}`, 1);
    if (!undone) throw new ReconciliationError('not-there', `event ${eventId}`);
    return undone;
  };

  return {
    act,
    undo,
    /** The newest first; of one study and the patients it belonged to, or all. */
    async events({ studyInstanceUid, limit = 100 }: { studyInstanceUid?: string; limit?: number }) {
      if (studyInstanceUid === undefined) return read(sql`1 = 1`, Math.min(limit, mostListed));
      const subjects = await subjectsOfStudy(database, studyInstanceUid);
      const about = join(
        subjects.map((subject) => sql`${subject}`),
        ', ',
      );
      return read(
        sql`event_id in (select event_id from patient_event_about where subject in (${about}))`,
        Math.min(limit, mostListed),
      );
    },
    known: (patientId: string): Promise<readonly Known[]> =>
      database.all<Known>(sql`
        select patient_id as "patientId", issuer, name as "patientName", birth_date as "patientBirthDate",
          sex as "patientSex", study_count as studies
        from patient where patient_id = ${patientId} and nameless_study = '' order by issuer limit ${mostListed}`),
    quarantined: (): Promise<readonly Quarantined[]> =>
      database.all<Quarantined>(sql`
        select s.study_instance_uid as "studyInstanceUid", p.patient_id as "patientId", p.issuer, s.patient_name as "patientName",
          s.patient_birth_date as "patientBirthDate", s.quarantine as why, s.received_at as "receivedAt",
          coalesce(k.name, '') as "knownName", coalesce(k.birth_date, '') as "knownBirthDate"
        from study s join patient p on p.patient_key = s.patient_key
          left join patient k on k.patient_id = p.patient_id and k.issuer = p.issuer and k.nameless_study = ''
            and k.patient_key <> p.patient_key
        where s.quarantine > '' order by s.study_key desc limit ${mostListed}`),
    conflicts: (): Promise<readonly Conflict[]> =>
      database.all<Conflict>(sql`
        select c.conflict_key as conflict, c.kind, c.sop_instance_uid as "sopInstanceUid",
          c.study_instance_uid as "studyInstanceUid", coalesce(s.patient_name, '') as "patientName",
          c.detail, c.received_at as "receivedAt", c.received_by as "receivedBy"
        from conflict c left join study s on s.study_instance_uid = c.study_instance_uid
        where c.resolved_at = '' order by conflict_key desc limit ${mostListed}`),
    /** False where there is no such contradiction, or it was let go already. */
    async dismiss(conflict: number, by: string): Promise<boolean> {
      const [rows] = await database.batch([
        sql`update conflict set resolved_at = ${now().toISOString()}, resolved_by = ${by}
          where conflict_key = ${conflict} and resolved_at = '' returning conflict_key`,
      ]);
      return (rows?.length ?? 0) > 0;
    },
  };
}

/** Sorts by age: milliseconds, then chance. */
const newEventId = (at: Date): string =>
  `${at.getTime().toString(16).padStart(12, '0')}${randomBytes(6).toString('hex')}`;

const patientSubject = (row: Row): string => `patient ${row.patient_id}\\${row.issuer}\\${row.nameless_study ?? ''}`;

const subjectsOf = ({ patients, studies }: Snapshot): readonly string[] => [
  ...patients.map(patientSubject),
  ...studies.map(({ study_instance_uid: uid }) => `study ${uid}`),
];

async function subjectsOfStudy(database: Pick<Database, 'all'>, studyInstanceUid: string): Promise<readonly string[]> {
  const patients = await database.all(sql`
    select p.patient_id, p.issuer, p.nameless_study from study s join patient p on p.patient_key = s.patient_key
    where s.study_instance_uid = ${studyInstanceUid}`);
  return [`study ${studyInstanceUid}`, ...patients.map(patientSubject)];
}

interface NewEvent {
  readonly eventId: string;
  readonly kind: string;
  readonly summary: string;
  readonly moment: Moment;
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly subjects: ReadonlySet<string>;
}

async function writeEvent(within: Within, event: NewEvent): Promise<void> {
  const { eventId, kind, summary, moment, before, after, subjects } = event;
  await within.all(sql`
    insert into patient_event (event_id, kind, made_at, made_by, reason, summary, rows_before, rows_after, undone_at, undone_by)
    values (${eventId}, ${kind}, ${moment.at.toISOString()}, ${moment.by}, ${moment.reason}, ${summary},
      ${JSON.stringify(before)}, ${JSON.stringify(after)}, '', '')`);
  for (const subject of subjects)
    await within.all(sql`insert into patient_event_about (event_id, subject) values (${eventId}, ${subject})`);
}

async function checkNothingLater(within: Within, eventId: string): Promise<void> {
  const [later] = await within.all(sql`
    select e.event_id, e.summary from patient_event e
    where e.event_id > ${eventId} and e.undone_at = '' and exists (
      select 1 from patient_event_about a join patient_event_about b on b.subject = a.subject
      where a.event_id = e.event_id and b.event_id = ${eventId})
    order by e.event_id desc limit 1`);
  if (later) throw new ReconciliationError('in-the-way', `something later is to be taken back first: ${later.summary}`);
}

const asReconciliationError = (error: unknown): never => {
  if (error instanceof DatabaseError && error.fault === 'unique')
    throw new ReconciliationError('in-the-way', 'meanwhile another patient has that ID', error);
  throw error;
};
