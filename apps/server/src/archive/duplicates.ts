// A second object under a known SOP Instance UID: the same bytes are no news; for other bytes a policy decides. PS3.4 B.2.3.
import { createHash } from 'node:crypto';
import { newUid } from '@concord/dicom';
import type { Log } from '@concord/network';
import { type Database, type Query, sql } from '../database/database.ts';
import { dateTimeOf, extended, type Overlay, writeOverlay } from '../patients/overlay.ts';
import type { StoredInstance } from './archive.ts';
import type { ConflictKind } from './conflicts.ts';
import type { NewInstance } from './instances.ts';

/** The same bytes under the same UID always get the same new one: sent a third time they are known. */
export function renamedInstance(
  instance: NewInstance,
  { system, now }: { system: string; now: () => Date },
): NewInstance {
  const { identifiers, digest, size, dataSetOffset } = instance;
  const hash = createHash('sha256')
    .update(`${identifiers.sopInstanceUid}\0${digest}\0${size - dataSetOffset}`)
    .digest();
  const sopInstanceUid = newUid(hash.subarray(0, 16));
  const renaming: Overlay = {
    values: { SOPInstanceUID: [sopInstanceUid] },
    at: dateTimeOf(now()),
    by: system,
    reason: 'COERCE',
  };
  return {
    ...instance,
    identifiers: { ...identifiers, sopInstanceUid },
    overlay: writeOverlay(extended(instance.overlay, renaming)),
  };
}

/** Why a first copy makes way for what came under its UID. */
const reasons = {
  replaced: 'another object came under its SOP Instance UID',
  damaged: 'its file was not what had been stored; it was sent again',
  missing: 'its file was missing; it was sent again',
} as const;

type Following = Pick<NewInstance, 'header' | 'identifiers'>;

interface Giving {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly why: keyof typeof reasons;
  /** What comes in its place. */
  readonly following: Following;
  /** Of the file as it is, in bytes. */
  readonly size?: number | undefined;
  readonly log: Log;
}

/**
 * Takes the first copy out of the index; its file, where there is one, is kept and noted, so that nothing is lost by a mistake of the
 * sender. Resolves with whose it was; undefined where another sender was faster.
 */
export async function giveWay(
  database: Database,
  first: StoredInstance,
  { at, why, following, size: found, log }: Giving,
): Promise<number | undefined> {
  const { sopInstanceUid, key } = first;
  const kind: ConflictKind = why === 'missing' ? 'lost' : 'replaced';
  const patient = await database.transaction(async (within) => {
    const [row] = await within.all(sql`
      select i.instance_key, i.series_key, i.object_key, i.size, i.received_by, i.association_id, e.study_key, s.patient_key
      from instance i join series e on e.series_key = i.series_key join study s on s.study_key = e.study_key
      where i.sop_instance_uid = ${sopInstanceUid} and i.object_key = ${key}`);
    // Another sender was faster: its copy is looked at next.
    if (!row) return undefined;
    const [number, series, study, size] = [row.instance_key, row.series_key, row.study_key, row.size].map(Number);
    await within.all(sql`
      insert into conflict (conflict_key, kind, sop_instance_uid, study_instance_uid, object_key, size, detail, received_at,
        received_by, association_id)
      values (${number ?? 0}, ${kind}, ${sopInstanceUid}, ${first.studyInstanceUid}, ${key}, ${found ?? size ?? 0},
        ${reasons[why]}, ${at}, ${String(row.received_by)}, ${String(row.association_id)})
      on conflict (conflict_key) do update set kind = ${kind}, object_key = ${key}, size = ${found ?? size ?? 0}`);
    await within.all(sql`delete from instance where instance_key = ${number ?? 0}`);
    await within.all(sql`update series set instance_count = instance_count - 1 where series_key = ${series ?? 0}`);
    await within.all(sql`
      update study set instance_count = instance_count - 1, bytes = bytes - ${size ?? 0} where study_key = ${study ?? 0}`);
    await within.all(sql`
      update patient set instance_count = instance_count - 1
      where patient_key = (select patient_key from study where study_key = ${study ?? 0})`);
    for (const query of withoutWhatIsLeft(study ?? 0, Number(row.patient_key), following)) await within.all(query);
    return Number(row.patient_key);
  });
  log.warn({ sopInstanceUid, key, why: reasons[why] }, 'an object made way for another under its UID');
  return patient;
}

/** What follows may name another person under the same ID: who has no study when it is in the index goes. */
export const forgetEmptied = async (database: Database, patient: number): Promise<void> => {
  const emptied = sql`patient_key = ${patient} and study_count = 0
    and not exists (select 1 from study s where s.patient_key = ${patient})`;
  await database.batch([
    sql`delete from patient_alias where patient_key in (select patient_key from patient where ${emptied})`,
    sql`delete from patient where ${emptied}`,
  ]);
};

/** Nobody's: what follows names another patient, or its study is another's. */
const isLeft = (patient: number, followingStudy: string, header: Following['header']): Query => sql`
  patient_key = ${patient} and study_count = 0 and (patient_id <> ${header.string('PatientID') ?? ''}
    or exists (select 1 from study s where s.study_instance_uid = ${followingStudy} and s.patient_key <> ${patient}))`;

/** Series and study that are empty now, and a patient without any study, go, unless what follows belongs to them. */
const withoutWhatIsLeft = (
  study: number,
  patient: number,
  { header, identifiers: { studyInstanceUid, seriesInstanceUid } }: Following,
): readonly Query[] => [
  sql`delete from series where study_key = ${study} and instance_count = 0 and (series_instance_uid <> ${seriesInstanceUid}
    or study_key in (select study_key from study where study_key = ${study} and study_instance_uid <> ${studyInstanceUid}))`,
  sql`update study set series_count = (select count(*) from series e where e.study_key = study.study_key)
    where study_key = ${study}`,
  sql`delete from study where study_key = ${study} and instance_count = 0 and study_instance_uid <> ${studyInstanceUid}`,
  sql`update patient set
      study_count = (select count(*) from study s where s.patient_key = patient.patient_key),
      series_count = (select coalesce(sum(s.series_count), 0) from study s where s.patient_key = patient.patient_key)
    where patient_key = ${patient}`,
  sql`delete from patient_alias where patient_key in (
    select patient_key from patient where ${isLeft(patient, studyInstanceUid, header)})`,
  sql`delete from patient where ${isLeft(patient, studyInstanceUid, header)}`,
];
