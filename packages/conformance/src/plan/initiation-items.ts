// Items about associations that the system under test opens: it is called upon to act, and our side answers by script. PS3.2 A.4.2.x.3
import { sectionOf } from '../compare/statement-section.ts';
import type { ActivityView, ConformanceFact } from '../compare/view.ts';
import { item, type PlanItem } from './item.ts';
import { idOf, initiated, type Situation } from './situation.ts';

const behaviours = {
  answer: { kind: 'positive', does: 'answers as the standard says', shows: 'It does its work to the end.' },
  'refuse contexts': {
    kind: 'negative',
    does: 'refuses every presentation context',
    shows: 'It tells its user, and does not hang.',
  },
  'failure status': { kind: 'failure', does: 'answers with a failure', shows: 'It behaves as its status table says.' },
  'warning status': { kind: 'boundary', does: 'answers with a warning', shows: 'It behaves as its status table says.' },
  abort: { kind: 'failure', does: 'aborts in the middle', shows: 'It behaves as its failure table says.' },
  silence: { kind: 'failure', does: 'never answers', shows: 'It gives up after its stated time-out.' },
} as const;
type Behaviour = keyof typeof behaviours;

/** Operations that our scripted side answers. */
const scripted = new Set(['C-ECHO', 'C-STORE', 'C-FIND', 'N-CREATE', 'N-SET', 'N-ACTION', 'N-GET', 'N-DELETE']);

function callItem(situation: Situation, activity: ActivityView, fact: ConformanceFact, behaviour: Behaviour): PlanItem {
  const { kind, does, shows } = behaviours[behaviour];
  const byMachine = scripted.has(fact.operation);
  return item({
    id: idOf(situation, 'called', activity.id, fact.operation, behaviour),
    title: `${activity.name} (${fact.operation}): our side ${does}`,
    service: 'Called by the system',
    kind,
    direction: 'the system calls',
    claim: {
      text: `${activity.name}: ${fact.operation} as ${fact.ourRole ?? 'SCU'}.`,
      paths: [
        ...(behaviour === 'answer' ? activity.offers.map(({ path }) => path) : []),
        ...fact.statuses.filter(({ status }) => statusShows(behaviour, status)).map(({ path }) => path),
      ],
      section: sectionOf(activity.path),
    },
    configuration: ['Configure our AE title, host and port as the remote system of this activity.'],
    data: 'Only the marked test patient: choose it on the system under test.',
    steps: [
      { action: `On the system under test: ${activity.name}.`, expected: 'It opens an association with us.' },
      { action: `Our side ${does}.`, expected: shows },
    ],
    criterion: shows,
    automation: byMachine ? 'assisted' : 'manual',
    priority: behaviour === 'answer' ? 'must' : 'should',
    ...(byMachine && {
      check: { kind: 'called', operation: fact.operation, sopClasses: fact.sopClasses, behaviour },
    }),
  });
}

const statusShows = (behaviour: Behaviour, status: string): boolean =>
  (behaviour === 'answer' && (status === 'Success' || status === 'Pending')) ||
  (behaviour === 'failure status' && status === 'Failure') ||
  (behaviour === 'warning status' && status === 'Warning');

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
      (Object.keys(behaviours) as Behaviour[])
        .filter((behaviour) => behaviour !== 'warning status' || fact.operation === 'C-STORE')
        .map((behaviour) => callItem(situation, activity, fact, behaviour)),
    );
  });
