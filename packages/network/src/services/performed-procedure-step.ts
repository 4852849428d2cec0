// Modality Performed Procedure Step: a modality says what it does, others ask or are told. PS3.4 Annex F.
import type { DataSet } from '@concord/dicom';
import type { Association } from '../association/association.ts';
import type { NormalizedResponse } from '../handlers.ts';
import { service } from '../service.ts';
import { dataSetSyntaxes } from './transfer-syntaxes.ts';

export const performedProcedureStepSopClasses = {
  step: '1.2.840.10008.3.1.2.3.3',
  retrieve: '1.2.840.10008.3.1.2.3.4',
  notification: '1.2.840.10008.3.1.2.3.5',
} as const;

/** The answer to an N-SET of a step that is completed or discontinued. PS3.4 F.7.2.2.2. */
export const mayNoLongerBeUpdated = {
  code: 0x0110,
  comment: 'Performed Procedure Step Object may no longer be updated',
  errorId: 0xa710,
} as const;

/** N-CREATE and N-SET. */
export const performedProcedureStep = service({
  name: 'Modality Performed Procedure Step',
  section: 'PS3.4 F.7',
  role: 'SCP',
  sopClasses: [performedProcedureStepSopClasses.step],
  transferSyntaxes: dataSetSyntaxes,
  operations: {
    'N-CREATE': { statuses: { 0x0000: 'created' } },
    'N-SET': { statuses: { 0x0000: 'updated', 0x0110: 'the step is completed or discontinued (error ID A710H)' } },
  },
});

/** N-GET. PS3.4 F.8. */
export const performedProcedureStepRetrieve = service({
  name: 'Modality Performed Procedure Step Retrieve',
  section: 'PS3.4 F.8',
  role: 'SCP',
  sopClasses: [performedProcedureStepSopClasses.retrieve],
  transferSyntaxes: dataSetSyntaxes,
  operations: {
    'N-GET': { statuses: { 0x0000: 'attributes returned', 0x0001: 'requested optional attributes are not supported' } },
  },
});

/** Event types of the notification. PS3.4 Table F.9.2-1. */
export const performedProcedureStepEvents = {
  inProgress: 1,
  completed: 2,
  discontinued: 3,
  updated: 4,
  deleted: 5,
} as const;

/** What a subscriber does with N-EVENT-REPORT. PS3.4 F.9. */
export const performedProcedureStepNotification = service({
  name: 'Modality Performed Procedure Step Notification',
  section: 'PS3.4 F.9',
  role: 'SCU',
  sopClasses: [performedProcedureStepSopClasses.notification],
  transferSyntaxes: dataSetSyntaxes,
  operations: { 'N-EVENT-REPORT': { statuses: { 0x0000: 'noted' } } },
});

/** Says that a step has begun. PS3.4 F.7.2.1. */
export const createStep = (
  association: Association,
  sopInstanceUid: string,
  step: DataSet,
): Promise<NormalizedResponse> =>
  association.nCreate({ sopClassUid: performedProcedureStepSopClasses.step, sopInstanceUid, dataSet: step });

/** Changes a step that is in progress, or ends it. PS3.4 F.7.2.2. */
export const setStep = (
  association: Association,
  sopInstanceUid: string,
  changes: DataSet,
): Promise<NormalizedResponse> =>
  association.nSet({ sopClassUid: performedProcedureStepSopClasses.step, sopInstanceUid, dataSet: changes });

/** What the SCP knows of a step. PS3.4 F.8.2.1. */
export const getStep = (
  association: Association,
  sopInstanceUid: string,
  attributes: readonly number[],
): Promise<NormalizedResponse> =>
  association.nGet({ sopClassUid: performedProcedureStepSopClasses.retrieve, sopInstanceUid, attributes });

/** Tells a subscriber of a step, over an association in which we have the SCP role. PS3.4 F.9.2.1. */
export const notifyOfStep = (
  association: Association,
  sopInstanceUid: string,
  event: keyof typeof performedProcedureStepEvents,
  step?: DataSet,
): Promise<NormalizedResponse> =>
  association.nEventReport({
    sopClassUid: performedProcedureStepSopClasses.notification,
    sopInstanceUid,
    eventTypeId: performedProcedureStepEvents[event],
    ...(step && { dataSet: step }),
  });
