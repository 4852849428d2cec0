// Product Characteristics and Substance Approval queries; logging of events and of administered substances. PS3.4 Annexes V, W, P.

import type { DataSet } from '@concord/dicom';
import type { Association } from '../association/association.ts';
import type { NormalizedResponse } from '../handlers.ts';
import { service } from '../service.ts';
import { findStatuses } from './information-model.ts';
import { dataSetSyntaxes } from './transfer-syntaxes.ts';

export const productCharacteristicsSopClass = '1.2.840.10008.5.1.4.41';
export const substanceApprovalSopClass = '1.2.840.10008.5.1.4.42';

/** What a product (by its barcode, say) is. PS3.4 Annex V. */
export const productCharacteristics = service({
  name: 'Product Characteristics Query',
  section: 'PS3.4 Annex V',
  role: 'SCP',
  sopClasses: [productCharacteristicsSopClass],
  transferSyntaxes: dataSetSyntaxes,
  operations: { 'C-FIND': { statuses: findStatuses } },
});

/** Whether a substance may be given to a patient. PS3.4 Annex V. */
export const substanceApproval = service({
  name: 'Substance Approval Query',
  section: 'PS3.4 Annex V',
  role: 'SCP',
  sopClasses: [substanceApprovalSopClass],
  transferSyntaxes: dataSetSyntaxes,
  operations: { 'C-FIND': { statuses: findStatuses } },
});

/** SOP Class, well-known instance and action of each log. PS3.4 P.2, P.3. */
export const eventLogs = {
  procedural: { sopClassUid: '1.2.840.10008.1.40', sopInstanceUid: '1.2.840.10008.1.40.1', actionTypeId: 1 },
  substanceAdministration: {
    sopClassUid: '1.2.840.10008.1.42',
    sopInstanceUid: '1.2.840.10008.1.42.1',
    actionTypeId: 1,
  },
} as const;

/** PS3.4 Table P.2-3. */
export const proceduralEventLogging = service({
  name: 'Procedural Event Logging',
  section: 'PS3.4 P.2',
  role: 'SCP',
  sopClasses: [eventLogs.procedural.sopClassUid],
  transferSyntaxes: dataSetSyntaxes,
  operations: {
    'N-ACTION': {
      statuses: {
        0x0000: 'logged',
        0xb101: 'logged; the synchronization frame of reference is another than ours',
        0xb102: 'logged under another Study Instance UID',
        0xb104: 'logged; the IDs do not agree with the current study',
        0xc101: 'failed: no logging for this study',
        0xc102: 'failed: the event information does not match the template',
        0xc103: 'failed: the event matches no current study',
        0xc104: 'failed: the IDs do not agree with the current study',
      },
    },
  },
});

/** PS3.4 Table P.3-2. */
export const substanceAdministrationLogging = service({
  name: 'Substance Administration Logging',
  section: 'PS3.4 P.3',
  role: 'SCP',
  sopClasses: [eventLogs.substanceAdministration.sopClassUid],
  transferSyntaxes: dataSetSyntaxes,
  operations: {
    'N-ACTION': {
      statuses: {
        0x0000: 'logged',
        0xc10e: 'failed: the operator may not add to the medication administration record',
        0xc110: 'failed: the patient cannot be identified',
        0xc111: 'failed: the medication administration record could not be updated',
      },
    },
  },
});

/** Adds one entry to a log of the peer. */
export const recordEvent = (
  association: Association,
  log: keyof typeof eventLogs,
  event: DataSet,
): Promise<NormalizedResponse> => association.nAction({ ...eventLogs[log], dataSet: event });
