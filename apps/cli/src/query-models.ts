// The information models of queries and retrievals, and what is shown of each level's answers. PS3.4 C.6, K.6.
import { queryRetrieveSopClasses as uids } from '@concord/network';

/** SOP Classes by model and operation; the worklist can only be queried. */
export const models = {
  study: { find: uids.studyRootFind, move: uids.studyRootMove, get: uids.studyRootGet },
  patient: { find: uids.patientRootFind, move: uids.patientRootMove, get: uids.patientRootGet },
  worklist: { find: '1.2.840.10008.5.1.4.31' },
} as const;
export type Model = keyof typeof models;
export type RetrieveModel = Exclude<Model, 'worklist'>;

/** Query/Retrieve Level (0008,0052), and the attributes asked for and shown when the user names none. */
export const levels = {
  patient: {
    queryRetrieveLevel: 'PATIENT',
    attributes: ['PatientName', 'PatientBirthDate', 'PatientSex', 'NumberOfPatientRelatedStudies', 'PatientID'],
  },
  study: {
    queryRetrieveLevel: 'STUDY',
    attributes: [
      'PatientName',
      'PatientID',
      'StudyDate',
      'ModalitiesInStudy',
      'StudyDescription',
      'AccessionNumber',
      'NumberOfStudyRelatedInstances',
      'StudyInstanceUID',
    ],
  },
  series: {
    queryRetrieveLevel: 'SERIES',
    attributes: [
      'Modality',
      'SeriesNumber',
      'SeriesDescription',
      'NumberOfSeriesRelatedInstances',
      'SeriesInstanceUID',
    ],
  },
  image: { queryRetrieveLevel: 'IMAGE', attributes: ['InstanceNumber', 'SOPClassUID', 'SOPInstanceUID'] },
} as const;
export type Level = keyof typeof levels;

/** A worklist has no levels. */
export const worklistAttributes = [
  'PatientName',
  'PatientID',
  'AccessionNumber',
  'RequestedProcedureID',
  'ScheduledProcedureStepSequence[0].Modality',
  'ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartDate',
  'ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartTime',
  'ScheduledProcedureStepSequence[0].ScheduledStationAETitle',
] as const;
