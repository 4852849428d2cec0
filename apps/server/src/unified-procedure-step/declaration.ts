// Unified Procedure Step as this server provides it: PS3.4 Annex CC with what it leaves open.
import type { KeyDeclaration, TypeDeclaration } from '@concord/network';
import {
  procedureStepActions as actions,
  unifiedProcedureStepEvents as eventsOfTheStandard,
  unifiedProcedureStep as ofTheStandard,
  service,
} from '@concord/network';
import { atCreation } from './required-attributes.ts';

/** Those of PS3.4 Table CC.2.5-3 that a provider has to match; any other attribute of a step is matched too. */
const matched = [
  'ScheduledProcedureStepPriority',
  'ProcedureStepLabel',
  'WorklistLabel',
  'ScheduledStationNameCodeSequence',
  'ScheduledStationClassCodeSequence',
  'ScheduledStationGeographicLocationCodeSequence',
  'ScheduledProcedureStepStartDateTime',
  'ScheduledWorkitemCodeSequence',
  'InputReadinessState',
  'PatientName',
  'PatientID',
  'PatientBirthDate',
  'PatientSex',
  'AdmissionID',
  'ProcedureStepState',
] as const;

const keys: readonly KeyDeclaration[] = [
  { level: 'STEP', keyword: 'SOPInstanceUID', type: 'Unique' },
  ...matched.map((keyword) => ({ level: 'STEP', keyword, type: 'Required' as const })),
];

const actionTypes: readonly TypeDeclaration[] = [
  { id: actions.changeState, name: 'Change UPS State', behavior: 'The state changes as PS3.4 CC.1.1 allows.' },
  { id: actions.requestCancel, name: 'Request Cancel', behavior: 'Whoever subscribed to the step is told.' },
  {
    id: actions.subscribe,
    name: 'Subscribe to Receive UPS Event Reports',
    behavior: 'Events go to a configured peer.',
  },
  {
    id: actions.unsubscribe,
    name: 'Unsubscribe from Receiving UPS Event Reports',
    behavior: 'No more events are sent.',
  },
  {
    id: actions.suspendGlobalSubscription,
    name: 'Suspend Global Subscription',
    behavior: 'New steps are not subscribed to any more.',
  },
];

export const unifiedProcedureStep = service({
  ...ofTheStandard,
  operations: {
    ...ofTheStandard.operations,
    'C-FIND': {
      statuses: {
        0x0000: 'all matches sent',
        0xff00: 'one match',
        0xfe00: 'stopped by C-CANCEL',
        0xa900: 'there is no identifier, or one without keys, or a key is a date or time that there is not',
        0xc000: 'the store of steps failed; the association goes on',
      },
    },
  },
  keys,
  actions: actionTypes,
  attributes: {
    'N-CREATE': atCreation.map((keyword) => ({
      keyword,
      presence: 'ALWAYS' as const,
      source: 'requestor',
      value: 'refused with 0120H or 0121H where it is missing; any other attribute is kept as it comes',
    })),
    'N-SET': [
      {
        keyword: 'TransactionUID',
        presence: 'ANAP',
        source: 'requestor',
        value: 'that of the performer while the step is IN PROGRESS; any attribute but identity and state may be set',
      },
    ],
    'N-GET': [
      { keyword: 'ProcedureStepState', presence: 'ANAP', source: 'step', value: 'any attribute may be asked for' },
    ],
  },
  text: {
    activity: 'Keep steps of work and tell of them',
    remoteActivity: 'Plan, find, take and report steps of work',
    description:
      'Steps are kept in one store that the web service for work items shares. Their states change as PS3.4 CC.1.1 allows; whoever subscribed is told of each change over an association that this server opens to a configured peer.',
  },
});

/** What subscribers are told, over associations that this server opens. */
export const tellSteps = service({
  ...eventsOfTheStandard,
  name: 'Unified Procedure Step: event reports',
  role: 'SCP',
  text: {
    activity: 'Tell subscribers of procedure steps',
    remoteActivity: 'Follow procedure steps',
    description:
      'Each change of a step is told by N-EVENT-REPORT to the application entities that subscribed to it and are configured as peers, unless they listen over a WebSocket. A peer that cannot be reached is tried three times more; then the events that wait for it are given up.',
  },
});
