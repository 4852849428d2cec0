// A veterinary practice's worklist: devices ask it by day, modality, animal and ID, in Implicit VR Little Endian alone; it calls nobody.
import type { Profile } from './profile.ts';

const implicit = ['1.2.840.10008.1.2'] as const;

/** Keys that its document only returns; a query is not narrowed by them. */
const onlyReturned = [
  ...['IssuerOfPatientID', 'PatientBirthDate', 'PatientSex', 'PatientWeight', 'PatientSize', 'PatientSexNeutered'],
  ...['PatientSpeciesDescription', 'PatientBreedDescription', 'ResponsiblePerson', 'ResponsiblePersonRole'],
  ...['ResponsibleOrganization', 'PatientState', 'PregnancyStatus', 'LastMenstrualDate', 'MedicalAlerts', 'Allergies'],
  ...['SpecialNeeds', 'AdditionalPatientHistory', 'PatientComments'],
  ...['ConfidentialityConstraintOnPatientDataDescription', 'AdmissionID', 'CurrentPatientLocation', 'AccessionNumber'],
  ...['ReferringPhysicianName', 'RequestingPhysician', 'RequestingService', 'StudyDescription', 'StudyInstanceUID'],
  ...['PlacerOrderNumberImagingServiceRequest', 'FillerOrderNumberImagingServiceRequest', 'RequestedProcedureID'],
  ...['RequestedProcedureDescription', 'RequestedProcedureCodeSequence', 'RequestedProcedurePriority'],
  ...['ReasonForTheRequestedProcedure', 'RequestedProcedureComments', 'PatientTransportArrangements'],
  ...['ScheduledStationAETitle', 'ScheduledProcedureStepStartTime', 'ScheduledPerformingPhysicianName'],
  ...['ScheduledProcedureStepID', 'ScheduledProcedureStepDescription', 'ScheduledProtocolCodeSequence'],
  ...['ScheduledStationName', 'ScheduledProcedureStepLocation', 'PreMedication', 'RequestedContrastAgent'],
  ...['CommentsOnTheScheduledProcedureStep', 'ScheduledProcedureStepStatus'],
] as const;

export const impromedWorklist: Profile = {
  name: 'impromed-worklist',
  text: 'the worklist of a veterinary practice at port 11113, asked by day, modality, name and ID in Implicit VR Little Endian alone',
  values: {
    entities: [
      {
        name: 'Impromed Worklist Server',
        aeTitle: 'IMPROMEDMWL',
        port: 11_113,
        services: [
          { service: 'verification', transferSyntaxes: implicit },
          {
            service: 'worklist',
            transferSyntaxes: implicit,
            extendedNegotiation: 'none',
            neverMatched: onlyReturned,
          },
        ],
        operationsWindow: 'omit',
        implementationClassUid: '1.2.826.0.1.3680043.8.226',
        implementationVersionName: 'InfinityDS 1.0',
      },
    ],
    calledAeTitle: 'any',
    callers: 'any',
    maximumPduLength: 16_384,
    maximumAssociations: 10_000,
    maximumAssociationsPerPeer: 10_000,
    idleTimeout: 300,
    artimTimeout: 30,
    mediaProfiles: [],
  },
};
