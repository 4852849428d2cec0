// Items about negotiation: what is stated is accepted, what is not stated is refused, and the choice is the stated one. PS3.8 7.1.1
import { storageSopClasses, transferSyntaxes } from '@concord/dicom';
import { sectionOf } from '../compare/statement-section.ts';
import { acceptedOf } from '../compare/syntaxes.ts';
import type { ActivityView, Offer } from '../compare/view.ts';
import { storageServiceClass } from '../generate/names.ts';
import type { ExpectedContext } from './check.ts';
import { item, type PlanItem } from './item.ts';
import { accepted, echoId, idOf, offersIn, type Situation } from './situation.ts';

const service = 'Negotiation';

const isProvided = ({ role, uid }: Offer): boolean => role !== 'SCU' && uid !== storageServiceClass;

/** Each stated syntax in a context of its own. */
const stated = (offer: Offer): readonly ExpectedContext[] =>
  Array.from(offer.syntaxes, (uid) => ({
    abstractSyntax: offer.uid,
    transferSyntaxes: [uid],
    accepted: [uid],
  }));

function positive(situation: Situation, activity: ActivityView): readonly PlanItem[] {
  const offers = activity.offers.filter(isProvided);
  const contexts = offers.flatMap(stated);
  if (contexts.length === 0) return [];
  return [
    item({
      id: idOf(situation, 'negotiation', activity.id),
      title: `${activity.name}: every stated context is accepted`,
      service,
      kind: 'positive',
      claim: {
        text: `${offers.length} abstract syntaxes with ${contexts.length} contexts are accepted.`,
        paths: offers.map(({ path }) => path),
        section: sectionOf(activity.path),
      },
      steps: [
        {
          action: `Propose each of the ${contexts.length} combinations in a context of its own, up to 128 an association.`,
          expected: 'Each is accepted with the syntax that was proposed.',
        },
      ],
      criterion: 'All are accepted; each that is not is listed.',
      dependsOn: [echoId(situation)],
      check: { kind: 'negotiation', contexts },
    }),
  ];
}

/** Offers with the same syntaxes behave the same: one of each kind is tried, in both orders. */
function choices(situation: Situation, activity: ActivityView): readonly PlanItem[] {
  if (activity.selection === 'unknown' || activity.selection === 'other') return [];
  const kinds = Map.groupBy(
    activity.offers.filter((offer) => isProvided(offer) && offer.syntaxes.size > 1),
    ({ syntaxes }) => [...syntaxes].join(' '),
  );
  const contexts = [...kinds.values()].flatMap(([offer]) => {
    if (!offer) return [];
    const given = [...offer.syntaxes];
    return [given, given.toReversed()].map((order) => ({
      abstractSyntax: offer.uid,
      transferSyntaxes: order,
      accepted: acceptedOf(order, offer.syntaxes, activity.selection),
    }));
  });
  if (contexts.length === 0) return [];
  return [
    item({
      id: idOf(situation, 'choice', activity.id),
      title: `${activity.name}: among several syntaxes the stated one is chosen (${activity.selection})`,
      service,
      kind: 'positive',
      claim: {
        text: `Choice among the transfer syntaxes of a context: ${activity.selection}.`,
        paths: [`${activity.path}/acceptanceRules`],
        section: sectionOf(activity.path),
      },
      steps: [
        {
          action: 'Propose all stated syntaxes in one context, in two orders.',
          expected: 'The foretold one is accepted.',
        },
      ],
      criterion: 'The accepted syntax is the foretold one each time.',
      priority: 'should',
      dependsOn: [echoId(situation)],
      check: { kind: 'negotiation', contexts },
    }),
  ];
}

/** Classes of the registry that an entity does not state, and syntaxes that it does not state for one that it does. */
function unstated(situation: Situation): readonly ExpectedContext[] {
  const offers = offersIn(accepted(situation));
  const known = new Set(offers.map(({ uid }) => uid));
  const implicit = '1.2.840.10008.1.2';
  const anyStorage = known.has(storageServiceClass);
  const classes = storageSopClasses
    .filter(({ uid }) => !known.has(uid) && !anyStorage)
    .map(({ uid }) => ({ abstractSyntax: uid, transferSyntaxes: [implicit], accepted: [] }));
  const [sample] = offers.filter((offer) => isProvided(offer) && offer.syntaxes.size > 0);
  const syntaxes = sample
    ? transferSyntaxes
        .filter(({ uid }) => !sample.syntaxes.has(uid))
        .map(({ uid }) => ({ abstractSyntax: sample.uid, transferSyntaxes: [uid], accepted: [] }))
    : [];
  const invented = anyStorage
    ? []
    : [{ abstractSyntax: '1.2.826.0.1.3680043.10.1499.1', transferSyntaxes: [implicit], accepted: [] }];
  return [...classes, ...syntaxes, ...invented];
}

function negative(situation: Situation): readonly PlanItem[] {
  const contexts = unstated(situation);
  if (contexts.length === 0) return [];
  return [
    item({
      id: idOf(situation, 'negotiation', 'unstated'),
      title: 'What is not stated is refused',
      service,
      kind: 'negative',
      claim: {
        text: 'The tables of acceptable contexts are complete.',
        paths: accepted(situation).map(({ path }) => `${path}/acceptanceRules`),
        section: sectionOf(`${situation.entity.path}/acceptance`),
      },
      steps: [
        {
          action: `Propose ${contexts.length} combinations that the statement does not list.`,
          expected: 'Result 3 for other SOP Classes, 4 for other transfer syntaxes.',
        },
      ],
      criterion: 'None is accepted; each that is, is listed.',
      priority: 'should',
      dependsOn: [echoId(situation)],
      check: { kind: 'negotiation', contexts },
    }),
  ];
}

/** Everything about negotiation with an entity that is called. */
export const negotiationItems = (situation: Situation): readonly PlanItem[] => [
  ...accepted(situation).flatMap((activity) => [...positive(situation, activity), ...choices(situation, activity)]),
  ...(accepted(situation).length > 0 ? negative(situation) : []),
];
