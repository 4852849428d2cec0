// Whether a patient is still who somebody saw when deciding: another window, or another person, may have been faster.
import { ReconciliationError, type Seen } from './reconciliation.ts';
import { patientOf, studyOf, type Within } from './rows.ts';

/** Padding and empty components at the end say nothing. PS3.5 6.2.1 */
const bare = (value: string): string =>
  value
    .trim()
    .replace(/[\^ ]+(?==|$)/gu, '')
    .replace(/=+$/u, '');

/** A study is shown with its own spelling of the name, under the ID of its patient. Throws ReconciliationError 'changed'. */
export async function checkSeen(within: Within, { patient: ref, values }: Seen): Promise<void> {
  const patient = await patientOf(within, ref);
  const study = 'studyInstanceUid' in ref ? await studyOf(within, ref.studyInstanceUid) : undefined;
  const now = {
    PatientID: patient.patient_id,
    IssuerOfPatientID: patient.issuer,
    PatientName: study?.patient_name ?? patient.name,
    PatientBirthDate: study?.patient_birth_date ?? patient.birth_date,
    PatientSex: study?.patient_sex ?? patient.sex,
  };
  const differs = Object.entries(now).some(([keyword, value]) => {
    const seen = new Map(Object.entries(values)).get(keyword);
    return seen !== undefined && bare(seen) !== bare(value);
  });
  if (!differs) return;
  const whose = 'studyInstanceUid' in ref ? 'the study is of' : 'the patient is';
  throw new ReconciliationError(
    'changed',
    `${whose} ${now.PatientName || 'no name'} (${now.PatientID || 'no ID'}) by now; look again before you decide`,
  );
}
