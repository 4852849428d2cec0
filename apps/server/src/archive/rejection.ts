// Taking instances out of the archive in two steps: rejected, they are found no more and can come back; purged, they are gone.
import { judgedAgain } from '../arrivals/judged-again.ts';
import { join, literal, type Query, sql } from '../database/database.ts';
import type { PurgeOptions, Rejected, RejectionNote, RejectionOptions, Selection } from './archive.ts';
import { isClosed, isInstanceSent, isNobodys, mayGo } from './going-by-itself.ts';
import { forgetCorrections, keepCorrections } from './kept-corrections.ts';
import { rejectedStudies } from './rejected-studies.ts';
import { deleteAside, deleteRejected, finishRemovals, removeObjects } from './removal.ts';
import { decideToRestore, finishRestorations, type RestorationParts, restoreDecided } from './restoration.ts';

export interface RejectionParts extends RestorationParts {
  /** Forgets what is remembered of series that may be gone. */
  readonly forget: () => void;
}

export function createRejection(parts: RejectionParts) {
  const { database, forget, now, log } = parts;
  const inTurn = createTurns();
  return {
    /** How many instances were taken out; 0 where the selection names none. */
    reject: inTurn(async (selection: Selection, note: RejectionNote, options?: RejectionOptions): Promise<number> => {
      const rejectedAt = now().toISOString();
      const { count, keys } = await database.transaction(async (within) => {
        for (const query of emptied) await within.all(query);
        const leaving = await within.all(insertLeaving(selection, options));
        if (leaving.length === 0) return { count: 0, keys: [] };
        await within.all(insertRejected(note, rejectedAt));
        for (const query of removeRows) await within.all(query);
        if (!options?.forGood) return { count: leaving.length, keys: [] };
        const deleted = await deleteRejected(within, sql`instance_key in (select instance_key from leaving)`);
        const { studyInstanceUid: study } = selection;
        if (typeof study !== 'string') return deleted;
        await within.all(forgetCorrections(study));
        return { ...deleted, keys: [...deleted.keys, ...(await deleteAside(within, study))] };
      });
      forget();
      const what = options?.forGood ? 'instances were deleted' : 'instances were rejected';
      if (count > 0) log.warn({ ...selection, ...note, count }, what);
      await removeObjects(parts, keys);
      return count;
    }),
    rejected: (): Promise<readonly Rejected[]> => rejectedStudies(parts),
    async hasRejected(selection: Omit<Selection, 'patientId'>): Promise<boolean> {
      const named = conditions(selection, rejectedColumns);
      if (named.length === 0) return false;
      const found = await database.all(sql`select 1 as one from rejected where ${join(named, ' and ')} limit 1`);
      return found.length > 0;
    },
    /** Puts rejected instances of a study back; how many. */
    restore: inTurn(async (studyInstanceUid: string, note: RejectionNote): Promise<number> => {
      await database.batch([decideToRestore(studyInstanceUid, now())]);
      const count = await restoreDecided(parts, studyInstanceUid);
      log.warn({ studyInstanceUid, ...note, count }, 'rejected instances were restored');
      return count;
    }),
    /** Removes the objects of rejected instances of a study for good, but none that are to come back; how many. */
    purge: inTurn(
      async (studyInstanceUid: string, note: RejectionNote, options: PurgeOptions = {}): Promise<number> => {
        const { count, keys } = await database.transaction(async (within) => {
          const deleted = await deleteRejected(within, purged(studyInstanceUid, options));
          await within.all(forgetPromise(studyInstanceUid));
          await within.all(forgetCorrections(studyInstanceUid));
          return { ...deleted, keys: [...deleted.keys, ...(await deleteAside(within, studyInstanceUid))] };
        });
        await removeObjects(parts, keys);
        log.warn({ studyInstanceUid, ...note, count }, 'rejected instances were deleted');
        return count;
      },
    ),
    /** Goes on with what was decided, so many ms ago at least, and not carried out. */
    finishDecided: inTurn(async (agoMs: number): Promise<void> => {
      await finishRestorations(parts, new Date(now().getTime() - agoMs));
      await finishRemovals(parts);
    }),
  };
}

const purged = (study: string, { sopInstanceUids, rejectedBefore }: PurgeOptions): Query =>
  join(
    [
      sql`study_instance_uid = ${study} and restoring = ''`,
      ...(rejectedBefore === undefined ? [] : [sql`rejected_at < ${rejectedBefore}`]),
      ...conditions({ ...(sopInstanceUids && { sopInstanceUid: sopInstanceUids }) }, rejectedColumns),
    ],
    ' and ',
  );

/** Who deletes a study for good takes back what was promised of it. */
const forgetPromise = (study: string): Query => sql`
  delete from committed_study where study_instance_uid = ${study}
    and not exists (select 1 from study s where s.study_instance_uid = ${study})
    and not exists (select 1 from rejected r where r.study_instance_uid = ${study})`;

/** One after the other: what is being restored must not be rejected meanwhile. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve();
  return <A extends readonly unknown[], R>(work: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> => {
      const turn = last.then(() => work(...args));
      last = turn.catch(() => undefined);
      return turn;
    };
}

const columnOf = {
  patientId: 'p.patient_id',
  studyInstanceUid: 's.study_instance_uid',
  seriesInstanceUid: 'e.series_instance_uid',
  sopInstanceUid: 'i.sop_instance_uid',
} as const satisfies Record<keyof Selection, string>;

const rejectedColumns = {
  patientId: '',
  studyInstanceUid: 'study_instance_uid',
  seriesInstanceUid: 'series_instance_uid',
  sopInstanceUid: 'sop_instance_uid',
} as const satisfies Record<keyof Selection, string>;

const conditions = (
  selection: Selection,
  columns: Readonly<Record<keyof Selection, string>> = columnOf,
): readonly Query[] =>
  (['patientId', 'studyInstanceUid', 'seriesInstanceUid', 'sopInstanceUid'] as const).flatMap((name) => {
    const value = selection[name];
    if (value === undefined) return [];
    const values = typeof value === 'string' ? [value] : value;
    if (values.length === 0) return [sql`1 = 0`];
    const list = join(
      values.map((one) => sql`${one}`),
      ', ',
    );
    return [sql`${literal(columns[name])} in (${list})`];
  });

const emptied: readonly Query[] = [
  sql`create temporary table if not exists leaving (instance_key integer primary key)`,
  sql`create temporary table if not exists touched (study_key integer primary key)`,
  sql`create temporary table if not exists bereft (patient_key integer primary key)`,
  sql`delete from leaving`,
  sql`delete from touched`,
  sql`delete from bereft`,
];

/** Somebody may have been told a moment ago that it stays. */
const markedTemporary = sql`exists (
  select 1 from temporary_instance t where t.sop_instance_uid = i.sop_instance_uid)`;

/** Whole or not at all: what somebody puts back right now is not taken out in the middle of it. */
const comingBack = sql`not exists (
  select 1 from rejected r where r.study_instance_uid = s.study_instance_uid and r.restoring > '')`;

/** Asked again where it is carried out: between the list and its last study somebody may have sent, committed or protected one. */
const stillMayGo = (selection: Selection): readonly Query[] => {
  if (selection.sopInstanceUid !== undefined) return [isNobodys, isClosed, isInstanceSent];
  const studies = conditions({ ...(selection.studyInstanceUid && { studyInstanceUid: selection.studyInstanceUid }) });
  // Of its own, not for each instance once.
  return [sql`s.study_key in (select s.study_key from study s where ${join([mayGo, ...studies], ' and ')})`];
};

/** A selection that names nothing selects nothing; a protected study stays whatever is selected. */
const insertLeaving = (
  selection: Selection,
  { byItself = false, temporary = false }: RejectionOptions = {},
): Query => sql`
  insert into leaving
  select i.instance_key
  from instance i join series e on e.series_key = i.series_key join study s on s.study_key = e.study_key
    join patient p on p.patient_key = s.patient_key
  where ${join(
    [
      sql`1 = ${Object.keys(selection).length > 0 ? 1 : 0}`,
      sql`s.protected = 0`,
      comingBack,
      ...(byItself ? stillMayGo(selection) : []),
      ...(temporary ? [markedTemporary] : []),
      ...conditions(selection),
    ],
    ' and ',
  )}
  returning instance_key`;

const insertRejected = ({ by, reason }: RejectionNote, rejectedAt: string): Query => sql`
  insert into rejected (instance_key, sop_instance_uid, study_instance_uid, series_instance_uid, transfer_syntax_uid, object_key,
    size, received_at, received_by, association_id, rejected_at, rejected_by, reason)
  select i.instance_key, i.sop_instance_uid, s.study_instance_uid, e.series_instance_uid, i.transfer_syntax_uid, i.object_key,
    i.size, i.received_at, i.received_by, i.association_id, ${rejectedAt}, ${by}, ${reason}
  from leaving l join instance i on i.instance_key = l.instance_key join series e on e.series_key = i.series_key
    join study s on s.study_key = e.study_key
  where 1 = 1 on conflict (instance_key) do nothing`;

const instancesOfStudy = sql`from instance i join series e on e.series_key = i.series_key where e.study_key = study.study_key`;

/** Rows of what leaves go, kept counts and sets are counted again, and what is empty goes too. */
const removeRows: readonly Query[] = [
  // From the few that leave to their studies, whatever a planner thinks of the number of each.
  sql`insert into touched select distinct study_key from series where series_key in (
    select series_key from instance where instance_key in (select instance_key from leaving))`,
  sql`insert into bereft select distinct patient_key from study where study_key in (select study_key from touched)`,
  sql`delete from instance where instance_key in (select instance_key from leaving)`,
  ...judgedAgain(sql`(select study_instance_uid from study where study_key in (select study_key from touched))`),
  sql`update series set instance_count = (select count(*) from instance i where i.series_key = series.series_key)
    where study_key in (select study_key from touched)`,
  sql`delete from series where study_key in (select study_key from touched) and instance_count = 0`,
  // Who decides about it at this moment has seen what leaves.
  sql`update study set decisions = decisions + 1,
      series_count = (select count(*) from series e where e.study_key = study.study_key),
      instance_count = (select count(*) ${instancesOfStudy}),
      bytes = (select coalesce(sum(i.size), 0) ${instancesOfStudy}),
      modalities = coalesce((select string_agg(m, '\\') from (select distinct modality as m from series e
        where e.study_key = study.study_key and modality <> '') as modalities_of_study), ''),
      sop_classes = coalesce((select string_agg(c, '\\') from (select distinct i.sop_class_uid as c ${instancesOfStudy}) as classes_of_study), '')
    where study_key in (select study_key from touched)`,
  sql`update patient set
      study_count = (select count(*) from study s where s.patient_key = patient.patient_key and s.instance_count > 0),
      series_count = (select coalesce(sum(s.series_count), 0) from study s where s.patient_key = patient.patient_key),
      instance_count = (select coalesce(sum(s.instance_count), 0) from study s where s.patient_key = patient.patient_key)
    where patient_key in (select patient_key from bereft)`,
  ...keepCorrections,
  sql`delete from study where study_key in (select study_key from touched) and instance_count = 0`,
  sql`delete from patient where patient_key in (select patient_key from bereft) and study_count = 0`,
];
