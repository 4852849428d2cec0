// Instance Availability Notification: which instances can be retrieved, from where. PS3.4 Annex R.
import type { DataSet } from '@concord/dicom';
import type { Association } from '../association/association.ts';
import type { NormalizedResponse } from '../handlers.ts';
import { service } from '../service.ts';
import { dataSetSyntaxes } from './transfer-syntaxes.ts';

export const instanceAvailabilitySopClass = '1.2.840.10008.5.1.4.33';

export const instanceAvailability = service({
  name: 'Instance Availability Notification',
  section: 'PS3.4 Annex R',
  role: 'SCP',
  sopClasses: [instanceAvailabilitySopClass],
  transferSyntaxes: dataSetSyntaxes,
  operations: { 'N-CREATE': { statuses: { 0x0000: 'noted' } } },
  attributes: {
    'N-CREATE': [
      { keyword: 'ReferencedPerformedProcedureStepSequence', presence: 'VNAP', source: 'requestor' },
      { keyword: 'StudyInstanceUID', presence: 'ALWAYS', source: 'requestor' },
      {
        keyword: 'ReferencedSeriesSequence',
        presence: 'ALWAYS',
        source: 'requestor',
        value: 'series and instances with their availability and the AE title that they can be retrieved from',
      },
    ],
  },
});

/** Tells the peer what is available. The instance of the notification itself has no further life. PS3.4 R.3.2. */
export const notifyOfInstances = (
  association: Association,
  sopInstanceUid: string,
  notification: DataSet,
): Promise<NormalizedResponse> =>
  association.nCreate({ sopClassUid: instanceAvailabilitySopClass, sopInstanceUid, dataSet: notification });
