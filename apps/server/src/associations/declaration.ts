// Verification as this server uses it and provides it. PS3.4 Annex A
import { implicitVrLittleEndian } from '@concord/dicom';
import { service, verification } from '@concord/network';

/** Asking whether a peer is there. */
export const askForEcho = service({
  ...verification,
  role: 'SCU',
  // Every peer has it: nothing is gained by another. PS3.5 10.1
  transferSyntaxes: [implicitVrLittleEndian],
  text: {
    activity: 'Ask whether a peer answers',
    remoteActivity: 'Answer that it is there',
    description: 'A user, or a program over the administration interface, asks for a C-ECHO to a configured peer.',
  },
});
