// Items about queries and retrieval: every key with its matching, nothing found, wrong identifiers, cancel, move, get. PS3.4 Annexes C, K
import { modalityWorklistSopClass, queryRetrieveSopClasses as uids } from '@concord/network';
import { sectionOf } from '../compare/statement-section.ts';
import type { KeyFact, Offer } from '../compare/view.ts';
import type { Check } from './check.ts';
import { item, type PlanItem } from './item.ts';
import { accepted, idOf, offersIn, provides, type Situation, statedCodes, statusPaths } from './situation.ts';
import { sampleOf, storedId } from './storage-items.ts';

const finds: readonly string[] = [
  uids.patientRootFind,
  uids.studyRootFind,
  uids.patientStudyOnlyFind,
  modalityWorklistSopClass,
];
const moves: readonly string[] = [uids.patientRootMove, uids.studyRootMove];
const gets: readonly string[] = [uids.patientRootGet, uids.studyRootGet];

const serviceOf = (uid: string): string => (uid === modalityWorklistSopClass ? 'Modality Worklist' : 'Query/Retrieve');

/** What has to be there before a query can be judged. */
const needs = (situation: Situation, offer: Offer): readonly string[] => {
  const stored = offer.uid === modalityWorklistSopClass ? undefined : storedId(situation);
  return [idOf(situation, 'negotiation', offer.activity.id), ...(stored === undefined ? [] : [stored])];
};

type FindParts = Omit<Extract<Check, { kind: 'find' }>, 'kind' | 'sopClass'>;

interface Words {
  readonly id: readonly string[];
  readonly title: string;
  readonly kind: PlanItem['kind'];
  readonly action: string;
  readonly expected: string;
  readonly paths: readonly string[];
  readonly priority?: PlanItem['priority'];
}

function findItem(situation: Situation, offer: Offer, words: Words, check: FindParts): PlanItem {
  return item({
    id: idOf(situation, 'find', offer.uid, ...words.id),
    title: `${offer.name}: ${words.title}`,
    service: serviceOf(offer.uid),
    kind: words.kind,
    claim: { text: words.title, paths: words.paths, section: sectionOf(offer.path) },
    data:
      offer.uid === modalityWorklistSopClass
        ? 'none: whatever is scheduled is read'
        : 'the test instances stored before',
    steps: [{ action: words.action, expected: words.expected }],
    criterion: words.expected,
    priority: words.priority ?? 'must',
    dependsOn: needs(situation, offer),
    check: { kind: 'find', sopClass: offer.uid, ...check },
  });
}

const tried: readonly string[] = ['single value', 'wildcard', 'range', 'list of UID', 'universal', 'empty value'];

function keyItem(situation: Situation, offer: Offer, key: KeyFact): PlanItem {
  const matching = key.matching.filter((kind) => tried.includes(kind));
  return findItem(
    situation,
    offer,
    {
      id: [key.level, key.tag],
      title: `${key.attribute} ${key.tag} at level ${key.level} (${matching.join(', ') || 'returned'})`,
      kind: 'positive',
      action: 'Ask with a value that the test data have, then with one that nothing has.',
      expected:
        'The first finds the test data, the second nothing; every match fits the key and carries the attribute.',
      paths: [key.path],
      priority: key.type === 'Optional' ? 'should' : 'must',
    },
    {
      variant: 'key',
      key: { tag: key.tag, attribute: key.attribute, level: key.level, matching },
      statuses: ['0000', 'FF00', 'FF01'],
    },
  );
}

function findItems(situation: Situation, offer: Offer): readonly PlanItem[] {
  const keys = offer.conformance
    .filter(({ operation, ourRole }) => operation === 'C-FIND' && ourRole !== 'SCU')
    .flatMap((fact) => fact.keys);
  const failures = statedCodes(offer, 'C-FIND', 'Failure');
  return [
    findItem(
      situation,
      offer,
      {
        id: ['nothing'],
        title: 'a query that matches nothing ends with success and no match',
        kind: 'boundary',
        action: 'Ask for a patient who does not exist.',
        expected: 'No match, status 0000.',
        paths: statusPaths(offer, 'C-FIND', 'Success', 'Pending'),
      },
      { variant: 'nothing', statuses: ['0000'] },
    ),
    ...keys.map((key) => keyItem(situation, offer, key)),
    ...(offer.uid === modalityWorklistSopClass
      ? []
      : [
          findItem(
            situation,
            offer,
            {
              id: ['invalid'],
              title: 'an identifier without a known level is refused',
              kind: 'negative',
              action: 'Ask at a level that does not exist.',
              expected: 'A stated failure, such as A900.',
              paths: statusPaths(offer, 'C-FIND', 'Failure'),
              priority: 'should',
            },
            { variant: 'invalid', statuses: failures.length > 0 ? failures : ['*'] },
          ),
        ]),
    findItem(
      situation,
      offer,
      {
        id: ['cancel'],
        title: 'a query may be cancelled',
        kind: 'boundary',
        action: 'Ask for the test patients, of a worklist for everything, and send C-CANCEL after the first match.',
        expected: 'FE00, or 0000 where all matches were out already.',
        paths: statusPaths(offer, 'C-FIND', 'Cancel'),
        priority: 'should',
      },
      { variant: 'cancel', statuses: ['FE00', '0000'] },
    ),
  ];
}

function moveItem(situation: Situation, offer: Offer): PlanItem {
  const refusals = statedCodes(offer, 'C-MOVE', 'Failure');
  return item({
    id: idOf(situation, 'move', offer.uid, 'unknown destination'),
    title: `${offer.name}: an unknown Move Destination is refused`,
    service: 'Query/Retrieve',
    kind: 'negative',
    claim: {
      text: 'A Move Destination that is not configured is refused.',
      paths: [offer.path, ...statusPaths(offer, 'C-MOVE', 'Failure')],
      section: sectionOf(offer.path),
    },
    data: 'the test instances stored before',
    steps: [{ action: 'Ask for the test study to be sent to an AE title that nobody has.', expected: 'Status A801.' }],
    criterion: 'A stated failure, such as A801; nothing is sent.',
    dependsOn: needs(situation, offer),
    check: { kind: 'move', sopClass: offer.uid, statuses: refusals.includes('A801') ? ['A801'] : refusals },
  });
}

function getItem(situation: Situation, offer: Offer): readonly PlanItem[] {
  const stored = sampleOf(situation)?.offer;
  if (!stored) return [];
  return [
    item({
      id: idOf(situation, 'get', offer.uid),
      title: `${offer.name}: what was stored comes back over the same association`,
      service: 'Query/Retrieve',
      kind: 'positive',
      claim: {
        text: 'Instances are sent back over the association of the request.',
        paths: [offer.path, ...statusPaths(offer, 'C-GET', 'Success', 'Pending')],
        section: sectionOf(offer.path),
      },
      data: 'the test instances stored before',
      steps: [
        { action: 'Take the role of a Storage SCP for the class, and send C-GET.', expected: 'The instance comes in.' },
        { action: 'Compare it with what was sent.', expected: 'Attributes and pixels are equal.' },
      ],
      criterion: 'The instance comes back unchanged, final status 0000.',
      dependsOn: needs(situation, offer),
      check: { kind: 'get', sopClass: offer.uid, storageClass: stored.uid },
    }),
  ];
}

function moveToUs(situation: Situation, offer: Offer): PlanItem {
  return item({
    id: idOf(situation, 'move', offer.uid, 'known destination'),
    title: `${offer.name}: what was stored is sent to a known Move Destination`,
    service: 'Query/Retrieve',
    kind: 'positive',
    claim: {
      text: 'Instances are sent to a configured Move Destination.',
      paths: statusPaths(offer, 'C-MOVE', 'Success', 'Pending'),
      section: sectionOf(offer.path),
    },
    direction: 'we call',
    configuration: ['Configure our receiving AE title, host and port as a Move Destination of the system under test.'],
    data: 'the test instances stored before',
    steps: [{ action: 'Ask for the test study to be sent to our receiver.', expected: 'It arrives; counts add up.' }],
    criterion: 'Every instance arrives, final status 0000.',
    automation: 'assisted',
    dependsOn: needs(situation, offer),
  });
}

/** Everything about queries and retrieval at an entity. */
export function queryItems(situation: Situation): readonly PlanItem[] {
  const offers = (list: readonly string[]) => list.flatMap((uid) => provides(situation, uid) ?? []);
  return [
    ...offers(finds).flatMap((offer) => findItems(situation, offer)),
    ...offers(moves).flatMap((offer) => [moveItem(situation, offer), moveToUs(situation, offer)]),
    ...offers(gets).flatMap((offer) => getItem(situation, offer)),
  ];
}

/** SOP Classes that have items of their own here. */
export const queriedClasses = (situation: Situation): readonly string[] =>
  offersIn(accepted(situation))
    .map(({ uid }) => uid)
    .filter((uid) => [...finds, ...moves, ...gets].includes(uid));
