// UPS Push, Pull, Watch and Event message by message, both halves, against peers of bytes. PS3.4 Annex CC.
import { describe, test } from 'node:test';
import { type Conversation, dataSetOf, weAnswer, weAsk } from '../../testing/conversation.ts';
import {
  changeProcedureStepState,
  createProcedureStep,
  filteredGlobalSubscriptionInstance,
  getProcedureStep,
  globalSubscriptionInstance,
  procedureStepEvent,
  requestProcedureStepCancel,
  setProcedureStep,
  subscribeToProcedureSteps,
  unifiedProcedureStep,
  unifiedProcedureStepEvents,
  unsubscribeFromProcedureSteps,
} from '../index.ts';

const [push, watch, pull, event] = [1, 2, 3, 4].map((last) => `1.2.840.10008.5.1.4.34.6.${last}`) as [
  string,
  string,
  string,
  string,
];
const step = '1.2.826.0.1.3680043.8.498.77';
const transaction = '1.2.826.0.1.3680043.8.498.78';
const onStep = (instance = step) => [[0x0003, push] as const, [0x1001, instance] as const];
/** PS3.7 C.5, which every operation may be answered with. */
const general = [0x0110, 0x0112, 0x0122, 0x0124];

const scp = { declaration: unifiedProcedureStep };
const conversations: Readonly<Record<string, Conversation>> = {
  'N-CREATE of a step on UPS Push (CC.2.5)': {
    ...scp,
    operation: 'N-CREATE',
    abstractSyntax: push,
    command: [
      [0x0002, push],
      [0x1000, step],
    ],
    dataSet: { ProcedureStepState: 'SCHEDULED', ScheduledProcedureStepPriority: 'HIGH' },
    codes: [0x0000, 0xb300, 0xc309, 0x0111, ...general],
    invoke: (association) =>
      createProcedureStep(
        association,
        step,
        dataSetOf({ ProcedureStepState: 'SCHEDULED', ScheduledProcedureStepPriority: 'HIGH' }),
      ),
  },
  'N-SET of a step on UPS Pull names UPS Push (CC.2.6, CC.3.1)': {
    ...scp,
    operation: 'N-SET',
    abstractSyntax: pull,
    command: onStep(),
    dataSet: { TransactionUID: transaction, ProcedureStepLabel: 'half done' },
    codes: [0x0000, 0x0001, 0xb305, 0xc300, 0xc301, 0xc307, 0xc310, ...general],
    invoke: (association) =>
      setProcedureStep(
        { association, over: 'pull', sopInstanceUid: step },
        dataSetOf({ TransactionUID: transaction, ProcedureStepLabel: 'half done' }),
      ),
  },
  'N-GET of two attributes on UPS Watch (CC.2.7)': {
    ...scp,
    operation: 'N-GET',
    abstractSyntax: watch,
    command: [...onStep(), [0x1005, Buffer.from('7400001074000410', 'hex')]],
    codes: [0x0000, 0x0001, 0xc307, ...general],
    invoke: (association) =>
      getProcedureStep({ association, over: 'watch', sopInstanceUid: step }, [0x00741000, 0x00741004]),
  },
  'N-ACTION 1, change of state, on UPS Pull (CC.2.1)': {
    ...scp,
    operation: 'N-ACTION',
    abstractSyntax: pull,
    command: [...onStep(), [0x1008, 1]],
    dataSet: { ProcedureStepState: 'IN PROGRESS', TransactionUID: transaction },
    codes: [0x0000, 0xb304, 0xb306, 0xc300, 0xc301, 0xc302, 0xc303, 0xc304, 0xc307, 0xc310, ...general],
    invoke: (association) =>
      changeProcedureStepState({ association, over: 'pull', sopInstanceUid: step }, 'IN PROGRESS', transaction),
  },
  'N-ACTION 2, request to cancel, on UPS Push (CC.2.2)': {
    ...scp,
    operation: 'N-ACTION',
    abstractSyntax: push,
    command: [...onStep(), [0x1008, 2]],
    dataSet: { ReasonForCancellation: 'patient left' },
    codes: [0x0000, 0xb304, 0xc307, 0xc311, 0xc312, 0xc313, ...general],
    invoke: (association) =>
      requestProcedureStepCancel(
        { association, over: 'push', sopInstanceUid: step },
        dataSetOf({ ReasonForCancellation: 'patient left' }),
      ),
  },
  'N-ACTION 2 without information: none is required (CC.2.2)': {
    ...scp,
    operation: 'N-ACTION',
    abstractSyntax: push,
    command: [...onStep(), [0x1008, 2]],
    codes: [0x0000, 0xc312],
    invoke: (association) => requestProcedureStepCancel({ association, over: 'push', sopInstanceUid: step }),
  },
  'N-ACTION 3, subscription to all steps with deletion lock, on UPS Watch (CC.2.3)': {
    ...scp,
    operation: 'N-ACTION',
    abstractSyntax: watch,
    command: [...onStep(globalSubscriptionInstance), [0x1008, 3]],
    dataSet: { ReceivingAE: 'WATCHER', DeletionLock: 'TRUE' },
    codes: [0x0000, 0xb301, 0xc307, 0xc308, 0xc314, 0xc315, ...general],
    invoke: (association) =>
      subscribeToProcedureSteps(
        { association, over: 'watch', sopInstanceUid: globalSubscriptionInstance },
        'WATCHER',
        true,
      ),
  },
  'N-ACTION 4, end of a filtered subscription, on UPS Watch (CC.2.3)': {
    ...scp,
    operation: 'N-ACTION',
    abstractSyntax: watch,
    command: [...onStep(filteredGlobalSubscriptionInstance), [0x1008, 4]],
    dataSet: { ReceivingAE: 'WATCHER' },
    codes: [0x0000, 0xc307, 0xc308, 0xc314, ...general],
    invoke: (association) =>
      unsubscribeFromProcedureSteps(
        { association, over: 'watch', sopInstanceUid: filteredGlobalSubscriptionInstance },
        'WATCHER',
      ),
  },
  'N-EVENT-REPORT 1, state report, on UPS Event: from SCP to SCU (CC.2.4)': {
    declaration: unifiedProcedureStepEvents,
    operation: 'N-EVENT-REPORT',
    abstractSyntax: event,
    command: [
      [0x0002, push],
      [0x1000, step],
      [0x1002, 1],
    ],
    dataSet: { ProcedureStepState: 'COMPLETED', InputReadinessState: 'READY' },
    codes: [0x0000, ...general],
    invoke: (association) =>
      association.nEventReport(
        procedureStepEvent(
          step,
          'stateReport',
          dataSetOf({ ProcedureStepState: 'COMPLETED', InputReadinessState: 'READY' }),
        ),
      ),
  },
};

for (const [title, conversation] of Object.entries(conversations))
  describe(title, () => {
    test('we ask', () => weAsk(conversation));
    test('we answer', () => weAnswer(conversation));
  });
