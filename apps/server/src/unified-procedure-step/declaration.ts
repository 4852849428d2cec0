// Unified Procedure Step as this server provides it: PS3.4 Annex CC with what it leaves open.
import { unifiedProcedureStep as ofTheStandard, service } from '@concord/network';

export const unifiedProcedureStep = service({
  ...ofTheStandard,
  operations: {
    ...ofTheStandard.operations,
    'C-FIND': {
      statuses: {
        0x0000: 'all matches sent',
        0xff00: 'one match',
        0xfe00: 'stopped by C-CANCEL',
        0xa900: 'there is no identifier, or one without keys',
        0xc000: 'the store of steps failed; the association goes on',
      },
    },
  },
  text: {
    activity: 'Keep steps of work and tell of them',
    remoteActivity: 'Plan, find, take and report steps of work',
    description:
      'Steps are kept in one store that the web service for work items shares. Their states change as PS3.4 CC.1.1 allows; whoever subscribed is told of each change over an association that this server opens to a configured peer.',
  },
});
