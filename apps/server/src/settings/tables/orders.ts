// Orders and the worklist: how long steps are in it, what archived objects take from orders, where messages of a hospital come in.

import { choice, integer } from '../kinds.ts';

export const orderSettings = {
  worklistUntil: choice({
    default: 'ended',
    choices: ['started', 'ended'],
    text: 'when a scheduled step leaves the worklist: as soon as a performed procedure step begins it, or when that is completed or discontinued',
  }),
  worklistKeep: integer({
    default: 30,
    minimum: 1,
    maximum: 3650,
    unit: 'days',
    text: 'after its start that a step that nobody performs stays in the worklist',
  }),
  worklistHistory: integer({
    default: 90,
    minimum: 1,
    maximum: 3650,
    unit: 'days',
    text: 'that a step is remembered after it has ended, or has become too old for the worklist',
  }),
  worklistMatches: integer({
    default: 0,
    minimum: 0,
    maximum: 100_000,
    unit: 'matches',
    text: 'of one query of the worklist; more are refused with A700, and none is sent; 0: any number',
  }),
  accessionFromOrders: choice({
    default: 'never',
    choices: ['never', 'where empty', 'always'],
    text: 'whether an object gets the Accession Number of the order whose Patient ID, Patient Name, date and Modality are those of the object; the number it came with is kept beside it',
  }),
  hl7: choice({
    default: 'off',
    choices: ['off', 'on'],
    text: 'whether orders come in by HL7 messages (ORM^O01, OMI^O23, ADT^A08, ADT^A40) over MLLP',
  }),
  hl7Port: integer({
    default: 2575,
    minimum: 0,
    maximum: 65535,
    text: 'TCP port for HL7 messages; 0 takes a free one',
  }),
  hl7CharacterSet: choice({
    default: '8859/1',
    choices: ['ASCII', '8859/1', '8859/2', '8859/5', '8859/7', '8859/9', '8859/15', 'UNICODE UTF-8'],
    text: 'of HL7 messages that do not say theirs (MSH-18)',
  }),
} as const;
