// Coded terminology in the printed statement: context groups, templates, private codes. PS3.2 A.8.3
import type { Annexes } from '../model/annexes.ts';
import { type Block, paragraphs, type Section, section, table } from './document.ts';

function groupBlocks({ contextGroups, extendedContextGroups = [], privateContextGroups = [] }: Annexes): Block[] {
  if (contextGroups.length === 0) return paragraphs('No context group is used.');
  return [
    table(
      't-a-8-3-1',
      'Table A.8.3-1 Context Groups',
      ['Context Group', 'Default Value Set', 'Configurable', 'Use'],
      contextGroups.map((group) => [group.context, group.defaultValueSet, group.configurable, group.use]),
    ),
    ...(extendedContextGroups.length === 0
      ? []
      : [
          table(
            't-a-8-3-extended',
            'Extended context groups',
            [
              'CID',
              'Content',
              'Context Group Local Version (0008,0107)',
              'Context Group Extension Creator UID (0008,010D)',
            ],
            extendedContextGroups.map(({ cid, content, localVersion, creatorUid }) => [
              cid,
              content,
              localVersion,
              creatorUid,
            ]),
          ),
        ]),
    ...privateContextGroups.map(({ identifier, name, extensible, version, codes }) =>
      table(
        `t-a-8-3-private-${identifier.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`,
        `Private CID ${identifier} ${name} (${extensible ? 'extensible' : 'not extensible'}, version ${version})`,
        ['Code Value', 'Coding Scheme Designator', 'Code Meaning'],
        codes.map(({ value, scheme, meaning }) => [value, scheme, meaning]),
      ),
    ),
  ];
}

/** Section 8.3. */
export function codedTerminologySection(annexes: Annexes): Section {
  const { templates = [], privateCodes = [] } = annexes;
  return section('8.3', 'Coded Terminology and Templates', {
    blocks: paragraphs(annexes.codedTerminology),
    sections: [
      section('8.3.1', 'Context Groups', { blocks: groupBlocks(annexes) }),
      section('8.3.2', 'Template Specifications', {
        blocks:
          templates.length === 0
            ? paragraphs('No extended or private template is used.')
            : templates.flatMap(({ identifier, name, text }) => paragraphs(`${identifier} ${name}: ${text}`)),
      }),
      section('8.3.3', 'Private Code Definitions', {
        blocks:
          privateCodes.length === 0
            ? paragraphs('No private code is used.')
            : [
                table(
                  't-a-8-3-3',
                  'Private codes',
                  ['Code Value', 'Coding Scheme Designator', 'Code Meaning', 'Definition'],
                  privateCodes.map((code) => [code.value, code.scheme, code.meaning, code.definition]),
                ),
              ],
      }),
    ],
  });
}
