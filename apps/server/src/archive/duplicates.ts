// A second object under a known SOP Instance UID: the same bytes are no news; for other bytes a policy decides. PS3.4 B.2.3.
import { createHash } from 'node:crypto';
import { newUid } from '@concord/dicom';
import type { Log } from '@concord/network';
import { type Database, sql } from '../database/database.ts';
import { dateTimeOf, extended, type Overlay, writeOverlay } from '../patients/overlay.ts';
import type { StoredInstance } from './archive.ts';
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

/** Takes the first copy out of the index; its file is kept and noted, so that nothing is lost by a mistake of the sender. */
export async function giveWay(database: Database, first: StoredInstance, at: string, log: Log): Promise<void> {
  const { sopInstanceUid, key } = first;
  await database.transaction(async (within) => {
    const [row] = await within.all(sql`
      select i.instance_key, i.series_key, i.object_key, i.size, i.received_by, i.association_id, e.study_key
      from instance i join series e on e.series_key = i.series_key
      where i.sop_instance_uid = ${sopInstanceUid} and i.object_key = ${key}`);
    // Another sender was faster: its copy is looked at next.
    if (!row) return;
    const [number, series, study, size] = [row.instance_key, row.series_key, row.study_key, row.size].map(Number);
    await within.all(sql`
      insert into conflict (conflict_key, kind, sop_instance_uid, study_instance_uid, object_key, size, detail, received_at,
        received_by, association_id)
      values (${number ?? 0}, 'replaced', ${sopInstanceUid}, ${first.studyInstanceUid}, ${key}, ${size ?? 0},
        'another object came under its SOP Instance UID', ${at}, ${String(row.received_by)}, ${String(row.association_id)})
      on conflict (conflict_key) do update set kind = 'replaced', object_key = ${key}, size = ${size ?? 0}`);
    await within.all(sql`delete from instance where instance_key = ${number ?? 0}`);
    await within.all(sql`update series set instance_count = instance_count - 1 where series_key = ${series ?? 0}`);
    await within.all(sql`
      update study set instance_count = instance_count - 1, bytes = bytes - ${size ?? 0} where study_key = ${study ?? 0}`);
    await within.all(sql`
      update patient set instance_count = instance_count - 1
      where patient_key = (select patient_key from study where study_key = ${study ?? 0})`);
  });
  log.warn({ sopInstanceUid, key }, 'an object was replaced; its file is kept');
}
