// Verification: is the other side there and does it speak DICOM. PS3.4 Annex A.
import { generalStatuses } from '../dimse/status.ts';
import { type BoundService, bind, service } from '../service.ts';

export const verificationSopClass = '1.2.840.10008.1.1';

export const verification = service({
  name: 'Verification',
  section: 'PS3.4 Annex A',
  role: 'SCP',
  sopClasses: [verificationSopClass],
  transferSyntaxes: ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'],
  operations: { 'C-ECHO': { statuses: { 0x0000: generalStatuses[0x0000] } } },
  text: {
    activity: 'Answer that it is there',
    remoteActivity: 'Ask whether it is there',
    description: 'Each C-ECHO is answered with success at once.',
  },
});

/** Answers every C-ECHO with success. */
export const verificationScp: BoundService = bind(verification, { 'C-ECHO': async () => ({ code: 0x0000 }) });
