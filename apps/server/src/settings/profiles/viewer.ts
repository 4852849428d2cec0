// An image viewer: one title for everything, three uncompressed transfer syntaxes, the first explicit one that is listed.
import type { Profile } from './profile.ts';
import { studyRoot, viewerStorage } from './storage-classes.ts';

const uncompressed = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.2'] as const;

/** What it sends goes out in an explicit one where the peer takes that. */
const explicitFirst = ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2.2', '1.2.840.10008.1.2'] as const;

/** Asked for at every level. */
const always = ['SpecificCharacterSet', 'RetrieveAETitle'] as const;

/** What it asks other archives for, beside what every query here asks for. */
const asked = [
  {
    level: 'STUDY',
    attributes: [
      ...always,
      ...['PatientBirthTime', 'OtherPatientIDs', 'OtherPatientNames', 'EthnicGroup', 'PatientComments'],
      ...['PhysiciansOfRecord', 'NameOfPhysiciansReadingStudy', 'AdmittingDiagnosesDescription', 'PatientAge'],
      ...['PatientSize', 'Occupation', 'AdditionalPatientHistory'],
    ],
  },
  {
    level: 'SERIES',
    attributes: [
      ...always,
      ...['PerformingPhysicianName', 'OperatorsName', 'Laterality', 'Manufacturer', 'ManufacturerModelName'],
      ...['StationName', 'InstitutionName', 'InstitutionalDepartmentName'],
    ],
  },
  {
    level: 'IMAGE',
    attributes: [
      ...always,
      ...['ImageComments', 'AcquisitionDateTime', 'DerivationDescription', 'ContrastBolusAgent', 'QualityControlImage'],
      ...['BurnedInAnnotation', 'LossyImageCompression', 'LossyImageCompressionRatio', 'NumberOfFrames'],
    ],
  },
] as const;

export const viewer: Profile = {
  name: 'viewer',
  text: 'an image viewer that receives from anybody, searches other archives and sends, under one title',
  values: {
    entities: [
      {
        name: 'ECHO-SCP and STORAGE-SCP',
        aeTitle: 'VIEWER',
        services: [
          { service: 'verification', transferSyntaxes: uncompressed },
          {
            service: 'storage',
            sopClasses: viewerStorage,
            transferSyntaxes: uncompressed,
            extendedNegotiation: 'none',
          },
        ],
        syntaxPreference: 'explicit first',
        operationsWindow: 'omit',
        maximumPduLength: 16_384,
        implementationVersionName: 'Viewer1.0',
      },
    ],
    proposes: [
      { service: 'storage', sopClasses: viewerStorage, transferSyntaxes: explicitFirst, preferred: 'as listed' },
      { service: 'query', sopClasses: studyRoot, transferSyntaxes: explicitFirst },
    ],
    askedKeys: asked,
    retrieveFrom: 'named',
    retrieveProof: 'responses',
    proposalArrangement: 'each and all',
    toleratedPduLength: 16 << 20,
    maximumAssociations: 10_000,
    maximumAssociationsPerPeer: 10_000,
    duplicates: 'replace',
    patientConflicts: 'accept',
    sendAssociations: 1,
    sendGrouping: 'one by one',
    jobs: 1,
    activities: 'one at a time',
    cancelBy: 'A-ABORT',
    sendAttempts: 1,
    maskStates: 'marked',
    mediaProfiles: [
      { profile: 'STD-GEN-CD', roles: ['FSR'] },
      { profile: 'STD-GEN-DVD-RAM', roles: ['FSR'] },
    ],
  },
};
