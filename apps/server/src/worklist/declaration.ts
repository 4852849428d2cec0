// Modality Worklist as this server provides it: PS3.4 Annex K with what it leaves open.
import { parseTag, tagOf } from '@concord/dicom';
import {
  type KeyDeclaration,
  modalityWorklist as ofTheStandard,
  type Service,
  service,
  worklistOptions,
} from '@concord/network';
import {
  type OrderAttribute,
  referenceSequences,
  requestAttributes,
  stepAttributes,
  stepSequence,
  stepStatus,
} from './attributes.ts';

/** What one application entity does otherwise. */
export interface WorklistPolicy {
  /** Keywords or tags of keys that never restrict the answer, whatever value they have. */
  readonly neverMatched?: readonly string[] | undefined;
  /** In text that is neither a name nor an ID of a patient. */
  readonly letterCase?: 'matters' | 'ignored' | undefined;
  /** 'default repertoire': answers in it alone, whatever has no place in it written otherwise. */
  readonly characterSets?: 'all' | 'default repertoire' | undefined;
}

const level = 'WORKLIST';
const keysOf = (attributes: Readonly<Record<string, OrderAttribute>>): readonly KeyDeclaration[] =>
  Object.values(attributes).map(({ keyword, required }) => ({
    level,
    keyword,
    type: required ? 'Required' : 'Optional',
  }));

const keys: readonly KeyDeclaration[] = [
  { level, keyword: 'SpecificCharacterSet', type: 'Optional', matched: false },
  ...keysOf(requestAttributes),
  ...referenceSequences.map((keyword) => ({ level, keyword, type: 'Optional' as const, matched: false as const })),
  { level, keyword: stepSequence, type: 'Required' },
  ...keysOf(stepAttributes),
  { level, keyword: stepStatus, type: 'Optional' },
];

export const modalityWorklist = service({
  ...ofTheStandard,
  operations: {
    'C-FIND': {
      statuses: {
        0x0000: 'all matches sent',
        0xff00: 'one scheduled procedure step; every key was taken into account',
        0xff01: 'one scheduled procedure step; a key that is not supported was left out',
        0xfe00: 'stopped by C-CANCEL',
        0xa700:
          'more matches than the setting worklistMatches allows, of which none was sent; or the index has no space left or is locked',
        0xa900:
          'the identifier has no key of the worklist, or several items in its sequence of scheduled procedure steps',
        0xc001: 'a date, a time or a UID of the identifier is none',
        0xc002: 'the index failed; the association goes on',
      },
    },
  },
  // Adjustment to the time zone of the query is not offered. PS3.4 K.5.1
  extendedNegotiation: worklistOptions.answer({ fuzzyPersonNames: true }),
  parameters: {
    maximumMatches: {
      default: 0,
      minimum: 0,
      maximum: 100_000,
      unit: 'matches',
      text: 'More than these are refused with A700, never cut short; 0 for any number',
    },
  },
  keys,
  text: {
    activity: 'Say what is scheduled',
    remoteActivity: 'Ask for the worklist',
    description:
      'Each scheduled procedure step that is still to be done and fits the keys is one answer. Orders are entered on the web page, by the administration interface, or come by HL7 messages; a query sees every change that was acknowledged before it. Ranges of start date and start time that have the same form bound one period (PS3.4 K.6.1.2.2). A step that is assigned to no station fits every station, and is answered with the AE title that was asked for, or else with that of the caller. A Modality Performed Procedure Step that references a scheduled step starts, completes or discontinues it; when it leaves the worklist is a setting.',
  },
});

/** The declaration with what the policy of one entity changes of it. */
export function worklistUnder(declaration: Service, policy: WorklistPolicy): Service {
  const { letterCase, characterSets, neverMatched = [] } = policy;
  const silent = new Set(neverMatched.map((text) => parseTag(text)));
  const keys = declaration.keys?.map((key) =>
    silent.has(tagOf(key.keyword)) ? { ...key, matched: false as const } : key,
  );
  const sentences = [
    ...(letterCase === 'ignored'
      ? ['The case of letters is ignored in keys of text, but not in the ID of a patient.']
      : []),
    ...(characterSets === 'default repertoire'
      ? ['Answers are in the default repertoire alone: accents are left out, other characters become question marks.']
      : []),
  ];
  const { text } = declaration;
  return {
    ...declaration,
    ...(keys && { keys }),
    ...(text && { text: { ...text, description: [text.description, ...sentences].join(' ') } }),
  };
}
