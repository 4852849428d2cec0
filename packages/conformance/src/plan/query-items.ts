// Items about queries and retrieval: every key with its matching, nothing found, wrong identifiers, cancel, move, get. PS3.4 Annexes C, K
import { modalityWorklistSopClass, queryRetrieveSopClasses as uids } from '@concord/network';
import { sectionOf } from '../compare/statement-section.ts';
import type { KeyFact, Offer } from '../compare/view.ts';
import type { Check } from './check.ts';
import { item, type PlanItem } from './item.ts';
import { needs, retrieveItems } from './retrieve-items.ts';
import { idOf, provides, type Situation, statedCodes, statusPaths } from './situation.ts';

const finds: readonly string[] = [
  uids.patientRootFind,
  uids.studyRootFind,
  uids.patientStudyOnlyFind,
  modalityWorklistSopClass,
];

const serviceOf = (uid: string): string => (uid === modalityWorklistSopClass ? 'Modality Worklist' : 'Query/Retrieve');

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
    ...(keys.some(({ level, tag }) => level === 'IMAGE' && tag === '(0008,0018)')
      ? [
          findItem(
            situation,
            offer,
            {
              id: ['whole set'],
              title: 'the answers are what was stored, and nothing else',
              kind: 'boundary',
              action: 'Ask at IMAGE level for everything in the series of the test data.',
              expected: 'As many answers as instances, each of them one that was stored.',
              paths: statusPaths(offer, 'C-FIND', 'Pending'),
            },
            { variant: 'whole set', statuses: ['0000'] },
          ),
        ]
      : []),
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

/** Everything about queries and retrieval at an entity. */
export function queryItems(situation: Situation): readonly PlanItem[] {
  const offers = (list: readonly string[]) => list.flatMap((uid) => provides(situation, uid) ?? []);
  return [...offers(finds).flatMap((offer) => findItems(situation, offer)), ...retrieveItems(situation)];
}
