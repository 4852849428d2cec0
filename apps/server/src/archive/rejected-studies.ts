// Studies with rejected objects, and whose they are: nobody decides about a study by its UID alone.
import { DicomError, readStream, tagOf } from '@concord/dicom';
import { type Database, join, type Row, sql } from '../database/database.ts';
import { type ObjectStore, StoreError } from '../objects/object-store.ts';
import type { Rejected } from './archive.ts';
import { describePatient, describeStudy, identityOf } from './describe-instance.ts';

export interface RejectedParts {
  readonly database: Pick<Database, 'all'>;
  readonly store: Pick<ObjectStore, 'read'>;
}

type Whose = Pick<Rejected, 'patientName' | 'patientId' | 'studyDate' | 'description'>;
interface Found extends Row, Omit<Rejected, keyof Whose> {
  /** One of its objects. */
  readonly key: string;
}

const mostListed = 1000;
/** Objects that are read at once. */
const atOnce = 16;
const nobody: Whose = { patientName: '', patientId: '', studyDate: '', description: '' };

/** The last rejected first. Throws DatabaseError; what cannot be read of an object is ''. */
export async function rejectedStudies({ database, store }: RejectedParts): Promise<readonly Rejected[]> {
  const rows = await database.all<Found>(sql`
    select study_instance_uid as "studyInstanceUid", count(*) as instances, max(rejected_at) as "rejectedAt",
      max(rejected_by) as "rejectedBy", max(reason) as reason, min(object_key) as key
    from rejected group by study_instance_uid order by max(rejected_at) desc limit ${mostListed}`);
  const said = await saidOf(
    database,
    rows.map(({ studyInstanceUid }) => studyInstanceUid),
  );
  const listed: Rejected[] = [];
  for (let at = 0; at < rows.length; at += atOnce)
    listed.push(
      ...(await Promise.all(
        rows.slice(at, at + atOnce).map(async ({ key, ...row }) => ({
          ...row,
          ...(said.get(row.studyInstanceUid) ?? (await whoseIs(key, store))),
        })),
      )),
    );
  return listed;
}

/** Studies in one statement. */
const askedAtOnce = 500;

/** What the index says: of those that are here in part, and of those that were put right before they were rejected. */
async function saidOf(
  database: RejectedParts['database'],
  studies: readonly string[],
): Promise<ReadonlyMap<string, Whose>> {
  const said = new Map<string, Whose>();
  for (let at = 0; at < studies.length; at += askedAtOnce) {
    const asked = join(
      studies.slice(at, at + askedAtOnce).map((uid) => sql`${uid}`),
      ', ',
    );
    const rows = await database.all<Whose & Row & { readonly study: string }>(sql`
      select study_instance_uid as study, name as "patientName", patient_id as "patientId", study_date as "studyDate", description
      from rejected_study where study_instance_uid in (${asked})
      union all
      select s.study_instance_uid, s.patient_name, p.patient_id, s.study_date, s.description
      from study s join patient p on p.patient_key = s.patient_key
      where s.study_instance_uid in (${asked})`);
    for (const { study, ...whose } of rows) said.set(study, whose);
  }
  return said;
}

async function whoseIs(key: string, store: RejectedParts['store']): Promise<Whose> {
  try {
    const { dataSet } = await readStream(store.read(key), { stopBefore: tagOf('StudyID') });
    const [{ name }, { studyDate, description }] = [describePatient(dataSet), describeStudy(dataSet)];
    return { patientName: name, patientId: identityOf(dataSet, '').patientId, studyDate, description };
  } catch (error) {
    if (error instanceof StoreError || error instanceof DicomError) return nobody;
    throw error;
  }
}
