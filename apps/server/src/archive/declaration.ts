// Storage and Query/Retrieve as this server provides them: what PS3.4 Annexes B and C leave to it.
import {
  findOptions,
  queryFind,
  queryGet,
  queryMove,
  service,
  storage as storageOfTheStandard,
} from '@concord/network';
import { storeStatuses } from './outcome.ts';

/** Objects of these classes have neither patient nor study (PS3.4 GG): the archive has no place for them. */
const nonPatientObjects: readonly string[] = [
  '1.2.840.10008.5.1.4.1.1.200.1',
  '1.2.840.10008.5.1.4.1.1.200.3',
  '1.2.840.10008.5.1.4.1.1.201.1',
  '1.2.840.10008.5.1.4.38.1',
  '1.2.840.10008.5.1.4.39.1',
  '1.2.840.10008.5.1.4.43.1',
  '1.2.840.10008.5.1.4.44.1',
  '1.2.840.10008.5.1.4.45.1',
];
/** Stored prints belong to print management. */
const printObjects = '1.2.840.10008.5.1.1.';

/** Adjustment to the time zone of the query is not offered. PS3.4 C.5. */
const answerFind = findOptions.answer({ relational: true, combinedDateTime: true, fuzzyPersonNames: true });

export const storage = service({
  ...storageOfTheStandard,
  // SCU towards whoever asks for objects with C-GET on the same association.
  role: 'SCU/SCP',
  sopClasses: storageOfTheStandard.sopClasses.filter(
    (uid) => !nonPatientObjects.includes(uid) && !uid.startsWith(printObjects),
  ),
  operations: { 'C-STORE': { statuses: storeStatuses } },
});

export const query = service({
  ...queryFind,
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
  extendedNegotiation: answerFind,
});

export const move = queryMove;

export const get = queryGet;
