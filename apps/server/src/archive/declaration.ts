// Verification, Storage and Query/Retrieve as this server provides them. PS3.4 Annexes A, B and C.
import { storageSopClasses, transferSyntaxes } from '@concord/dicom';
import { service } from '@concord/network';
import { modelSopClasses } from './information-models.ts';
import { storeStatuses } from './outcome.ts';

const implicitVrLittleEndian = '1.2.840.10008.1.2';
const explicitVrLittleEndian = '1.2.840.10008.1.2.1';
const explicitVrBigEndian = '1.2.840.10008.1.2.2';
const deflatedExplicitVrLittleEndian = '1.2.840.10008.1.2.1.99';

/** For messages and for objects alike: what costs nobody anything first. */
const uncompressed = [explicitVrLittleEndian, implicitVrLittleEndian, explicitVrBigEndian];

/** Kept as they come, so every syntax of the standard will do. Papyrus 3 is none of it. */
const everySyntax = [
  ...uncompressed,
  ...transferSyntaxes
    .map(({ uid }) => uid)
    .filter((uid) => uid.startsWith('1.2.840.10008.1.2.') && !uncompressed.includes(uid)),
];

/** Objects without patient and study (PS3.4 GG) belong to other services: the archive has no place for them. */
const nonPatientObjects: readonly string[] = [
  '1.2.840.10008.5.1.4.1.1.200.1',
  '1.2.840.10008.5.1.4.1.1.200.3',
  '1.2.840.10008.5.1.4.1.1.201.1',
  '1.2.840.10008.5.1.4.34.1',
  '1.2.840.10008.5.1.4.38.1',
  '1.2.840.10008.5.1.4.39.1',
  '1.2.840.10008.5.1.4.43.1',
  '1.2.840.10008.5.1.4.44.1',
  '1.2.840.10008.5.1.4.45.1',
];

const storedPrefix = '1.2.840.10008.5.1.4.1.1.';

export const verification = service({
  name: 'Verification',
  section: 'PS3.4 Annex A',
  role: 'SCP',
  sopClasses: ['1.2.840.10008.1.1'],
  transferSyntaxes: uncompressed,
  operations: { 'C-ECHO': { statuses: { 0x0000: 'the server is there' } } },
});

export const storage = service({
  name: 'Storage',
  section: 'PS3.4 Annex B',
  role: 'SCP',
  sopClasses: storageSopClasses
    .map(({ uid }) => uid)
    .filter(
      (uid) =>
        (uid.startsWith(storedPrefix) || uid.startsWith('1.2.840.10008.5.1.4.34.')) && !nonPatientObjects.includes(uid),
    ),
  unknownSopClasses: true,
  transferSyntaxes: everySyntax,
  operations: { 'C-STORE': { statuses: storeStatuses } },
});

export const query = service({
  name: 'Query/Retrieve: FIND',
  section: 'PS3.4 Annex C',
  role: 'SCP',
  sopClasses: Object.keys(modelSopClasses['C-FIND']),
  transferSyntaxes: [...uncompressed, deflatedExplicitVrLittleEndian],
  operations: {
    'C-FIND': {
      statuses: {
        0x0000: 'all matches sent',
        0xff00: 'a match; every key was taken into account',
        0xff01: 'a match; a key that is not supported was left out',
        0xfe00: 'stopped by C-CANCEL',
        0xa900: 'the identifier does not fit the information model or the level',
        0xc002: 'the index failed; the association goes on',
      },
    },
  },
});

export const move = service({
  name: 'Query/Retrieve: MOVE',
  section: 'PS3.4 Annex C',
  role: 'SCP',
  sopClasses: Object.keys(modelSopClasses['C-MOVE']),
  transferSyntaxes: [...uncompressed, deflatedExplicitVrLittleEndian],
  operations: {
    'C-MOVE': {
      statuses: {
        0x0000: 'everything was sent',
        0xff00: 'sub-operations go on',
        0xb000: 'everything was tried; at least one sub-operation failed',
        0xfe00: 'stopped by C-CANCEL',
        0xa701: 'the index failed',
        0xa702: 'no sub-operation succeeded',
        0xa801: 'the move destination is not among the peers',
        0xa900: 'the identifier does not fit the information model or the level',
      },
    },
  },
});

export const get = service({
  name: 'Query/Retrieve: GET',
  section: 'PS3.4 Annex C',
  role: 'SCP',
  sopClasses: Object.keys(modelSopClasses['C-GET']),
  transferSyntaxes: [...uncompressed, deflatedExplicitVrLittleEndian],
  operations: {
    'C-GET': {
      statuses: {
        0x0000: 'everything was sent',
        0xff00: 'sub-operations go on',
        0xb000: 'everything was tried; at least one sub-operation failed',
        0xfe00: 'stopped by C-CANCEL',
        0xa701: 'the index failed',
        0xa702: 'no sub-operation succeeded',
        0xa900: 'the identifier does not fit the information model or the level',
      },
    },
  },
});
