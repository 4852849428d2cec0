// One direction of a comparison: everything that one side proposes, against everything that the other accepts. PS3.2 A.4.2.x.3, A.4.2.x.4
import { categoryOf } from '../generate/overview.ts';
import { dependencyReasons } from './dependencies.ts';
import { negotiationReasons } from './extended-negotiation.ts';
import { type KeyMemory, queryReasons } from './keys.ts';
import { metaReasons } from './meta-classes.ts';
import { offersOf } from './read-entities.ts';
import { roleReasons } from './roles.ts';
import { mayTake, serviceClassReasons, specializationReason, typeReasons } from './sop-class-types.ts';
import { statusReasons } from './statuses.ts';
import { type PredictedContext, predictContexts, syntaxReasons } from './syntaxes.ts';
import { type Reason, type Verdict, verdictOf } from './verdict.ts';
import type { EntityView, Offer, StatementView } from './view.ts';

/** Where an offer stands. */
export interface Place {
  readonly ae: string;
  readonly aeName: string;
  readonly activity: string;
  readonly activityName: string;
  readonly role: string;
  /** Of the activity in its statement (JSON Pointer, RFC 6901). */
  readonly path: string;
  /** Where the statement has it from. */
  readonly source?: string;
}

/** One SOP Class between an activity that opens associations and one that accepts them. */
export interface Pair {
  readonly sopClass: { readonly uid: string; readonly name: string };
  readonly category: string;
  readonly initiator: Place;
  /** Missing: nobody on the other side accepts it. */
  readonly acceptor?: Place;
  readonly verdict: Verdict;
  /** What becomes of each proposed context; missing where it cannot be foretold. */
  readonly contexts?: readonly PredictedContext[];
  /** What is proposed, for those whose answer cannot be foretold. */
  readonly offered: readonly (readonly string[])[];
  readonly reasons: readonly Reason[];
}

/** More pairs are no comparison that anybody could read, and would take the memory of a machine. */
const mostPairs = 50_000;

export const placeOf = ({ role, activity }: Offer): Place => ({
  ae: activity.ae.id,
  aeName: activity.ae.name,
  activity: activity.id,
  activityName: activity.name,
  role,
  path: activity.path,
});

interface Memory {
  readonly keys: KeyMemory;
  readonly statuses: KeyMemory;
  readonly dependencies: ReturnType<typeof dependencyReasons>;
}

/** A fact that no statement gives: a run has seen it. */
const observedReasons = (initiator: Offer, acceptor: Offer): readonly Reason[] =>
  acceptor.observed
    ? [
        {
          code: 'observed',
          severity: 'information',
          text: `The transfer syntaxes that ${acceptor.activity.ae.name} accepts for ${acceptor.name} are not stated: a test run has observed them.`,
          initiator: initiator.path,
          acceptor: acceptor.path,
        },
      ]
    : [];

function pairOf(initiator: Offer, acceptor: Offer, memory: Memory, more: readonly Reason[]): Pair {
  const predicted = predictContexts(initiator, acceptor);
  const reasons = [
    ...roleReasons(initiator, acceptor),
    ...more,
    ...syntaxReasons(initiator, acceptor, predicted),
    ...observedReasons(initiator, acceptor),
    ...negotiationReasons(initiator, acceptor),
    ...metaReasons(initiator, acceptor),
    ...queryReasons(initiator, acceptor, memory.keys),
    ...statusReasons(initiator, acceptor, memory.statuses),
    ...memory.dependencies(initiator, acceptor),
  ];
  return {
    sopClass: { uid: initiator.uid, name: initiator.name },
    category: categoryOf(initiator.uid),
    initiator: placeOf(initiator),
    acceptor: placeOf(acceptor),
    verdict: verdictOf(reasons),
    ...(predicted && { contexts: predicted }),
    offered: initiator.contexts,
    reasons,
  };
}

/** Nobody accepts it; or it is not said what is accepted at all. */
function alone(initiator: Offer, acceptor: StatementView, entities: readonly EntityView[]): Pair {
  const reason = absence(initiator, acceptor, entities);
  const refused = reason.severity === 'cannot' && initiator.contexts.length > 0;
  return {
    sopClass: { uid: initiator.uid, name: initiator.name },
    category: categoryOf(initiator.uid),
    initiator: placeOf(initiator),
    verdict: verdictOf([reason]),
    ...(refused && { contexts: initiator.contexts.map((offered) => ({ offered, accepted: [] })) }),
    offered: initiator.contexts,
    reasons: [reason],
  };
}

function absence(initiator: Offer, acceptor: StatementView, entities: readonly EntityView[]): Reason {
  const at = initiator.path;
  const listed = entities.flatMap(({ sopClasses }) => sopClasses).find(({ uid }) => uid === initiator.uid);
  const open =
    acceptor.networking.state === 'unknown' || entities.some(({ acceptance }) => acceptance.state === 'unknown');
  if (listed?.scp && open)
    return {
      code: 'contexts-not-stated',
      severity: 'unknown',
      text: `${acceptor.label} lists ${initiator.name} as provider, and does not state the presentation contexts for it.`,
      remedy: `Ask for the presentation contexts that it accepts for ${initiator.name}.`,
      initiator: at,
      acceptor: listed.path,
      ask: 'acceptor',
    };
  if (open)
    return {
      code: 'acceptance-not-stated',
      severity: 'unknown',
      text: `${acceptor.label} does not state what it accepts.`,
      remedy: 'Ask for its table of acceptable presentation contexts.',
      initiator: at,
      ask: 'acceptor',
    };
  const alsoUser = offersOf(entities, 'initiation').some(({ uid, role }) => uid === initiator.uid && role !== 'SCP');
  return {
    code: alsoUser && initiator.role !== 'SCP' ? 'no-provider' : 'class-not-accepted',
    severity: 'cannot',
    text:
      alsoUser && initiator.role !== 'SCP'
        ? `Both sides are users of ${initiator.name}, and nobody provides it.`
        : `${acceptor.label} does not accept ${initiator.name}. The presentation context will be refused with result 3 (abstract-syntax-not-supported).`,
    initiator: at,
    ...(listed && { acceptor: listed.path }),
  };
}

function pairsOf(initiator: Offer, acceptors: ReadonlyMap<string, readonly Offer[]>, memory: Memory): readonly Pair[] {
  const same = acceptors.get(initiator.uid) ?? [];
  if (same.length > 0)
    return same.map((acceptor) => pairOf(initiator, acceptor, memory, typeReasons(initiator, acceptor)));
  const all = [...acceptors.values()].flat();
  const whole = all.find((acceptor) => mayTake(acceptor, initiator));
  if (whole) return [pairOf(initiator, whole, memory, serviceClassReasons(initiator, whole))];
  for (const general of all) {
    const reason = specializationReason(initiator, general);
    if (reason) return [pairOf(initiator, general, memory, [reason])];
  }
  return [];
}

export interface Direction {
  readonly pairs: readonly Pair[];
  /** Pairs that were left out because there are too many. */
  readonly omitted: number;
}

/** Everything that `initiator` proposes, each with everybody who accepts it. */
export function comparePairs(initiator: StatementView, acceptor: StatementView): Direction {
  const ours = initiator.networking.state === 'described' ? initiator.networking.value : [];
  const theirs = acceptor.networking.state === 'described' ? acceptor.networking.value : [];
  const acceptors = Map.groupBy(offersOf(theirs, 'acceptance'), ({ uid }) => uid);
  const memory: Memory = {
    keys: new Map(),
    statuses: new Map(),
    dependencies: dependencyReasons(initiator, acceptor),
  };
  const pairs: Pair[] = [];
  let omitted = 0;
  for (const offer of offersOf(ours, 'initiation')) {
    if (pairs.length >= mostPairs) {
      omitted += 1;
      continue;
    }
    const found = pairsOf(offer, acceptors, memory);
    pairs.push(...(found.length > 0 ? found : [alone(offer, acceptor, theirs)]));
  }
  return { pairs, omitted };
}
