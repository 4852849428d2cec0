// An item about specializations of a class: offered with the class that they are made from. PS3.7 D.3.3.6
import { sectionOf } from '../compare/statement-section.ts';
import type { Offer } from '../compare/view.ts';
import { item, type PlanItem } from './item.ts';
import { idOf, type Situation } from './situation.ts';

/** What the notes of an offer say of specialized classes; undefined where they say nothing. */
function statedOf({ negotiation, commonExtendedNegotiation }: Offer): 'accepted' | 'refused' | undefined {
  const text = negotiation.join(' ');
  if (/speciali[sz]ed (?:SOP )?classes? (?:is|are) (?:not accepted|refused)|no speciali[sz]/i.test(text))
    return 'refused';
  if (commonExtendedNegotiation || /related general|speciali[sz]\w* (?:SOP )?classes? (?:is|are) accepted/i.test(text))
    return 'accepted';
  return undefined;
}

/** One item, with the class that everything is tried with. */
export function relatedGeneralItems(situation: Situation, offer: Offer): readonly PlanItem[] {
  const stated = statedOf(offer);
  return [
    item({
      id: idOf(situation, 'specialized class'),
      title: `A private class that specializes ${offer.name} is ${stated ?? 'accepted or refused'}`,
      service: 'Storage',
      kind: stated === 'refused' ? 'negative' : 'boundary',
      claim: {
        text: stated
          ? `Specialized classes are ${stated}.`
          : 'The statement does not say what becomes of specialized classes.',
        paths: [offer.path],
        section: sectionOf(offer.path),
      },
      steps: [
        {
          action:
            'Offer a private SOP Class with Common Extended Negotiation that names the class as related general one.',
          expected: stated ? `It is ${stated}.` : 'It is noted what happens.',
        },
      ],
      criterion: stated ?? 'To be judged by a person.',
      // Without a statement there is nothing to prove: the probe sees it too.
      automation: stated ? 'automatic' : 'manual',
      priority: 'optional',
      dependsOn: [idOf(situation, 'negotiation', offer.activity.id)],
      ...(stated && { check: { kind: 'specialized class', general: offer.uid, stated } }),
    }),
  ];
}
