// Items about queries of other things than patients' instances: relevant information, hanging protocols, products, approvals. PS3.4 Annexes Q, U, V
import {
  nonPatientModels,
  productCharacteristicsSopClass,
  relevantPatientInformationSopClasses,
  substanceApprovalSopClass,
} from '@concord/network';
import type { Offer } from '../compare/view.ts';
import type { Check } from './check.ts';
import type { PlanItem } from './item.ts';
import { itemOf, type Words } from './service-item.ts';
import { provides, type Situation, statedCodes } from './situation.ts';

type Query = Extract<Check, { kind: 'special query' }>;

const models = Object.values(nonPatientModels);
const finds: readonly string[] = [
  ...Object.values(relevantPatientInformationSopClasses),
  productCharacteristicsSopClass,
  substanceApprovalSopClass,
  ...models.map(([find]) => find),
];
const moves: readonly string[] = models.map(([, move]) => move);

const keysOf = ({ conformance }: Offer): readonly string[] => [
  ...new Set(
    conformance.filter(({ operation }) => operation === 'C-FIND').flatMap(({ keys }) => keys.map(({ tag }) => tag)),
  ),
];

function make(
  situation: Situation,
  offer: Offer,
  variant: Query['variant'],
  words: Omit<Words, 'variant'>,
  statuses: readonly string[],
): PlanItem {
  const made = itemOf(
    situation,
    offer,
    'Special queries',
    {
      ...words,
      title: `${offer.name}: ${words.title}`,
      variant: `${offer.uid} ${variant}`,
      rest: { safety: 'read-only', data: 'none: what is there is read', ...words.rest },
    },
    { kind: 'special query', sopClass: offer.uid, variant, keys: keysOf(offer), statuses },
  );
  return made;
}

function findItems(situation: Situation, offer: Offer): readonly PlanItem[] {
  return [
    make(
      situation,
      offer,
      'keys',
      {
        title: 'each stated key is in the answers',
        kind: 'positive',
        action: 'Ask with every stated key empty.',
        expected: 'Status 0000; each answer has every key.',
      },
      ['0000'],
    ),
    make(
      situation,
      offer,
      'nothing',
      {
        title: 'what nobody has is not found',
        kind: 'boundary',
        action: 'Ask with a value that nothing has.',
        expected: 'No match, status 0000.',
      },
      ['0000'],
    ),
    make(
      situation,
      offer,
      'invalid',
      {
        title: 'an identifier of something else is refused',
        kind: 'negative',
        action: 'Ask with nothing but a key that the model does not have.',
        expected: 'A stated failure, such as A900, or no match.',
        rest: { priority: 'should' },
      },
      statedCodes(offer, 'C-FIND', 'Failure'),
    ),
  ];
}

/** Everything about such queries at an entity. */
export function specialQueryItems(situation: Situation): readonly PlanItem[] {
  const offers = (list: readonly string[]) => list.flatMap((uid) => provides(situation, uid) ?? []);
  return [
    ...offers(finds).flatMap((offer) => findItems(situation, offer)),
    ...offers(moves).map((offer) =>
      make(
        situation,
        offer,
        'unknown destination',
        {
          title: 'an unknown Move Destination is refused',
          kind: 'negative',
          action: 'Ask for an instance that nobody has to be sent to an AE title that nobody has.',
          expected: 'A stated failure, such as A801, or no sub-operation.',
        },
        statedCodes(offer, 'C-MOVE', 'Failure'),
      ),
    ),
  ];
}
