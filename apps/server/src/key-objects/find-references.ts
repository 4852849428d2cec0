// The objects that are named for a selection, as the index knows them: all there, of one patient, with the frames they have. PS3.3 C.17.6
import { uidName } from '@concord/dicom';
import type { Archive, StoredInstance } from '../archive/archive.ts';
import { type Database, join, sql } from '../database/database.ts';
import type { Reference } from './document-facts.ts';
import { KeyObjectRefusal } from './refusal.ts';

/** One object as it is asked for. */
export interface Chosen {
  readonly sopInstanceUid: string;
  /** From 1; absent or none: the whole object. */
  readonly frames?: readonly number[] | undefined;
}

export interface Found {
  /** In the order in which they were asked for. */
  readonly references: readonly Reference[];
  /** The first object of each study. */
  readonly first: ReadonlyMap<string, StoredInstance>;
}

/** Studies of one selection: each gets a document of its own. */
const mostStudies = 100;
/** Names that are told of what is wrong. */
const mostTold = 5;

const told = (uids: readonly string[]): string =>
  `${uids.slice(0, mostTold).join(', ')}${uids.length > mostTold ? ` and ${uids.length - mostTold} more` : ''}`;

function kindOf({ sopClassUid, rows }: StoredInstance): Reference['kind'] {
  const name = uidName(sopClassUid) ?? '';
  if (/ Waveform Storage/.test(name)) return 'WAVEFORM';
  return rows !== undefined || / Image Storage/.test(name) ? 'IMAGE' : 'COMPOSITE';
}

/** Frames only where they are some of several. PS3.3 Table 10-3 */
function framesOf(instance: StoredInstance, asked: readonly number[] | undefined): readonly number[] {
  const frames = [...new Set(asked)].sort((one, other) => one - other);
  const { numberOfFrames, sopInstanceUid } = instance;
  const most = kindOf(instance) === 'IMAGE' ? Math.max(numberOfFrames, 1) : 0;
  const wrong = frames.find((frame) => frame < 1 || frame > most);
  if (wrong !== undefined)
    throw new KeyObjectRefusal('no-such-frame', `${wrong} of ${sopInstanceUid}, which has ${most}`);
  return frames.length === most ? [] : frames;
}

/** @throws KeyObjectRefusal */
export async function findReferences(
  chosen: readonly Chosen[],
  { archive, database }: { readonly archive: Pick<Archive, 'instances'>; readonly database: Database },
): Promise<Found> {
  const uids = chosen.map(({ sopInstanceUid }) => sopInstanceUid);
  const twice = uids.filter((uid, index) => uids.indexOf(uid) !== index);
  if (twice.length > 0) throw new KeyObjectRefusal('twice', told(twice));
  const stored = new Map(
    (await archive.instances({ sopInstanceUid: uids })).map((each) => [each.sopInstanceUid, each]),
  );
  const unknown = uids.filter((uid) => !stored.has(uid));
  if (unknown.length > 0) throw new KeyObjectRefusal('no-such-instance', told(unknown));
  const first = new Map<string, StoredInstance>();
  const references = chosen.flatMap(({ sopInstanceUid, frames }): Reference[] => {
    const instance = stored.get(sopInstanceUid);
    if (!instance) return [];
    const { studyInstanceUid, seriesInstanceUid, sopClassUid } = instance;
    if (!first.has(studyInstanceUid)) first.set(studyInstanceUid, instance);
    const names = { sopClassUid, sopInstanceUid, seriesInstanceUid, studyInstanceUid };
    return [{ ...names, kind: kindOf(instance), frames: framesOf(instance, frames) }];
  });
  if (first.size > mostStudies) throw new KeyObjectRefusal('too-many', `${first.size} studies`);
  await checkPatient([...first.keys()], database);
  return { references, first };
}

/** IDs alone do not say: two clinics may give the same one. */
async function checkPatient(studies: readonly string[], database: Database): Promise<void> {
  const list = join(
    studies.map((uid) => sql`${uid}`),
    ', ',
  );
  const patients = await database.all<{ name: string; id: string }>(sql`
    select distinct p.patient_key, p.name, p.patient_id as id from study s join patient p on p.patient_key = s.patient_key
    where s.study_instance_uid in (${list}) order by p.patient_key`);
  if (patients.length > 1) throw new KeyObjectRefusal('other-patient', `${patients.length} patients`);
}
