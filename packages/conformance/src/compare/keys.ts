// The keys of a query: what the asking side matches and wants back against what the answering side supports. PS3.4 C.2.2
import type { Reason } from './verdict.ts';
import type { ConformanceFact, KeyFact, Offer } from './view.ts';

/** These ask for everything, and every key may be given so. PS3.4 C.2.2.2.3 */
const matchesNothing = new Set(['universal', 'empty value']);

interface Both {
  readonly user: ConformanceFact;
  readonly provider: ConformanceFact;
}

const indexOf = (keys: readonly KeyFact[]) => new Map(keys.map((key) => [`${key.level} ${key.tag}`, key]));

/** Undefined in a worklist, which has no levels, means the same as its one name. */
const sameLevels = (keys: readonly KeyFact[]): ReadonlySet<string> => new Set(keys.map(({ level }) => level));

function levelReasons({ user, provider }: Both): readonly Reason[] {
  const offered = sameLevels(provider.keys);
  const missing = [...sameLevels(user.keys)].filter((level) => !offered.has(level));
  return missing.map((level) => ({
    code: 'level-not-supported',
    severity: 'cannot',
    text: `Queries at level ${level} are made, and no key of that level is supported (levels supported: ${[...offered].join(', ')}).`,
    initiator: user.path,
    acceptor: provider.path,
  }));
}

function keyReasons(wanted: KeyFact, found: KeyFact | undefined, provider: ConformanceFact): readonly Reason[] {
  const paths = { initiator: wanted.path, acceptor: found?.path ?? provider.path };
  const what = `${wanted.attribute} ${wanted.tag} at level ${wanted.level}`;
  const matching = wanted.matching.filter((kind) => !matchesNothing.has(kind));
  const reasons: Reason[] = [];
  if (!found && matching.length > 0)
    reasons.push({
      code: 'key-not-matched',
      severity: 'limit',
      text: `${what} is not a key on the answering side: more results than asked for will come back.`,
      remedy: 'Filter the results on the asking side, or have the key added on the other.',
      ...paths,
    });
  const lacking = found ? matching.filter((kind) => !found.matching.includes(kind)) : [];
  if (lacking.length > 0)
    reasons.push({
      code: 'matching-not-supported',
      severity: 'limit',
      text: `${what} is matched by ${lacking.join(', ')} on the asking side; the answering side supports ${found?.matching.join(', ') || 'no matching of it'}.`,
      ...paths,
    });
  if (wanted.returned === true && found?.returned !== true)
    reasons.push({
      code: found && found.returned === undefined ? 'return-not-stated' : 'key-not-returned',
      severity: 'limit',
      text: `${what} is asked for and ${found && found.returned === undefined ? 'it is not stated whether it is returned' : 'will be missing in the answers'}.`,
      ...paths,
      ...(found && found.returned === undefined && { ask: 'acceptor' as const }),
    });
  return reasons;
}

const silent = (side: 'initiator' | 'acceptor', initiator: Offer, acceptor: Offer): Reason => ({
  code: 'keys-not-stated',
  severity: side === 'acceptor' ? 'unknown' : 'limit',
  text:
    side === 'acceptor'
      ? `The answering side does not state which keys it supports for ${acceptor.name}.`
      : `The asking side does not state which keys it uses for ${initiator.name}.`,
  remedy: `Ask for its key table for ${initiator.name}.`,
  initiator: initiator.path,
  acceptor: acceptor.path,
  ask: side,
});

const findOf = (offer: Offer, role: 'SCU' | 'SCP'): ConformanceFact | undefined =>
  offer.conformance.find(({ operation, ourRole }) => operation === 'C-FIND' && ourRole === role);

/** Whether an offer is of queries at all. */
const queries = (offer: Offer): boolean =>
  offer.conformance.some(({ operation }) => operation === 'C-FIND') ||
  / FIND$|Worklist Information Model/.test(offer.name);

/** Pairs of tables recur for every SOP Class of an activity: each is compared once. */
export type KeyMemory = Map<ConformanceFact, Map<ConformanceFact, readonly Reason[]>>;

/** Everything that keys say about a pair. */
export function queryReasons(initiator: Offer, acceptor: Offer, memory: KeyMemory): readonly Reason[] {
  if (!queries(initiator) && !queries(acceptor)) return [];
  const user = findOf(initiator, 'SCU');
  const provider = findOf(acceptor, 'SCP');
  if (!provider || provider.keys.length === 0) return [silent('acceptor', initiator, acceptor)];
  if (!user || user.keys.length === 0) return [silent('initiator', initiator, acceptor)];
  const known = memory.get(user)?.get(provider);
  if (known) return known;
  const supported = indexOf(provider.keys);
  const levels = levelReasons({ user, provider });
  const offered = sameLevels(provider.keys);
  const reasons = [
    ...levels,
    ...user.keys
      .filter(({ level }) => offered.has(level))
      .flatMap((wanted) => keyReasons(wanted, supported.get(`${wanted.level} ${wanted.tag}`), provider)),
  ];
  memory.set(user, (memory.get(user) ?? new Map()).set(provider, reasons));
  return reasons;
}
