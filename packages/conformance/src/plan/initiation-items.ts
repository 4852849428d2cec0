// Items about associations that the system under test opens: it is called upon to act, and our side answers by script. PS3.2 A.4.2.x.3

import { sectionOf } from '../compare/statement-section.ts';
import { rangeOf } from '../compare/statuses.ts';
import type { ActivityView, ConformanceFact } from '../compare/view.ts';
import { type Behaviour, behaviours } from './behaviour.ts';
import type { Check } from './check.ts';
import { item, type PlanItem } from './item.ts';
import { idOf, initiated, type Situation } from './situation.ts';

interface Words {
  readonly kind: PlanItem['kind'];
  readonly does: string;
  readonly shows: string;
}

/** What every operation meets. */
const always = {
  answer: { kind: 'positive', does: 'answers as the standard says', shows: 'It does its work to the end.' },
  'refuse contexts': {
    kind: 'negative',
    does: 'refuses every presentation context',
    shows: 'It tells its user, and does not hang.',
  },
  'reject the called title': {
    kind: 'negative',
    does: 'rejects the association: the called AE title is none of ours',
    shows: 'It tells its user, and does not hang.',
  },
  'failure status': { kind: 'failure', does: 'answers with a failure', shows: 'It behaves as its status table says.' },
  delay: { kind: 'boundary', does: 'answers late', shows: 'It waits, or gives up after its stated time-out.' },
  abort: { kind: 'failure', does: 'aborts in the middle', shows: 'It behaves as its failure table says.' },
  cut: { kind: 'failure', does: 'cuts the connection in the middle', shows: 'It behaves as its failure table says.' },
  silence: { kind: 'failure', does: 'never answers', shows: 'It gives up after its stated time-out.' },
} as const satisfies Partial<Record<Behaviour, Words>>;

/** What a C-STORE meets besides. */
const storing = {
  'warning status': { kind: 'boundary', does: 'answers with a warning', shows: 'It behaves as its status table says.' },
  'small PDUs': {
    kind: 'boundary',
    does: 'takes P-DATA-TF of 4,096 bytes and no longer ones',
    shows: 'It does its work to the end.',
  },
  'abort before the data set': {
    kind: 'failure',
    does: 'aborts before the data set',
    shows: 'It behaves as its failure table says.',
  },
  'abort during the data set': {
    kind: 'failure',
    does: 'aborts during the data set',
    shows: 'It behaves as its failure table says.',
  },
  'cut during the data set': {
    kind: 'failure',
    does: 'cuts the connection during the data set',
    shows: 'It behaves as its failure table says.',
  },
} as const satisfies Partial<Record<Behaviour, Words>>;

/** After which of its faults our side answers, so that the system can try again. */
const passing = {
  'abort during the data set': 'aborts once during the data set',
  abort: 'aborts once after the data set',
  silence: 'once never answers',
  'cut during the data set': 'cuts the connection once during the data set',
  'failure status': 'answers once that it is out of resources',
  away: 'does not listen for a while',
  'long away': 'does not listen for five minutes',
  'away at a restart': 'does not listen while the system is restarted',
} as const satisfies Partial<Record<Behaviour, string>>;

/** Seconds that our side answers late, and is away. */
const lasting: Readonly<Partial<Record<Behaviour, number>>> = {
  delay: 5,
  away: 30,
  'long away': 300,
  'away at a restart': 60,
};

/** Operations that our scripted side answers. */
const scripted = new Set(['C-ECHO', 'C-STORE', 'C-FIND', 'N-CREATE', 'N-SET', 'N-ACTION', 'N-GET', 'N-DELETE']);

/** More statuses of one operation are not played one by one. */
const mostStatuses = 40;

interface Played extends Words {
  readonly behaviour: Behaviour;
  readonly id: readonly string[];
  readonly paths: readonly string[];
  readonly rest?: Partial<Pick<CalledCheck, 'status' | 'again'>>;
}
type CalledCheck = Extract<Check, { kind: 'called' }>;

function callItem(situation: Situation, activity: ActivityView, fact: ConformanceFact, played: Played): PlanItem {
  const { behaviour, kind, does, shows } = played;
  const byMachine = scripted.has(fact.operation);
  const seconds = lasting[behaviour];
  return item({
    id: idOf(situation, 'called', activity.id, fact.operation, ...played.id),
    title: `${activity.name} (${fact.operation}): our side ${does}`,
    service: 'Called by the system',
    kind,
    direction: 'the system calls',
    claim: {
      text: `${activity.name}: ${fact.operation} as ${fact.ourRole ?? 'SCU'}.`,
      paths: played.paths,
      section: sectionOf(activity.path),
    },
    configuration: [
      'Configure our AE title, host and port as the remote system of this activity.',
      ...(played.rest?.again
        ? ['Nothing else waits there to be sent to us: what comes is taken for a second try.']
        : []),
    ],
    data: 'Only the marked test patient: choose it on the system under test.',
    steps: [
      { action: `On the system under test: ${activity.name}.`, expected: 'It opens an association with us.' },
      ...(behaviour === 'away at a restart'
        ? [
            {
              action: 'Restart the system under test before our side listens.',
              expected: 'It goes on with what waited.',
            },
          ]
        : []),
      { action: `Our side ${does}.`, expected: shows },
    ],
    criterion: shows,
    automation: byMachine ? 'assisted' : 'manual',
    priority: behaviour === 'answer' ? 'must' : 'should',
    ...(byMachine && {
      check: {
        kind: 'called',
        operation: fact.operation,
        sopClasses: fact.sopClasses,
        behaviour,
        ...(seconds !== undefined && { seconds }),
        ...played.rest,
      },
    }),
  });
}

const statusShows = (behaviour: Behaviour, status: string): boolean =>
  (behaviour === 'answer' && (status === 'Success' || status === 'Pending')) ||
  (behaviour === 'failure status' && status === 'Failure') ||
  (behaviour === 'warning status' && status === 'Warning');

function simple(activity: ActivityView, fact: ConformanceFact): readonly Played[] {
  const words: Partial<Record<Behaviour, Words>> = fact.operation === 'C-STORE' ? { ...always, ...storing } : always;
  return behaviours.flatMap((behaviour) => {
    const each = words[behaviour];
    if (!each) return [];
    const paths = [
      ...(behaviour === 'answer' ? activity.offers.map(({ path }) => path) : []),
      ...fact.statuses.filter(({ status }) => statusShows(behaviour, status)).map(({ path }) => path),
    ];
    return [{ ...each, behaviour, id: [behaviour], paths }];
  });
}

/** Each warning and failure of the status table, one by one. */
function statuses(fact: ConformanceFact): readonly Played[] {
  const listed = new Map(fact.statuses.map((row) => [rangeOf(row.code)?.from, row]));
  return [...listed]
    .flatMap(([status, row]): readonly Played[] =>
      status === undefined || (row.status !== 'Warning' && row.status !== 'Failure')
        ? []
        : [
            {
              behaviour: 'status',
              id: ['status', row.code],
              kind: row.status === 'Failure' ? 'failure' : 'boundary',
              does: `answers with status ${status.toString(16).toUpperCase().padStart(4, '0')}`,
              shows: row.behavior === '' ? 'It behaves as its status table says.' : row.behavior,
              paths: [row.path],
              rest: { status },
            },
          ],
    )
    .slice(0, mostStatuses);
}

/** Faults that pass: what the statement says of trying again is seen. */
const failures = (fact: ConformanceFact): readonly Played[] =>
  fact.operation !== 'C-STORE'
    ? []
    : behaviours
        .filter((behaviour): behaviour is keyof typeof passing => behaviour in passing)
        .map((behaviour) => ({
          behaviour,
          id: ['then-answer', behaviour],
          kind: 'failure',
          does: `${passing[behaviour]}, then answers`,
          shows: 'It tries again as stated: nothing is lost, and nothing comes twice.',
          paths: [],
          rest: { again: true },
        }));

/** Each operation that the system uses, with every behaviour of ours. */
export const initiationItems = (situation: Situation): readonly PlanItem[] =>
  initiated(situation).flatMap((activity) => {
    const facts = activity.offers.flatMap(({ conformance }) => conformance);
    const operations = [...new Map(facts.map((fact) => [fact.operation, fact])).values()];
    const known: readonly ConformanceFact[] =
      operations.length > 0
        ? operations
        : [
            {
              path: activity.path,
              operation: 'the operation',
              ourRole: 'SCU',
              sopClasses: activity.offers.map(({ uid }) => uid),
              statuses: [],
              keys: [],
              lossyOnly: undefined,
              description: '',
            },
          ];
    return known.flatMap((fact) =>
      [...simple(activity, fact), ...statuses(fact), ...failures(fact)].map((played) =>
        callItem(situation, activity, fact, played),
      ),
    );
  });
