// Checks of Modality Performed Procedure Step: begun and ended, changed after the end, created twice, unknown. PS3.4 F.7
import { DataSet } from '@concord/dicom';
import {
  type Association,
  createStep,
  type NormalizedResponse,
  performedProcedureStepSopClasses,
  setStep,
} from '@concord/network';
import type { Check } from '../../plan/check.ts';
import { type Outcome, outcomeOfError, statusWords, verdict } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';
import { freshUid } from '../test-data.ts';
import { queryContext } from './query.ts';

type Variant = Extract<Check, { kind: 'procedure step' }>['variant'];

const emptyAtStart = [
  'PerformedStationName',
  'PerformedLocation',
  'PerformedProcedureStepDescription',
  'PerformedProcedureTypeDescription',
  'PerformedProcedureStepEndDate',
  'PerformedProcedureStepEndTime',
  'PatientBirthDate',
];

/** What N-CREATE has to hold. PS3.4 Table F.7.2-1 */
function begun(run: RunContext): DataSet {
  const { patientId, patientName, studyInstanceUid, accessionNumber } = run.patient;
  const scheduled = new DataSet();
  scheduled.set('StudyInstanceUID', studyInstanceUid);
  scheduled.set('AccessionNumber', accessionNumber);
  for (const keyword of [
    'RequestedProcedureID',
    'RequestedProcedureDescription',
    'ScheduledProcedureStepID',
    'ScheduledProcedureStepDescription',
  ])
    scheduled.set(keyword, null);
  for (const keyword of ['ReferencedStudySequence', 'ScheduledProtocolCodeSequence']) scheduled.set(keyword, []);
  const step = new DataSet();
  step.set('ScheduledStepAttributesSequence', [scheduled]);
  const values = {
    PatientName: patientName,
    PatientID: patientId,
    PatientSex: 'O',
    PerformedProcedureStepID: 'ZZTEST1',
    PerformedStationAETitle: 'CSPROBE',
    PerformedProcedureStepStartDate: '20200102',
    PerformedProcedureStepStartTime: '030405',
    PerformedProcedureStepStatus: 'IN PROGRESS',
    Modality: 'OT',
    StudyID: 'ZZ1',
  };
  for (const [keyword, value] of Object.entries(values)) step.set(keyword, value);
  for (const keyword of emptyAtStart) step.set(keyword, null);
  for (const keyword of [
    'ReferencedPatientSequence',
    'ProcedureCodeSequence',
    'PerformedProtocolCodeSequence',
    'PerformedSeriesSequence',
  ])
    step.set(keyword, []);
  return step;
}

function series(run: RunContext): DataSet {
  const performed = new DataSet();
  for (const [keyword, value] of Object.entries({
    SeriesInstanceUID: run.patient.seriesInstanceUid,
    ProtocolName: 'ZZTEST',
    SeriesDescription: null,
    PerformingPhysicianName: null,
    OperatorsName: null,
    RetrieveAETitle: null,
  }))
    performed.set(keyword, value);
  for (const keyword of ['ReferencedImageSequence', 'ReferencedNonImageCompositeSOPInstanceSequence'])
    performed.set(keyword, []);
  return performed;
}

function ended(run: RunContext, status: 'COMPLETED' | 'DISCONTINUED'): DataSet {
  const changes = new DataSet();
  changes.set('PerformedProcedureStepStatus', status);
  changes.set('PerformedProcedureStepEndDate', '20200102');
  changes.set('PerformedProcedureStepEndTime', '030506');
  changes.set('PerformedSeriesSequence', [series(run)]);
  if (status === 'COMPLETED') return changes;
  const reason = new DataSet();
  reason.set('CodeValue', '110500');
  reason.set('CodingSchemeDesignator', 'DCM');
  reason.set('CodeMeaning', 'Doctor canceled procedure');
  changes.set('PerformedProcedureStepDiscontinuationReasonCodeSequence', [reason]);
  return changes;
}

/** A step never stays in progress: whoever looks at it later would wait for its end. */
async function cleanUp(association: Association, uid: string, run: RunContext): Promise<void> {
  await setStep(association, uid, ended(run, 'DISCONTINUED'));
}

const expectations: Readonly<Record<Variant, { readonly code: number; readonly words: string }>> = {
  completed: { code: 0x0000, words: 'status 0000 for both' },
  discontinued: { code: 0x0000, words: 'status 0000 for both' },
  'after the end': { code: 0x0110, words: 'status 0110' },
  twice: { code: 0x0111, words: 'status 0111' },
  unknown: { code: 0x0112, words: 'status 0112' },
};

async function last(association: Association, run: RunContext, variant: Variant): Promise<NormalizedResponse> {
  const uid = freshUid();
  if (variant === 'unknown') return setStep(association, uid, ended(run, 'COMPLETED'));
  const created = await createStep(association, uid, begun(run));
  if (created.code !== 0) return created;
  run.traces.push(`Performed procedure step ${uid} of ${run.patient.patientId}`);
  if (variant === 'twice') {
    const again = await createStep(association, uid, begun(run));
    await cleanUp(association, uid, run);
    return again;
  }
  const end = await setStep(association, uid, ended(run, variant === 'discontinued' ? 'DISCONTINUED' : 'COMPLETED'));
  return variant === 'after the end' && end.code === 0 ? setStep(association, uid, ended(run, 'COMPLETED')) : end;
}

export async function procedureStep(run: RunContext, variant: Variant): Promise<Outcome> {
  const { code, words } = expectations[variant];
  try {
    await using association = await run.associate([queryContext(performedProcedureStepSopClasses.step)]);
    const answer = await last(association, run, variant);
    return verdict(answer.code === code, words, statusWords(answer));
  } catch (error) {
    return outcomeOfError(error, words);
  }
}
