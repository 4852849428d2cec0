// How studies show a patient: in the columns that searches read, and laid over the objects that go out.
import { foldPersonName } from '@concord/dicom';
import { dateTimeOf, extended, type Overlay, writeOverlay } from '../patients/overlay.ts';
import type { Moment } from './reconciliation.ts';
import { type PatientRow, type StudyRow, updateStudy, type Within } from './rows.ts';

/** The folded groups of a name, by their columns. */
export const groups = (name: string, prefix: 'name' | 'patient' | 'referring') => {
  const [alphabetic = '', ideographic = '', phonetic = ''] = foldPersonName(name).split('=');
  return {
    [`${prefix}_alphabetic`]: alphabetic,
    [`${prefix}_ideographic`]: ideographic,
    [`${prefix}_phonetic`]: phonetic,
  };
};

export const overlayOf = (
  values: Overlay['values'],
  { at, system }: Moment,
  reason: Overlay['reason'] = 'CORRECT',
): Overlay => ({
  values,
  at: dateTimeOf(at),
  by: system,
  reason,
});

export const one = (value: string): readonly string[] => (value === '' ? [] : [value]);

/** Lays a patient over its studies, and shows them so. */
export async function showAs(
  within: Within,
  studies: readonly StudyRow[],
  patient: PatientRow,
  moment: Moment,
  reason: Overlay['reason'] = 'CORRECT',
): Promise<void> {
  const overlay = overlayOf(
    {
      PatientID: one(patient.patient_id),
      IssuerOfPatientID: one(patient.issuer),
      PatientName: one(patient.name),
      PatientBirthDate: one(patient.birth_date),
      PatientSex: one(patient.sex),
    },
    moment,
    reason,
  );
  for (const study of studies)
    await updateStudy(within, study.study_key, {
      patient_key: patient.patient_key,
      patient_name: patient.name,
      ...groups(patient.name, 'patient'),
      patient_birth_date: patient.birth_date,
      patient_sex: patient.sex,
      overlay: writeOverlay(extended(study.overlay, overlay)),
      quarantine: '',
    });
}
