// Storage and Query/Retrieve as this server provides them: what PS3.4 Annexes B and C leave to it.
import {
  findOptions,
  queryFind,
  queryGet,
  queryMove,
  service,
  storage as storageOfTheStandard,
} from '@concord/network';
import { queryKeys } from './keys.ts';
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
/** Conversion of Enhanced Multi-Frame images is not offered. PS3.4 C.5.1.1. */
const answerFind = findOptions.answer({
  relational: true,
  combinedDateTime: true,
  fuzzyPersonNames: true,
  timezone: true,
});

export const storage = service({
  ...storageOfTheStandard,
  // SCU towards whoever asks for objects with C-GET on the same association.
  role: 'SCU/SCP',
  sopClasses: storageOfTheStandard.sopClasses.filter((uid) => !nonPatientObjects.includes(uid)),
  operations: { 'C-STORE': { statuses: storeStatuses } },
  text: {
    activity: 'Keep instances',
    remoteActivity: 'Send instances',
    description:
      'Each instance is written to the object store and to the index as it comes, unchanged behind a File Meta Information of its own. Success is answered when both are on the disk. An instance whose SOP Instance UID is known already is compared: the same content is answered with success and kept once; a different one is kept aside or refused, as the setting for duplicates says.',
  },
});

/** What this server sends over associations that it opens: to the destination of a C-MOVE, and to peers it is told to send to. */
export const send = service({
  ...storageOfTheStandard,
  role: 'SCU',
  sopClasses: storage.sopClasses,
  text: {
    activity: 'Send instances',
    remoteActivity: 'Keep instances',
    description:
      'Instances are sent to the destination of a C-MOVE, or to a peer that a user or a job names. Each is proposed in the transfer syntax it is stored in and in those it can be converted to without loss.',
    lossyOnly:
      'It is offered as it is stored, and decompressed where the peer takes only an uncompressed transfer syntax. It is never compressed again with loss.',
  },
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
        0xa700: 'the index has no space left for the search, or another process has it locked; the association goes on',
        0xa900: 'the identifier does not fit the information model or the level',
        0xc001: 'the identifier is valid, but restricts nothing, and such queries are refused here',
        0xc002: 'the index failed; the association goes on',
      },
    },
  },
  extendedNegotiation: answerFind,
  keys: queryKeys,
  text: {
    activity: 'Answer queries',
    remoteActivity: 'Ask what is kept',
    description:
      'Matches are looked up in the index and sent as they are found. Every key of the table is matched as PS3.4 C.2.2.2 says; a key that is not in the table is left out of the answer, which then has status FF01. Relational queries, combined matching of date and time, fuzzy matching of person names and timezone query adjustment are done where they were negotiated. With the last, dates and times of the query, birth dates apart, are in the zone that its Timezone Offset From UTC (0008,0201) names, and a date belongs to its time: each is compared with the moment that the object tells, whose zone is its own (0008,0201) or, where it has none, that of the setting timeZone. Answers have their times as they are kept, and name their zone in (0008,0201), which is never sent empty. An offset that is none is A900. Without that negotiation the offset of a query restricts and adjusts nothing.',
  },
});

export const move = service({
  ...queryMove,
  text: {
    activity: 'Send what is asked for to a third system',
    remoteActivity: 'Ask for instances to be sent',
    description:
      'What the identifier selects is sent to the Move Destination over an association that this server opens. The destination must be one of the configured peers. Which instances these are is settled when the request comes; one that is corrected meanwhile goes out corrected, one that is rejected meanwhile fails.',
  },
});

export const get = service({
  ...queryGet,
  text: {
    activity: 'Send what is asked for',
    remoteActivity: 'Ask for instances',
    description:
      'What the identifier selects is sent over the association of the request, in the presentation contexts for which the peer took the role of a Storage SCP. Which instances these are is settled when the request comes; one that is corrected meanwhile goes out corrected, one that is rejected meanwhile fails.',
  },
});
