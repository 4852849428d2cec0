// One item about a service that is made of messages: what is sent, what must come back. PS3.4
import { sectionOf } from '../compare/statement-section.ts';
import type { Offer } from '../compare/view.ts';
import type { Check } from './check.ts';
import { type ItemParts, item, type PlanItem } from './item.ts';
import { idOf, type Situation } from './situation.ts';

export interface Words {
  readonly variant: string;
  readonly title: string;
  readonly kind: PlanItem['kind'];
  readonly action: string;
  readonly expected: string;
  readonly rest?: Partial<ItemParts>;
}

/** An automatic item that adds data unless its words say otherwise. */
export function itemOf(situation: Situation, offer: Offer, service: string, words: Words, check: Check): PlanItem {
  return item({
    id: idOf(situation, service, words.variant),
    title: `${service}: ${words.title}`,
    service,
    kind: words.kind,
    claim: {
      text: words.title,
      paths: [offer.path, ...offer.conformance.flatMap(({ statuses }) => statuses.map(({ path }) => path))],
      section: sectionOf(offer.path),
    },
    data: 'a marked test patient',
    steps: [{ action: words.action, expected: words.expected }],
    criterion: words.expected,
    safety: 'adds data',
    dependsOn: [idOf(situation, 'negotiation', offer.activity.id)],
    check,
    ...words.rest,
  });
}
