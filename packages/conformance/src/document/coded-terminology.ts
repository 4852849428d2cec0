// Coded terminology in the printed statement: context groups, templates, private codes. PS3.2 A.8.3
import type { Annexes } from '../model/annexes.ts';
import { type Block, paragraphs, type Section, section, table } from './document.ts';

type ExtendedGroup = NonNullable<Annexes['extendedContextGroups']>[number];

/** An extended group: its codes where they are listed, and what names the extension in objects. PS3.3 8.3 */
function extendedTable({ cid, content, localVersion, creatorUid }: ExtendedGroup): Block {
  const codes = typeof content === 'string' ? [] : content;
  return table(
    `t-a-8-3-extended-${cid.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`,
    `Extended CID ${cid}: Context Group Local Version (0008,0107) ${localVersion}, Context Group Extension Creator UID (0008,010D) ${creatorUid}`,
    ['Code Value', 'Coding Scheme Designator', 'Code Meaning', 'Extension'],
    codes.length === 0
      ? [['', '', String(content), '']]
      : codes.map(({ value, scheme, meaning, extension }) => [value, scheme, meaning, extension ? 'Yes' : 'No']),
  );
}

function groupBlocks({ contextGroups, extendedContextGroups = [], privateContextGroups = [] }: Annexes): Block[] {
  if (contextGroups.length === 0) return paragraphs('No context group is used.');
  return [
    table(
      't-a-8-3-1',
      'Table A.8.3-1 Context Groups',
      ['Context Group', 'Default Value Set', 'Configurable', 'Use'],
      contextGroups.map((group) => [group.context, group.defaultValueSet, group.configurable, group.use]),
    ),
    ...extendedContextGroups.map(extendedTable),
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
