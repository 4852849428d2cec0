// Media creation, event logging, availability, commitment and performed steps message by message, both halves. PS3.4 F, J, P, R, S.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Conversation, dataSetOf, weAnswer, weAsk } from '../../testing/conversation.ts';
import {
  actOnMediaRequest,
  actOnScheduledStep,
  commitmentReportOf,
  commitmentRequestOf,
  createMediaRequest,
  createStep,
  generalPurposeWorklist,
  getMediaRequest,
  getStep,
  instanceAvailability,
  mediaCreation,
  notifyOfInstances,
  notifyOfStep,
  performedProcedureStep,
  performedProcedureStepNotification,
  performedProcedureStepRetrieve,
  proceduralEventLogging,
  recordEvent,
  reportOf,
  requestCommitment,
  setStep,
  storageCommitment,
  storageCommitmentReports,
  substanceAdministrationLogging,
} from '../index.ts';

const instance = '1.2.826.0.1.3680043.8.498.5';
/** PS3.7 C.5, which every operation may be answered with. */
const general = [0x0110, 0x0112, 0x0122, 0x0124];
const media = '1.2.840.10008.5.1.1.33';
const availability = '1.2.840.10008.5.1.4.33';
const commitment = '1.2.840.10008.1.20.1';
const commitmentInstance = '1.2.840.10008.1.20.1.1';
const [mpps, mppsRetrieve, mppsNotification] = [3, 4, 5].map((last) => `1.2.840.10008.3.1.2.3.${last}`) as [
  string,
  string,
  string,
];
const requested = (sopClass: string, sopInstance = instance) =>
  [
    [0x0003, sopClass],
    [0x1001, sopInstance],
  ] as const;
const affected = (sopClass: string, sopInstance = instance) =>
  [
    [0x0002, sopClass],
    [0x1000, sopInstance],
  ] as const;

const mediaRequest = { RequestingService: 'RADIOLOGY', StorageMediaFileSetID: 'DISC1' };
const available = { RetrieveAETitle: 'CONCORD' };
const event = { PatientID: 'P1', SynchronizationFrameOfReferenceUID: '1.2.3' };
const substance = { PatientID: 'P1', ProductName: 'CONTRAST' };
const status = { PerformedProcedureStepStatus: 'COMPLETED' };
const purpose = { GeneralPurposeScheduledProcedureStepStatus: 'IN PROGRESS', TransactionUID: '1.2.3.9' };

const conversations: Readonly<Record<string, Conversation>> = {
  'Media Creation: N-CREATE of a request (S.3.2.1)': {
    declaration: mediaCreation,
    operation: 'N-CREATE',
    abstractSyntax: media,
    command: affected(media),
    dataSet: mediaRequest,
    codes: [0x0000, 0x0001, 0xa510, ...general],
    invoke: (association) => createMediaRequest(association, instance, dataSetOf(mediaRequest)),
  },
  'Media Creation: N-ACTION 1, initiate (S.3.2.2)': {
    declaration: mediaCreation,
    operation: 'N-ACTION',
    abstractSyntax: media,
    command: [...requested(media), [0x1008, 1]],
    dataSet: { RequestPriority: 'HIGH' },
    codes: [0x0000, 0xc201, 0xc202, ...general],
    invoke: (association) =>
      actOnMediaRequest(association, instance, 'initiate', dataSetOf({ RequestPriority: 'HIGH' })),
  },
  'Media Creation: N-ACTION 2, cancel (S.3.2.2)': {
    declaration: mediaCreation,
    operation: 'N-ACTION',
    abstractSyntax: media,
    command: [...requested(media), [0x1008, 2]],
    codes: [0x0000, 0xc201, 0xc202, 0xc203, ...general],
    invoke: (association) => actOnMediaRequest(association, instance, 'cancel'),
  },
  'Media Creation: N-GET of the execution status (S.3.2.3)': {
    declaration: mediaCreation,
    operation: 'N-GET',
    abstractSyntax: media,
    command: [...requested(media), [0x1005, Buffer.from('0021700000217100', 'hex')]],
    codes: [0x0000, 0x0001, ...general],
    invoke: (association) => getMediaRequest(association, instance, [0x21000070, 0x21000071]),
  },
  'Procedural Event Logging: N-ACTION 1 on the well-known instance (P.2)': {
    declaration: proceduralEventLogging,
    operation: 'N-ACTION',
    abstractSyntax: '1.2.840.10008.1.40',
    command: [...requested('1.2.840.10008.1.40', '1.2.840.10008.1.40.1'), [0x1008, 1]],
    dataSet: event,
    codes: [0x0000, 0xb101, 0xb102, 0xb104, 0xc101, 0xc102, 0xc103, 0xc104, ...general],
    invoke: (association) => recordEvent(association, 'procedural', dataSetOf(event)),
  },
  'Substance Administration Logging: N-ACTION 1 on the well-known instance (P.3)': {
    declaration: substanceAdministrationLogging,
    operation: 'N-ACTION',
    abstractSyntax: '1.2.840.10008.1.42',
    command: [...requested('1.2.840.10008.1.42', '1.2.840.10008.1.42.1'), [0x1008, 1]],
    dataSet: substance,
    codes: [0x0000, 0xc10e, 0xc110, 0xc111, ...general],
    invoke: (association) => recordEvent(association, 'substanceAdministration', dataSetOf(substance)),
  },
  'Instance Availability Notification: N-CREATE (R.3.2)': {
    declaration: instanceAvailability,
    operation: 'N-CREATE',
    abstractSyntax: availability,
    command: affected(availability),
    dataSet: available,
    codes: [0x0000, 0x0111, ...general],
    invoke: (association) => notifyOfInstances(association, instance, dataSetOf(available)),
  },
  'Storage Commitment: N-ACTION 1 (J.3.2)': {
    declaration: storageCommitment,
    operation: 'N-ACTION',
    abstractSyntax: commitment,
    command: [...requested(commitment, commitmentInstance), [0x1008, 1]],
    dataSet: { TransactionUID: '1.2.3.99' },
    codes: [0x0000, 0x0115, 0x0213, ...general],
    invoke: (association) =>
      requestCommitment(association, {
        transactionUid: '1.2.3.99',
        instances: [{ sopClassUid: '1.2.840.10008.5.1.4.1.1.2', sopInstanceUid: instance }],
      }),
  },
  'Storage Commitment: N-EVENT-REPORT 1, all is safe (J.3.3)': {
    declaration: storageCommitmentReports,
    operation: 'N-EVENT-REPORT',
    abstractSyntax: commitment,
    command: [...affected(commitment, commitmentInstance), [0x1002, 1]],
    dataSet: { TransactionUID: '1.2.3.99' },
    codes: [0x0000, 0x0115, ...general],
    invoke: (association) =>
      association.nEventReport(reportOf({ transactionUid: '1.2.3.99', instances: [], failed: [] })),
  },
  'Storage Commitment: N-EVENT-REPORT 2, some are not (J.3.3)': {
    declaration: storageCommitmentReports,
    operation: 'N-EVENT-REPORT',
    abstractSyntax: commitment,
    command: [...affected(commitment, commitmentInstance), [0x1002, 2]],
    dataSet: { TransactionUID: '1.2.3.99' },
    codes: [0x0000, 0x0113],
    invoke: (association) =>
      association.nEventReport(
        reportOf({
          transactionUid: '1.2.3.99',
          instances: [],
          failed: [{ sopClassUid: '1.2.840.10008.5.1.4.1.1.2', sopInstanceUid: instance, failureReason: 0x0112 }],
        }),
      ),
  },
  'Performed Procedure Step: N-CREATE (F.7.2.1)': {
    declaration: performedProcedureStep,
    operation: 'N-CREATE',
    abstractSyntax: mpps,
    command: affected(mpps),
    dataSet: { PerformedProcedureStepStatus: 'IN PROGRESS' },
    codes: [0x0000, 0x0111, 0x0120, ...general],
    invoke: (association) =>
      createStep(association, instance, dataSetOf({ PerformedProcedureStepStatus: 'IN PROGRESS' })),
  },
  'Performed Procedure Step: N-SET (F.7.2.2)': {
    declaration: performedProcedureStep,
    operation: 'N-SET',
    abstractSyntax: mpps,
    command: requested(mpps),
    dataSet: status,
    codes: [0x0000, ...general],
    invoke: (association) => setStep(association, instance, dataSetOf(status)),
  },
  'Performed Procedure Step Retrieve: N-GET (F.8.2.1)': {
    declaration: performedProcedureStepRetrieve,
    operation: 'N-GET',
    abstractSyntax: mppsRetrieve,
    command: [...requested(mppsRetrieve), [0x1005, Buffer.from('40005202', 'hex')]],
    codes: [0x0000, 0x0001, ...general],
    invoke: (association) => getStep(association, instance, [0x00400252]),
  },
  'Performed Procedure Step Notification: N-EVENT-REPORT 2 (F.9.2.1)': {
    declaration: performedProcedureStepNotification,
    operation: 'N-EVENT-REPORT',
    abstractSyntax: mppsNotification,
    command: [...affected(mppsNotification), [0x1002, 2]],
    dataSet: status,
    codes: [0x0000, ...general],
    invoke: (association) => notifyOfStep(association, instance, 'completed', dataSetOf(status)),
  },
  'General Purpose Worklist: N-ACTION 1 on a scheduled step (PS3.4-2009 M.4.1)': {
    declaration: generalPurposeWorklist,
    operation: 'N-ACTION',
    abstractSyntax: '1.2.840.10008.5.1.4.32.2',
    command: [...requested('1.2.840.10008.5.1.4.32.2'), [0x1008, 1]],
    dataSet: purpose,
    codes: [0x0000, 0xa501, 0xa502, 0xa503, ...general],
    invoke: (association) => actOnScheduledStep(association, instance, dataSetOf(purpose)),
  },
};

for (const [title, conversation] of Object.entries(conversations))
  describe(title, () => {
    test('we ask', () => weAsk(conversation));
    test('we answer', () => weAnswer(conversation));
  });

const request = { sopClassUid: commitment, sopInstanceUid: commitmentInstance, attributeIdentifierList: [] };
test('what is no request of Storage Commitment is none: action, instance, transaction or instances missing', () => {
  const dataSet = dataSetOf({ TransactionUID: '1.2.3.99' });
  assert.equal(commitmentRequestOf({ ...request, actionTypeId: 2, dataSet }), undefined);
  assert.equal(commitmentRequestOf({ ...request, actionTypeId: 1, sopInstanceUid: '1.2', dataSet }), undefined);
  assert.equal(commitmentRequestOf({ ...request, actionTypeId: 1, dataSet }), undefined, 'no instances');
  assert.equal(commitmentRequestOf({ ...request, actionTypeId: 1, dataSet: undefined }), undefined);
});

test('a commitment report is read as it was written, and what is none is not one', () => {
  const failed = [{ sopClassUid: '1.2.3', sopInstanceUid: '1.2.4', failureReason: 0x0119 }] as const;
  const instances = [{ sopClassUid: '1.2.3', sopInstanceUid: '1.2.5' }];
  const report = reportOf({ transactionUid: '1.2.3.99', instances, failed });
  const { eventTypeId, dataSet } = report;
  assert.equal(eventTypeId, 2);
  assert.deepEqual(commitmentReportOf({ ...request, eventTypeId, dataSet }), {
    transactionUid: '1.2.3.99',
    instances,
    failed,
  });
  assert.equal(commitmentReportOf({ ...request, eventTypeId: 3, dataSet }), undefined);
});
