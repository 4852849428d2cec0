// The SOP Classes beside storage that a probe asks for.
import {
  modalityWorklistSopClass,
  performedProcedureStepSopClasses,
  printSopClasses,
  queryRetrieveSopClasses,
  storageCommitmentSopClass,
  verificationSopClass,
} from '@concord/network';

/** Services of every kind, the usual ones first. */
export const otherClasses: readonly string[] = [
  verificationSopClass,
  ...Object.values(queryRetrieveSopClasses),
  modalityWorklistSopClass,
  ...Object.values(performedProcedureStepSopClasses),
  storageCommitmentSopClass,
  printSopClasses.grayscaleMeta,
  printSopClasses.colorMeta,
  printSopClasses.presentationLut,
  printSopClasses.printJob,
  printSopClasses.annotationBox,
  '1.2.840.10008.5.1.4.33', // Instance Availability Notification
  '1.2.840.10008.5.1.4.34.6.1', // Unified Procedure Step - Push
  '1.2.840.10008.5.1.4.34.6.2',
  '1.2.840.10008.5.1.4.34.6.3',
  '1.2.840.10008.5.1.4.37.1', // Relevant Patient Information
  '1.2.840.10008.5.1.4.37.2',
  '1.2.840.10008.5.1.4.37.3',
  '1.2.840.10008.5.1.4.38.2', // Hanging Protocol
  '1.2.840.10008.5.1.4.38.3',
  '1.2.840.10008.5.1.4.38.4',
  '1.2.840.10008.1.42', // Substance Administration Logging
  '1.2.840.10008.1.40', // Procedural Event Logging
  '1.2.840.10008.5.1.1.33', // Media Creation Management
];
