// The attributes of a worklist item, declared once: name in interfaces, place in the item, type of its key and of what is returned. PS3.4 Table K.6-1.
import { describeTag, type Keyword, tagOf } from '@concord/dicom';

/** One attribute of an order. */
export interface OrderAttribute {
  readonly keyword: Keyword;
  /** What people call it. */
  readonly label: string;
  /** A key that PS3.4 Table K.6-1 requires; the others are matched too. */
  readonly required?: true;
  /** An order without it is refused. */
  readonly needed?: true;
}

/** Of patient, visit, imaging service request and requested procedure: they stand at the top of the item. */
export const requestAttributes = {
  patientName: { keyword: 'PatientName', label: 'Patient name', required: true, needed: true },
  patientId: { keyword: 'PatientID', label: 'Patient ID', required: true, needed: true },
  issuerOfPatientId: { keyword: 'IssuerOfPatientID', label: 'Issuer of the patient ID' },
  patientBirthDate: { keyword: 'PatientBirthDate', label: 'Birth date' },
  patientSex: { keyword: 'PatientSex', label: 'Sex' },
  patientWeight: { keyword: 'PatientWeight', label: 'Weight in kg' },
  patientSize: { keyword: 'PatientSize', label: 'Height in m' },
  patientSpecies: { keyword: 'PatientSpeciesDescription', label: 'Species' },
  patientBreed: { keyword: 'PatientBreedDescription', label: 'Breed' },
  patientSexNeutered: { keyword: 'PatientSexNeutered', label: 'Neutered' },
  responsiblePerson: { keyword: 'ResponsiblePerson', label: 'Owner or other responsible person' },
  responsiblePersonRole: { keyword: 'ResponsiblePersonRole', label: 'Role of the responsible person' },
  responsibleOrganization: { keyword: 'ResponsibleOrganization', label: 'Responsible organization' },
  patientState: { keyword: 'PatientState', label: 'State of the patient' },
  pregnancyStatus: { keyword: 'PregnancyStatus', label: 'Pregnancy: 1 no, 2 possibly, 3 yes, 4 unknown' },
  lastMenstrualDate: { keyword: 'LastMenstrualDate', label: 'Last menstrual date' },
  medicalAlerts: { keyword: 'MedicalAlerts', label: 'Medical alerts' },
  allergies: { keyword: 'Allergies', label: 'Allergies' },
  specialNeeds: { keyword: 'SpecialNeeds', label: 'Special needs' },
  additionalPatientHistory: { keyword: 'AdditionalPatientHistory', label: 'History' },
  patientComments: { keyword: 'PatientComments', label: 'Comments on the patient' },
  confidentiality: { keyword: 'ConfidentialityConstraintOnPatientDataDescription', label: 'Confidentiality' },
  admissionId: { keyword: 'AdmissionID', label: 'Admission ID' },
  currentPatientLocation: { keyword: 'CurrentPatientLocation', label: 'Location of the patient' },
  accessionNumber: { keyword: 'AccessionNumber', label: 'Accession number' },
  referringPhysician: { keyword: 'ReferringPhysicianName', label: 'Referring physician' },
  requestingPhysician: { keyword: 'RequestingPhysician', label: 'Requesting physician' },
  requestingService: { keyword: 'RequestingService', label: 'Requesting service' },
  placerOrderNumber: { keyword: 'PlacerOrderNumberImagingServiceRequest', label: 'Number with the placer' },
  fillerOrderNumber: { keyword: 'FillerOrderNumberImagingServiceRequest', label: 'Number with the filler' },
  requestedProcedureId: { keyword: 'RequestedProcedureID', label: 'Requested procedure ID' },
  requestedProcedureDescription: { keyword: 'RequestedProcedureDescription', label: 'Procedure' },
  requestedProcedureCode: { keyword: 'RequestedProcedureCodeSequence', label: 'Procedure code' },
  requestedProcedurePriority: { keyword: 'RequestedProcedurePriority', label: 'Priority' },
  reasonForRequestedProcedure: { keyword: 'ReasonForTheRequestedProcedure', label: 'Reason' },
  requestedProcedureComments: { keyword: 'RequestedProcedureComments', label: 'Comments on the procedure' },
  patientTransport: { keyword: 'PatientTransportArrangements', label: 'Transport' },
  studyDescription: { keyword: 'StudyDescription', label: 'Study description' },
  studyInstanceUid: { keyword: 'StudyInstanceUID', label: 'Study Instance UID' },
} as const satisfies Readonly<Record<string, OrderAttribute>>;

/** Of one scheduled procedure step: they stand in the item of the Scheduled Procedure Step Sequence. */
export const stepAttributes = {
  modality: { keyword: 'Modality', label: 'Modality', required: true, needed: true },
  stationAeTitle: { keyword: 'ScheduledStationAETitle', label: 'AE title of the station', required: true },
  startDate: { keyword: 'ScheduledProcedureStepStartDate', label: 'Date', required: true, needed: true },
  startTime: { keyword: 'ScheduledProcedureStepStartTime', label: 'Time', required: true, needed: true },
  performingPhysician: {
    keyword: 'ScheduledPerformingPhysicianName',
    label: 'Performing physician',
    required: true,
  },
  stepId: { keyword: 'ScheduledProcedureStepID', label: 'Step ID' },
  stepDescription: { keyword: 'ScheduledProcedureStepDescription', label: 'Step' },
  protocolCode: { keyword: 'ScheduledProtocolCodeSequence', label: 'Protocol code' },
  stationName: { keyword: 'ScheduledStationName', label: 'Name of the station' },
  stepLocation: { keyword: 'ScheduledProcedureStepLocation', label: 'Room' },
  preMedication: { keyword: 'PreMedication', label: 'Premedication' },
  contrastAgent: { keyword: 'RequestedContrastAgent', label: 'Contrast agent' },
  stepComments: { keyword: 'CommentsOnTheScheduledProcedureStep', label: 'Comments on the step' },
} as const satisfies Readonly<Record<string, OrderAttribute>>;

/** Answered and matched, but not part of an order: what this server says by itself. */
export const stepStatus = 'ScheduledProcedureStepStatus';
/** Asked for by type 2 and always empty: neither earlier studies nor other objects of the patient are referenced. */
export const referenceSequences = ['ReferencedStudySequence', 'ReferencedPatientSequence'] as const;
export const stepSequence = 'ScheduledProcedureStepSequence';

export type RequestName = keyof typeof requestAttributes;
export type StepName = keyof typeof stepAttributes;
export const requestNames = Object.keys(requestAttributes) as readonly RequestName[];
export const stepNames = Object.keys(stepAttributes) as readonly StepName[];

/** VR of the dictionary. */
export const vrOf = (keyword: Keyword): string => describeTag(tagOf(keyword))?.vr[0] ?? 'UN';
/** Whether several values may stand one behind the other with backslashes between. */
export const mayBeSeveral = (keyword: Keyword): boolean => (describeTag(tagOf(keyword))?.vm ?? '1') !== '1';

const tagsOf = (
  attributes: Readonly<Record<string, OrderAttribute>>,
  ...more: readonly Keyword[]
): ReadonlySet<number> => new Set([...Object.values(attributes).map(({ keyword }) => keyword), ...more].map(tagOf));

/** Tags of everything that can be asked for, at the top and in the step. */
export const requestTags = tagsOf(requestAttributes, stepSequence, ...referenceSequences);
export const stepTags = tagsOf(stepAttributes, stepStatus);
