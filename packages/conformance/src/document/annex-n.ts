// The statement as a document in the order of today's template: the same blocks as in that of Annex A, in other places. PS3.2 Annex N
import type { Statement } from '../model/statement.ts';
import { type Block, paragraphs, type Section, type StatementDocument, section, walk } from './document.ts';
import { statementDocument } from './statement-document.ts';

/** Blocks of the other order, by the anchor of their section; each is taken once. */
class Parts {
  readonly #sections = new Map<string, Section>();

  constructor(sections: readonly Section[]) {
    for (const { section: each } of walk(sections)) this.#sections.set(each.anchor, each);
  }

  /** Of a section alone, or with all that is inside it. */
  blocks(anchor: string, inside = false): Block[] {
    const found = this.#sections.get(anchor);
    if (!found) return [];
    return inside ? [...walk([found])].flatMap(({ section: each }) => [...each.blocks]) : [...found.blocks];
  }

  sections(anchor: string): readonly Section[] {
    return this.#sections.get(anchor)?.sections ?? [];
  }
}

const notSupported = (what: string): Block[] => paragraphs(`${what} is not supported.`);
const orElse = (blocks: readonly Block[], otherwise: string): readonly Block[] =>
  blocks.length > 0 ? blocks : paragraphs(otherwise);

const isOutcome = (block: Block): boolean => block.kind === 'table' && /-(statuses|failures)$/.test(block.anchor);

type Entities = Extract<Statement['networking'], { state: 'described' }>['applicationEntities'];

interface Activity {
  readonly entity: Entities[number];
  readonly anchor: string;
  readonly name: string;
}

const activitiesOf = (entities: Entities): Activity[] =>
  entities.flatMap((entity) =>
    [entity.initiation, entity.acceptance].flatMap((side) =>
      side.state === 'described'
        ? side.activities.map(({ id, name }) => ({ entity, anchor: `${entity.id}-${id}`, name }))
        : [],
    ),
  );

/** What each activity exchanges, and what comes of it, apart. */
function serviceSections(number: string, activities: readonly Activity[], parts: Parts, outcomes: boolean): Section[] {
  return activities.map(({ entity, anchor, name }, index) => {
    const operations = parts.sections(anchor).filter(({ anchor: inner }) => !/-(description|contexts)$/.test(inner));
    const blocks = operations.flatMap((operation) => operation.blocks.filter((block) => isOutcome(block) === outcomes));
    const description = outcomes ? [] : parts.blocks(`${anchor}-description`);
    return section(`${number}.${index + 1}`, `${name} (${entity.name})`, {
      anchor: `${anchor}-${outcomes ? 'outcomes' : 'service'}`,
      blocks: [...description, ...blocks],
    });
  });
}

function entitySection(number: string, entity: Entities[number], parts: Parts): Section {
  const { id, name } = entity;
  const contexts = (side: 'initiation' | 'acceptance'): Block[] => {
    const { [side]: part } = entity;
    if (part.state !== 'described') return paragraphs(part.reason);
    return [
      ...parts.blocks(`${id}-${side}`),
      ...part.activities.flatMap((activity) => parts.blocks(`${id}-${activity.id}-contexts`)),
    ];
  };
  return section(number, name, {
    anchor: id,
    blocks: parts.blocks(`${id}-sop-classes`),
    sections: [
      section(`${number}.1`, 'Sequencing of Real-World Activities', {
        anchor: `${id}-sequencing`,
        blocks: paragraphs('See 4.1.'),
      }),
      section(`${number}.2`, 'Association Parameters', {
        anchor: `${id}-policies`,
        blocks: ['general', 'associations', 'asynchronous', 'implementation'].flatMap((part) =>
          parts.blocks(`${id}-${part}`),
        ),
      }),
      section(`${number}.3`, 'Association Initiation', { anchor: `${id}-initiation`, blocks: contexts('initiation') }),
      section(`${number}.4`, 'Association Acceptance', { anchor: `${id}-acceptance`, blocks: contexts('acceptance') }),
    ],
  });
}

function overviewSection(parts: Parts, statement: Statement): Section {
  const [description, network, media] = [
    parts.blocks('a-1').filter(({ kind }) => kind === 'paragraph'),
    parts.blocks('a-1').filter((block) => block.kind === 'table' && block.anchor === 't-a-1-1'),
    parts.blocks('a-1').filter((block) => block.kind === 'table' && block.anchor === 't-a-1-3'),
  ];
  const sets = statement.characterSets.state === 'described' ? statement.characterSets.supported : [];
  return section('1', 'Overview', {
    anchor: 'n-1',
    blocks: description,
    sections: [
      section('1.1', 'Content and Transfer', { anchor: 'n-1-1', blocks: paragraphs('See 1.2 and 7.2.') }),
      section('1.2', 'DIMSE Services', { anchor: 'n-1-2', blocks: orElse(network, 'No DIMSE service is supported.') }),
      section('1.3', 'DICOM Web Services', { anchor: 'n-1-3', blocks: parts.blocks('a-8-7') }),
      section('1.4', 'Media Services', { anchor: 'n-1-4', blocks: orElse(media, 'No media service is supported.') }),
      section('1.5', 'Real-Time Video Service', { anchor: 'n-1-5', blocks: notSupported('Real-time video') }),
      section('1.6', 'De-identification Profiles', { anchor: 'n-1-6', blocks: paragraphs('See 8.4.') }),
      section('1.7', 'Specific Character Sets', {
        anchor: 'n-1-7',
        blocks: paragraphs(sets.map(({ definedTerm }) => definedTerm).join(', ') || 'Only the default repertoire.'),
      }),
    ],
  });
}

const introductionSection = (parts: Parts): Section =>
  section('3', 'Introduction', {
    anchor: 'n-3',
    sections: [
      section('3.1', 'Revision History', { anchor: 'n-3-1', blocks: parts.blocks('a-3-1') }),
      section('3.2', 'Audience', { anchor: 'n-3-2', blocks: parts.blocks('a-3-2') }),
      section('3.3', 'Remarks', { anchor: 'n-3-3', blocks: parts.blocks('a-3-3') }),
      section('3.4', 'Terms and Definitions', {
        anchor: 'n-3-4',
        blocks: [...parts.blocks('a-3-4'), ...parts.blocks('a-3-5')],
      }),
      section('3.5', 'Abbreviations', { anchor: 'n-3-5', blocks: parts.blocks('a-3-6') }),
      section('3.6', 'References', { anchor: 'n-3-6', blocks: parts.blocks('a-3-7') }),
    ],
  });

function serviceDescription(parts: Parts, activities: readonly Activity[]): Section {
  return section('5', 'Service and Interoperability Description', {
    anchor: 'n-5',
    sections: [
      section('5.1', 'Mapping of Services to Application Entities', {
        anchor: 'n-5-1',
        blocks: [{ kind: 'list', items: activities.map(({ entity, name }) => `${name}: ${entity.name}`) }],
      }),
      section('5.2', 'DIMSE Services', { anchor: 'n-5-2', sections: serviceSections('5.2', activities, parts, false) }),
      section('5.3', 'DICOM Web Services', { anchor: 'n-5-3', blocks: paragraphs('See 1.3.') }),
      section('5.4', 'Media Services', { anchor: 'n-5-4', blocks: parts.blocks('a-5', true) }),
      section('5.5', 'Real-Time Video Services', { anchor: 'n-5-5', blocks: notSupported('Real-time video') }),
      section('5.6', 'Cross-Service Considerations', {
        anchor: 'n-5-6',
        blocks: orElse(parts.blocks('a-4-1-4'), 'There are none.'),
      }),
      section('5.7', 'Specific Character Sets', { anchor: 'n-5-7', blocks: parts.blocks('a-6') }),
    ],
  });
}

function detailSection(parts: Parts, entities: Entities, activities: readonly Activity[]): Section {
  return section('7', 'Network and Media Communication Details', {
    anchor: 'n-7',
    sections: [
      section('7.1', 'General', { anchor: 'n-7-1', blocks: [...parts.blocks('a-4-3-1'), ...parts.blocks('a-4-3-2')] }),
      section('7.2', 'Specifications', {
        anchor: 'n-7-2',
        sections: entities.map((entity, index) => entitySection(`7.2.${index + 1}`, entity, parts)),
      }),
      section('7.3', 'Status Codes', {
        anchor: 'n-7-3',
        sections: [
          section('7.3.1', 'General Communication and Failure Behavior', {
            anchor: 'n-7-3-1',
            blocks: paragraphs('What happens in failure stands with each service in 7.3.2.'),
          }),
          section('7.3.2', 'DIMSE Services', {
            anchor: 'n-7-3-2',
            sections: serviceSections('7.3.2', activities, parts, true),
          }),
        ],
      }),
    ],
  });
}

function securitySection(parts: Parts): Section {
  return section('8', 'Security', {
    anchor: 'n-8',
    blocks: parts.blocks('a-7'),
    sections: [
      section('8.1', 'Introduction', { anchor: 'n-8-1', blocks: parts.blocks('a-7-3') }),
      section('8.2', 'External Network Requirements', { anchor: 'n-8-2', blocks: parts.blocks('a-4-3-3') }),
      section('8.3', 'TCP Port Configuration', { anchor: 'n-8-3', blocks: parts.blocks('a-4-4-1-1') }),
      section('8.4', 'DICOM Security Profiles', { anchor: 'n-8-4', blocks: parts.blocks('a-7-1') }),
      section('8.5', 'User Identity Negotiation', { anchor: 'n-8-5', blocks: parts.blocks('a-7-2') }),
    ],
  });
}

const annexSections = (parts: Parts): Section[] => [
  section('A.A', 'Information Object Definitions', {
    anchor: 'n-a-a',
    blocks: [...parts.blocks('a-8-1-1'), ...parts.blocks('a-8-1-2'), ...parts.blocks('a-8-2')],
    sections: parts.sections('a-8-5').map((each, index) => ({ ...each, number: `A.A.${index + 1}` })),
  }),
  section('A.B', 'Structured Report Content Encoding', { anchor: 'n-a-b', blocks: parts.blocks('a-8-3-2') }),
  section('A.C', 'Grayscale and Private Encodings', {
    anchor: 'n-a-c',
    blocks: [...parts.blocks('a-8-4'), ...parts.blocks('a-8-6')],
  }),
  section('A.D', 'Mapping of Attributes', {
    anchor: 'n-a-d',
    blocks: [...parts.blocks('a-8-1-3'), ...parts.blocks('a-8-1-4')],
  }),
  section('A.E', 'Code Set Usage', {
    anchor: 'n-a-e',
    blocks: [...parts.blocks('a-8-3'), ...parts.blocks('a-8-3-1'), ...parts.blocks('a-8-3-3')],
  }),
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
      overviewSection(parts, statement),
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
      serviceDescription(parts, activities),
      section('6', 'Configuration', {
        anchor: 'n-6',
        sections: [
          section('6.1', 'General Configuration Parameters', {
            anchor: 'n-6-1',
            blocks: [...parts.blocks('a-4-4-1'), ...parts.blocks('a-4-4-1-2'), ...parts.blocks('a-4-4-2')],
          }),
        ],
      }),
      detailSection(parts, entities, activities),
      securitySection(parts),
      ...annexSections(parts),
    ],
  };
}
