// Blocks of the statement in the order of Annex A, by the anchor of their section, to be put into the order of Annex N; and its activities.
import type { Statement } from '../model/statement.ts';
import { groupOf } from './annex-n-services.ts';
import { type Block, paragraphs, type Section, section, walk } from './document.ts';

/** Each block is taken once. */
export class Parts {
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

export const notSupported = (what: string): Block[] => paragraphs(`${what} is not supported.`);

export const orElse = (blocks: readonly Block[], otherwise: string): readonly Block[] =>
  blocks.length > 0 ? blocks : paragraphs(otherwise);

/** A section whose anchor is its number. */
export const numbered = (
  number: string,
  title: string,
  blocks: readonly Block[],
  sections: readonly Section[] = [],
): Section => section(number, title, { anchor: `n-${number.toLowerCase().replaceAll('.', '-')}`, blocks, sections });

export type Entities = Extract<Statement['networking'], { state: 'described' }>['applicationEntities'];

export interface Activity {
  readonly entity: Entities[number];
  readonly anchor: string;
  readonly name: string;
  /** Where it belongs among the services of the template. */
  readonly group: number;
}

/** What each entity asks and answers. */
export const activitiesOf = (entities: Entities): Activity[] =>
  entities.flatMap((entity) =>
    [entity.initiation, entity.acceptance].flatMap((side) =>
      side.state === 'described'
        ? side.activities.map(({ id, name, contexts }) => {
            // The first that the template has a place for says what the activity is about; Verification stands beside others.
            const groups = contexts.map(({ abstractSyntax }) => groupOf(abstractSyntax.uid)).sort((a, b) => a - b);
            return { entity, anchor: `${entity.id}-${id}`, name, group: groups[0] ?? 0 };
          })
        : [],
    ),
  );
