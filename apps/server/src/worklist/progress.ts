// What a performed procedure step says of the scheduled ones that it references: begun, done, given up. PS3.4 F.7.2, PS3.3 C.4.13.
import type { DataSet } from '@concord/dicom';
import { join, type Query, sql } from '../database/database.ts';

/** A performed step as it was reported, within the change that keeps it. */
export interface Performed {
  readonly sopInstanceUid: string;
  readonly state: 'IN PROGRESS' | 'COMPLETED' | 'DISCONTINUED';
  readonly step: DataSet;
  readonly at: Date;
}

/** Items of Scheduled Step Attributes Sequence (0040,0270) that are looked at. */
const mostReferences = 100;

/** Which rows an item references: by study and step, or by study and modality where it names no step. */
function referenced(item: DataSet, modality: string): Query | undefined {
  const study = item.string('StudyInstanceUID') ?? '';
  const step = item.string('ScheduledProcedureStepID') ?? '';
  if (study === '') return undefined;
  if (step !== '') return sql`(study_instance_uid = ${study} and step_id = ${step})`;
  return modality === '' ? undefined : sql`(study_instance_uid = ${study} and modality = ${modality})`;
}

/** What is to be committed with the performed step: its scheduled steps move on, a completed one never back. */
export function progressOf({ sopInstanceUid, state, step, at }: Performed): readonly Query[] {
  const now = at.toISOString();
  if (state !== 'IN PROGRESS')
    return [
      sql`update scheduled_step set state = ${state}, changed_at = ${now}
        where performed_step_uid = ${sopInstanceUid} and state <> 'COMPLETED'`,
    ];
  const modality = step.string('Modality') ?? '';
  const items = step.items('ScheduledStepAttributesSequence').slice(0, mostReferences);
  const rows = items.flatMap((item) => referenced(item, modality) ?? []);
  if (rows.length === 0) return [];
  return [
    sql`update scheduled_step set state = 'STARTED', performed_step_uid = ${sopInstanceUid}, changed_at = ${now}
      where state <> 'COMPLETED' and (${join(rows, ' or ')})`,
  ];
}
