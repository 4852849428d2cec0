// The annexes of the statement: attributes that are needed, and what the settings in force make of them. PS3.2 A.8
import type { Annexes } from '@concord/conformance';
import { attributeMappingOf, type MappingSettings } from './attribute-mapping.ts';
import { type CoercionSettings, coercionOf } from './coercions.ts';
import { type CodingSettings, contextGroupsOf } from './context-groups.ts';
import { codedTerminology, grayscale } from './texts.ts';
import { ownTitlesOf, type TitleSettings, titleGroupRows } from './title-groups.ts';

/** Whatever the settings are. */
const annexes = {
  createdObjects: {
    // What makes objects is told beside this: none does where nothing is.
    state: 'not applicable',
    reason: 'No SOP Instances are created. What changed values of an instance on its way in or out stands in 8.1.4.',
  },
  attributeUsage: {
    state: 'described',
    rows: [
      {
        application: 'Storage',
        attribute: 'SOP Instance UID',
        tag: '(0008,0018)',
        requirement: 'present, and equal to that of the request',
        ifMissing: 'The instance is refused with A900.',
      },
      {
        application: 'Storage',
        attribute: 'SOP Class UID',
        tag: '(0008,0016)',
        requirement: 'present, and equal to that of the request',
        ifMissing: 'The instance is refused with A900.',
      },
      {
        application: 'Storage',
        attribute: 'Study Instance UID',
        tag: '(0020,000D)',
        requirement: 'present',
        ifMissing: 'The instance is refused with A900.',
      },
      {
        application: 'Storage',
        attribute: 'Series Instance UID',
        tag: '(0020,000E)',
        requirement: 'present',
        ifMissing: 'The instance is refused with A900.',
      },
    ],
  },
  privateDictionary: { state: 'not applicable', reason: 'No private attributes are created.' },
  codedTerminology,
  grayscale,
  sopClassExtensions: [],
  privateTransferSyntaxes: [],
} satisfies Partial<Annexes>;

type Settings = CoercionSettings & CodingSettings & MappingSettings & TitleSettings;

/**
 * The annexes as the settings have them.
 * @param provided SOP Classes of what the application entities provide
 */
export const annexesOf = (settings: Settings, provided: readonly string[]): Annexes => ({
  ...annexes,
  attributeMapping: attributeMappingOf(settings, provided),
  coercion: coercionOf(settings),
  contextGroups: [...contextGroupsOf(settings), ...titleGroupRows(settings)],
  ...ownTitlesOf(settings),
});
