// Storage: composite objects are handed over for keeping. PS3.4 Annex B.
import { storageSopClasses } from '@concord/dicom';
import { storeStatuses } from '../dimse/status.ts';
import { service } from '../service.ts';
import { storageSyntaxes } from './transfer-syntaxes.ts';

/** PS3.4 B.2.1, B.3.1: level 2 (full), no digital signature support, elements not coerced. */
const ourCapabilities = Uint8Array.of(2, 0, 0, 0, 0, 0);

/** Every storage SOP Class of the standard, retired ones too, and by policy those that it does not know. */
export const storage = service({
  name: 'Storage',
  section: 'PS3.4 Annex B',
  role: 'SCP',
  sopClasses: storageSopClasses.map(({ uid }) => uid),
  unknownSopClasses: true,
  transferSyntaxes: storageSyntaxes,
  operations: { 'C-STORE': { statuses: storeStatuses } },
  extendedNegotiation: () => ourCapabilities,
});
