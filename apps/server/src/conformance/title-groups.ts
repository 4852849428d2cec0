// Titles of key object selections among the coded terms of the statement: the group as it is extended here, and the own codes. PS3.2 A.8.3
import type { Annexes } from '@concord/conformance';
import { isOwn, type TitleSettings, titleGroupOf } from '../key-objects/title-group.ts';
import { standardTitles } from '../key-objects/titles.ts';

export type { TitleSettings } from '../key-objects/title-group.ts';

type ContextGroup = Annexes['contextGroups'][number];

const place = 'of Key Object Selection Documents';

/** Rows of table 8.3-1. */
export function titleGroupRows(settings: TitleSettings): ContextGroup[] {
  const isExtended = settings.keyObjectTitles.length > 0;
  return [
    {
      context: 'Key object selection document title',
      defaultValueSet: isExtended ? 'extended CID 7010' : 'CID 7010',
      configurable: 'Extensible',
      use: `Concept Name Code Sequence (0040,A043) of the content tree ${place}: chosen by the user. Titles are added to the group, and those that were added are retired, by the setting keyObjectTitles, on the page, by the command and at /api/key-objects/titles; those of the standard cannot be removed. Titles of signed documents are not used: documents are not signed.`,
    },
    {
      context: 'Reason of a rejection or of an issue of quality',
      defaultValueSet: 'CID 7011',
      configurable: 'No',
      use: `Document Title Modifier (113011, DCM) ${place} under the titles 113001 and 113010: chosen by the user.`,
    },
    {
      context: 'Set that an object is the best of',
      defaultValueSet: 'CID 7012',
      configurable: 'No',
      use: `Document Title Modifier (113011, DCM) ${place} under the title 113013: chosen by the user, always.`,
    },
  ];
}

/** The group with its content, and the own codes, where some are added. */
export function ownTitlesOf(settings: TitleSettings): Pick<Annexes, 'extendedContextGroups' | 'privateCodes'> {
  // What is retired is of the moment; the group tells all that objects may have.
  const { own, localVersion, creatorUid } = titleGroupOf(settings, new Date(0));
  if (own.length === 0) return {};
  const content = [...standardTitles, ...own].map(({ value, scheme, meaning }) => ({
    ...{ value, scheme, meaning },
    extension: isOwn({ value, scheme, meaning }),
  }));
  return {
    extendedContextGroups: [{ cid: '7010', content, localVersion, creatorUid }],
    privateCodes: own.map(({ value, scheme, meaning, definition, retired }) => ({
      ...{ value, scheme, meaning },
      definition: `${definition ?? `A title of key object selections: ${meaning}.`}${retired === undefined ? '' : ` No document gets it from ${retired} on.`}`,
    })),
  };
}
