// The statement as a document in the order of today's template: the same blocks as in that of Annex A, in other places, and tables of its own. PS3.2 Annex N
import type { Statement } from '../model/statement.ts';
import { configurationSection, descriptionSection } from './annex-n-description.ts';
import { detailSection, securitySection } from './annex-n-details.ts';
import { introductionSection, overviewSection } from './annex-n-overview.ts';
import { activitiesOf, numbered, Parts } from './annex-n-parts.ts';
import { type Section, type StatementDocument, section } from './document.ts';
import { statementDocument } from './statement-document.ts';

const annexSections = (parts: Parts): Section[] => [
  section('A.A', 'Information Object Definitions', {
    anchor: 'n-a-a',
    sections: [
      numbered('A.A.1', 'Information Shared across Multiple IODs', [
        ...parts.blocks('a-8-1-2'),
        ...parts.blocks('a-8-2'),
        ...parts.blocks('a-8-6'),
      ]),
      numbered('A.A.2', 'IODs of Created SOP Instances', parts.blocks('a-8-1-1')),
      section('A.A.3', 'Standard Extended, Specialized and Private IODs', {
        anchor: 'n-a-a-3',
        blocks: parts.blocks('a-8-5'),
        sections: parts.sections('a-8-5').map((each, index) => ({ ...each, number: `A.A.3.${index + 1}` })),
      }),
    ],
  }),
  numbered('A.B', 'Structured Report Content Encoding', parts.blocks('a-8-3-2')),
  numbered('A.C', 'Security Details', [
    {
      kind: 'paragraph',
      text: 'Versions, certificates and algorithms stand with each profile in 8.4, users and their effect in 8.5.',
    },
  ]),
  numbered('A.D', 'Mapping of Attributes', [...parts.blocks('a-8-1-3'), ...parts.blocks('a-8-1-4')]),
  numbered('A.E', 'Code Set Usage', [...parts.blocks('a-8-3'), ...parts.blocks('a-8-3-1'), ...parts.blocks('a-8-3-3')]),
];

/** The document; `draft` names the rules that keep it from being final. */
export function annexNDocument(statement: Statement, draft: readonly string[] = []): StatementDocument {
  const document = statementDocument(statement, draft);
  const parts = new Parts(document.sections);
  const entities = statement.networking.state === 'described' ? statement.networking.applicationEntities : [];
  const activities = activitiesOf(entities);
  return {
    ...document,
    sections: [
      overviewSection(parts, statement, entities),
      section('2', 'Table of Contents', { anchor: 'n-2' }),
      introductionSection(parts),
      section('4', 'Implementation Model', {
        anchor: 'n-4',
        sections: [
          section('4.1', 'Application Entities and Data Flow', {
            anchor: 'n-4-1',
            blocks: [...parts.blocks('a-4'), ...parts.blocks('a-4-1-1'), ...parts.blocks('a-4-1-3')],
            sections: parts.sections('a-4-1-2').map((each, index) => ({ ...each, number: `4.1.${index + 1}` })),
          }),
        ],
      }),
      descriptionSection(parts, statement, activities),
      configurationSection(parts, statement, activities),
      detailSection(parts, statement, entities, activities),
      securitySection(parts, statement),
      ...annexSections(parts),
    ],
  };
}
