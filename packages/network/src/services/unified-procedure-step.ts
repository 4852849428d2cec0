// Unified Procedure Step: work to be done, who does it, and how far it has come. PS3.4 Annex CC.
import { DataSet } from '@concord/dicom';
import type { Association } from '../association/association.ts';
import type { EventReport, NormalizedResponse } from '../handlers.ts';
import { service } from '../service.ts';
import { findStatuses } from './information-model.ts';
import { dataSetSyntaxes } from './transfer-syntaxes.ts';

/** PS3.4 CC.3.1. */
export const unifiedProcedureStepSopClasses = {
  push: '1.2.840.10008.5.1.4.34.6.1',
  watch: '1.2.840.10008.5.1.4.34.6.2',
  pull: '1.2.840.10008.5.1.4.34.6.3',
  event: '1.2.840.10008.5.1.4.34.6.4',
  query: '1.2.840.10008.5.1.4.34.6.5',
} as const;
const uids = unifiedProcedureStepSopClasses;

/** Instances that stand for all steps in a subscription. PS3.4 CC.2.3. */
export const globalSubscriptionInstance = '1.2.840.10008.5.1.4.34.5';
export const filteredGlobalSubscriptionInstance = '1.2.840.10008.5.1.4.34.5.1';

/** Action types. PS3.4 Tables CC.2.1-1, CC.2.2-1, CC.2.3-1. */
export const procedureStepActions = {
  changeState: 1,
  requestCancel: 2,
  subscribe: 3,
  unsubscribe: 4,
  suspendGlobalSubscription: 5,
} as const;
/** Event types. PS3.4 Table CC.2.4-1. */
export const procedureStepEvents = {
  stateReport: 1,
  cancelRequested: 2,
  progressReport: 3,
  scpStatusChange: 4,
  assigned: 5,
} as const;

/** Whatever was negotiated, requests name UPS Push: every step is an instance of it. PS3.4 CC.3.1. */
const memberSopClasses = {
  [uids.watch]: [uids.push],
  [uids.pull]: [uids.push],
  [uids.event]: [uids.push],
  [uids.query]: [uids.push],
};

const unknownInstance = 'failed: there is no such step here';
const final = 'failed: the step is completed or canceled and may not be changed';
const wrongTransaction = 'failed: the transaction UID is not the right one';

/** The worklist's side. PS3.4 Tables CC.2.1-2 to CC.2.8-3. */
export const unifiedProcedureStep = service({
  name: 'Unified Procedure Step',
  section: 'PS3.4 Annex CC',
  role: 'SCP',
  sopClasses: [uids.push, uids.watch, uids.pull, uids.query],
  memberSopClasses,
  transferSyntaxes: dataSetSyntaxes,
  operations: {
    'N-CREATE': {
      statuses: {
        0x0000: 'created',
        0xb300: 'created with modifications',
        0xc309: 'failed: a step begins as SCHEDULED',
      },
    },
    'N-SET': {
      statuses: {
        0x0000: 'changed',
        0x0001: 'changed; some optional attributes are not supported',
        0xb305: 'changed; invalid values were made valid',
        0xc300: final,
        0xc301: wrongTransaction,
        0xc307: unknownInstance,
        0xc310: 'failed: the step is not IN PROGRESS',
      },
    },
    'N-GET': {
      statuses: {
        0x0000: 'attributes returned',
        0x0001: 'some optional attributes are not supported',
        0xc307: unknownInstance,
      },
    },
    'N-ACTION': {
      statuses: {
        0x0000: 'done',
        0xb301: 'subscribed; the deletion lock was not granted',
        0xb304: 'the step is CANCELED already',
        0xb306: 'the step is COMPLETED already',
        0xc300: final,
        0xc301: wrongTransaction,
        0xc302: 'failed: the step is IN PROGRESS already',
        0xc303: 'failed: a step becomes SCHEDULED by its creation only',
        0xc304: 'failed: what the final state asks for is not there',
        0xc307: unknownInstance,
        0xc308: 'failed: the receiving AE title is unknown',
        0xc310: 'failed: the step is not IN PROGRESS',
        0xc311: 'failed: the step is COMPLETED already',
        0xc312: 'failed: the performer cannot be reached',
        0xc313: 'failed: the performer does not want to cancel',
        0xc314: 'failed: the action does not fit the instance',
        0xc315: 'failed: events are not supported',
      },
    },
    'C-FIND': { statuses: findStatuses },
  },
});

/** The side of whoever subscribed: N-EVENT-REPORT on the UPS Event SOP Class. PS3.4 CC.2.4. */
export const unifiedProcedureStepEvents = service({
  name: 'Unified Procedure Step: events',
  section: 'PS3.4 CC.2.4',
  role: 'SCU',
  sopClasses: [uids.event],
  memberSopClasses,
  transferSyntaxes: dataSetSyntaxes,
  operations: { 'N-EVENT-REPORT': { statuses: { 0x0000: 'noted' } } },
});

/** The roles that the SCP proposes when it calls a subscriber. PS3.4 CC.2.4. */
export const procedureStepEventContext = {
  abstractSyntax: uids.event,
  transferSyntaxes: dataSetSyntaxes,
  roles: { scu: false, scp: true },
} as const;

/** An event about one step. */
export const procedureStepEvent = (
  sopInstanceUid: string,
  event: keyof typeof procedureStepEvents,
  dataSet?: DataSet,
): EventReport => ({
  sopClassUid: uids.push,
  abstractSyntax: uids.event,
  sopInstanceUid,
  eventTypeId: procedureStepEvents[event],
  ...(dataSet && { dataSet }),
});

/** Which of the negotiated SOP Classes a request goes over. */
interface StepRequest {
  readonly association: Association;
  readonly over: 'push' | 'watch' | 'pull';
  readonly sopInstanceUid: string;
}
const target = ({ over, sopInstanceUid }: StepRequest) => ({
  sopClassUid: uids.push,
  abstractSyntax: uids[over],
  sopInstanceUid,
});

/** PS3.4 CC.2.5. */
export const createProcedureStep = (
  association: Association,
  sopInstanceUid: string,
  step: DataSet,
): Promise<NormalizedResponse> => association.nCreate({ sopClassUid: uids.push, sopInstanceUid, dataSet: step });

/** Changes a step that the caller performs: `changes` carries its Transaction UID. PS3.4 CC.2.6. */
export const setProcedureStep = (request: StepRequest, changes: DataSet): Promise<NormalizedResponse> =>
  request.association.nSet({ ...target(request), dataSet: changes });

/** PS3.4 CC.2.7. */
export const getProcedureStep = (
  request: StepRequest,
  attributes: readonly number[] = [],
): Promise<NormalizedResponse> => request.association.nGet({ ...target(request), attributes });

/** Takes a step, or ends it. PS3.4 CC.2.1. */
export function changeProcedureStepState(
  request: StepRequest,
  state: 'IN PROGRESS' | 'COMPLETED' | 'CANCELED',
  transactionUid: string,
): Promise<NormalizedResponse> {
  const dataSet = new DataSet();
  dataSet.set('TransactionUID', transactionUid);
  dataSet.set('ProcedureStepState', state);
  return request.association.nAction({ ...target(request), actionTypeId: procedureStepActions.changeState, dataSet });
}

/** Asks the performer to cancel. PS3.4 CC.2.2. */
export const requestProcedureStepCancel = (request: StepRequest, reason?: DataSet): Promise<NormalizedResponse> =>
  request.association.nAction({
    ...target(request),
    actionTypeId: procedureStepActions.requestCancel,
    ...(reason && { dataSet: reason }),
  });

/** Subscribes to one step, or to all by the well-known instances. PS3.4 CC.2.3. */
export function subscribeToProcedureSteps(
  request: StepRequest,
  receivingAeTitle: string,
  deletionLock: boolean,
): Promise<NormalizedResponse> {
  const dataSet = new DataSet();
  dataSet.set('ReceivingAE', receivingAeTitle);
  dataSet.set('DeletionLock', deletionLock ? 'TRUE' : 'FALSE');
  return request.association.nAction({ ...target(request), actionTypeId: procedureStepActions.subscribe, dataSet });
}

/** PS3.4 CC.2.3. */
export function unsubscribeFromProcedureSteps(
  request: StepRequest,
  receivingAeTitle: string,
): Promise<NormalizedResponse> {
  const dataSet = new DataSet();
  dataSet.set('ReceivingAE', receivingAeTitle);
  return request.association.nAction({ ...target(request), actionTypeId: procedureStepActions.unsubscribe, dataSet });
}
