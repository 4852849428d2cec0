// Verification as this server uses it and provides it. PS3.4 Annex A
import { service, verification } from '@concord/network';

/** Asking whether a peer is there. */
export const askForEcho = service({
  ...verification,
  role: 'SCU',
  text: {
    activity: 'Ask whether a peer answers',
    remoteActivity: 'Answer that it is there',
    description: 'A user, or a program over the administration interface, asks for a C-ECHO to a configured peer.',
  },
});
