// General Purpose Worklist: retired since 2011, spoken by the workstations of its time. PS3.4-2009 Annexes L, M, N.
import type { DataSet } from '@concord/dicom';
import type { Association } from '../association/association.ts';
import type { NormalizedResponse } from '../handlers.ts';
import { service } from '../service.ts';
import { findStatuses } from './information-model.ts';
import { dataSetSyntaxes } from './transfer-syntaxes.ts';

export const generalPurposeSopClasses = {
  meta: '1.2.840.10008.5.1.4.32',
  find: '1.2.840.10008.5.1.4.32.1',
  scheduled: '1.2.840.10008.5.1.4.32.2',
  performed: '1.2.840.10008.5.1.4.32.3',
} as const;
const uids = generalPurposeSopClasses;

const finalStep = 'refused: the step is completed or discontinued and may not be changed';

/** The worklist's side. The Meta SOP Class stands for the three others. */
export const generalPurposeWorklist = service({
  name: 'General Purpose Worklist',
  section: 'PS3.4-2009 Annexes L, M, N (retired)',
  role: 'SCP',
  sopClasses: Object.values(uids),
  memberSopClasses: { [uids.meta]: [uids.find, uids.scheduled, uids.performed] },
  transferSyntaxes: dataSetSyntaxes,
  operations: {
    'C-FIND': { statuses: findStatuses },
    'N-ACTION': {
      statuses: {
        0x0000: 'the state of the scheduled step is changed',
        0xa501: finalStep,
        0xa502: 'refused: the transaction UID is not the right one',
        0xa503: 'refused: the step is IN PROGRESS already',
      },
    },
    'N-GET': { statuses: { 0x0000: 'attributes returned', 0x0001: 'requested optional attributes are not supported' } },
    'N-CREATE': {
      statuses: {
        0x0000: 'the performed step is there',
        0xa504: 'refused: the scheduled step is not IN PROGRESS',
        0xa505: 'refused: the transaction UID is not that of the scheduled step',
      },
    },
    'N-SET': { statuses: { 0x0000: 'updated', 0xa501: finalStep } },
  },
});

/** Takes a scheduled step, or ends it: the information carries its Transaction UID and new status. */
export const actOnScheduledStep = (
  association: Association,
  sopInstanceUid: string,
  information: DataSet,
  over: 'meta' | 'scheduled' = 'scheduled',
): Promise<NormalizedResponse> =>
  association.nAction({
    sopClassUid: uids.scheduled,
    abstractSyntax: uids[over],
    sopInstanceUid,
    actionTypeId: 1,
    dataSet: information,
  });
