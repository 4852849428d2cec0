// A statement under test against one whose claims it has to meet, such as that of the system it takes the place of: what is not met. PS3.2 6
import { optionsIn } from './extended-negotiation.ts';
import { parameterNames, parameterOf } from './parameters.ts';
import { offersOf } from './read-entities.ts';
import { readView } from './read-view.ts';
import { sectionOf } from './statement-section.ts';
import { rangeOf } from './statuses.ts';
import { names } from './syntaxes.ts';
import type { ConformanceFact, EntityView, Offer, ProfileFact, StatementView } from './view.ts';

export interface UnmetClaim {
  /** What kind of claim: `context`, `transfer syntax`, `status`, `key`, `limit`. */
  readonly kind: string;
  readonly text: string;
  /** Where it is claimed: JSON Pointer into the claiming statement, and the section of Annex A. */
  readonly path: string;
  readonly section: string;
}

export interface ClaimsReport {
  readonly format: 'concord-claims-1';
  readonly underTest: string;
  readonly claimedBy: string;
  /** How many claims were looked at. */
  readonly claims: number;
  readonly unmet: readonly UnmetClaim[];
}

/** Counts claims, and keeps those that are not met. */
class Tally {
  claims = 0;
  readonly unmet: UnmetClaim[] = [];

  check(met: boolean, kind: string, text: string, path: string): boolean {
    this.claims += 1;
    if (!met) this.unmet.push({ kind, text, path, section: sectionOf(path) });
    return met;
  }
}

/** Associations at a time that are as good as any number: a host that calls has not many more ports. RFC 6335 6 */
const practicallyUnlimited = 10_000;

type Side = 'initiation' | 'acceptance';
const words: Readonly<Record<Side, string>> = { initiation: 'proposed', acceptance: 'accepted' };

const entitiesOf = (view: StatementView): readonly EntityView[] =>
  view.networking.state === 'described' ? view.networking.value : [];

const plays = (offer: Offer, role: string): boolean => offer.role === 'BOTH' || offer.role === role;

/** Each context of the claim: its class and role, each of its syntaxes, its options. */
function checkOffer(claim: Offer, same: readonly Offer[], side: Side, tally: Tally): boolean {
  const roles = claim.role === 'BOTH' ? ['SCU', 'SCP'] : claim.role === 'unknown' ? [] : [claim.role];
  const how = words[side];
  const at = claim.path;
  if (!tally.check(same.length > 0, 'context', `${claim.name} is not ${how}.`, at)) return false;
  for (const role of roles)
    tally.check(
      same.some((offer) => plays(offer, role)),
      'role',
      `${claim.name} is not ${how} as ${role}.`,
      at,
    );
  const given = new Set(same.flatMap(({ syntaxes }) => [...syntaxes]));
  for (const uid of claim.syntaxes)
    tally.check(given.has(uid), 'transfer syntax', `${claim.name} is not ${how} in ${names([uid])}.`, at);
  const options = optionsIn(same.flatMap(({ negotiation }) => negotiation));
  for (const option of optionsIn(claim.negotiation))
    tally.check(options.includes(option), 'extended negotiation', `${claim.name}: no ${option} ${how}.`, at);
  return true;
}

function checkStatuses(claim: ConformanceFact, own: readonly ConformanceFact[], tally: Tally, name: string): void {
  const rows = own.flatMap(({ statuses }) => statuses);
  for (const { code, meaning, path } of claim.statuses) {
    const range = rangeOf(code);
    if (!range) continue;
    const found = rows.some((row) => {
      const other = rangeOf(row.code);
      return other ? other.from <= range.to && range.from <= other.to : row.code === '*' && claim.ourRole === 'SCU';
    });
    tally.check(found, 'status', `${name}, ${claim.operation}: no status ${code} (${meaning}).`, path);
  }
}

function checkKeys(claim: ConformanceFact, own: readonly ConformanceFact[], tally: Tally, name: string): void {
  const keys = new Map(own.flatMap((fact) => fact.keys.map((key) => [`${key.level} ${key.tag}`, key])));
  for (const { level, tag, attribute, matching, returned, path } of claim.keys) {
    const found = keys.get(`${level} ${tag}`);
    const what = `${name}: ${attribute} ${tag} at level ${level}`;
    if (!tally.check(found !== undefined, 'key', `${what} is no key.`, path)) continue;
    for (const kind of matching)
      tally.check(found?.matching.includes(kind) ?? false, 'key', `${what}: no matching by ${kind}.`, path);
    if (returned) tally.check(found?.returned === true, 'key', `${what} is not returned.`, path);
  }
}

function checkConformance(claim: Offer, same: readonly Offer[], tally: Tally, seen: Set<ConformanceFact>): void {
  for (const fact of claim.conformance) {
    if (seen.has(fact)) continue;
    seen.add(fact);
    const own = same.flatMap(({ conformance }) =>
      conformance.filter(({ operation, ourRole }) => operation === fact.operation && ourRole === fact.ourRole),
    );
    checkStatuses(fact, own, tally, claim.name);
    checkKeys(fact, own, tally, claim.name);
  }
}

function checkContexts(claiming: StatementView, own: StatementView, tally: Tally): void {
  for (const side of ['initiation', 'acceptance'] as const) {
    const offers = Map.groupBy(offersOf(entitiesOf(own), side), ({ uid }) => uid);
    const seen = new Set<ConformanceFact>();
    for (const claim of offersOf(entitiesOf(claiming), side)) {
      const same = offers.get(claim.uid) ?? [];
      if (checkOffer(claim, same, side, tally)) checkConformance(claim, same, tally, seen);
    }
  }
}

/** AE titles, ports, associations, windows: of any entity of ours, for each of theirs. */
function checkEntities(claiming: StatementView, own: StatementView, tally: Tally): void {
  const ours = entitiesOf(own);
  for (const claim of entitiesOf(claiming)) {
    const { name, path, title, port, asynchronous } = claim;
    const at = '/networking/configuration/localTitles';
    if (title !== undefined)
      tally.check(
        ours.some((each) => each.title === title),
        'AE title',
        `No entity has the AE title ${title} (${name}).`,
        at,
      );
    if (port !== undefined)
      tally.check(
        ours.some((each) => each.port === port),
        'port',
        `No entity listens on port ${port} (${name}).`,
        at,
      );
    for (const side of ['initiation', 'acceptance'] as const) {
      const part = claim[side];
      if (part.state !== 'described' || part.value.associations === undefined) continue;
      const wanted = part.value.associations;
      const most = Math.max(
        0,
        ...ours.flatMap((each) => (each[side].state === 'described' ? (each[side].value.associations ?? 0) : [])),
      );
      const text = `${name}: ${wanted} associations at a time are claimed, ${most} are ${words[side]}.`;
      tally.check(most >= Math.min(wanted, practicallyUnlimited), 'limit', text, `${path}/${side}/associations`);
    }
    const window = asynchronous.acceptor;
    if (window !== undefined && window !== 1)
      tally.check(
        ours.some((each) => each.asynchronous.acceptor === 0 || (each.asynchronous.acceptor ?? 1) >= (window || 1e9)),
        'limit',
        `${name}: ${window || 'any number of'} outstanding operations are claimed.`,
        `${path}/asynchronous`,
      );
    checkLengths(claim, claiming, own, tally);
  }
}

function checkLengths(claim: EntityView, claiming: StatementView, own: StatementView, tally: Tally): void {
  for (const name of ['pduReceived', 'objectSize'] as const) {
    const wanted = parameterOf(claiming, claim.id, parameterNames[name]);
    if (!wanted || !Number.isFinite(wanted.value)) continue;
    const given = entitiesOf(own).map(({ id }) => parameterOf(own, id, parameterNames[name])?.value ?? 0);
    const what = name === 'pduReceived' ? 'PDUs' : 'objects';
    tally.check(
      given.some((value) => value === 0 || value >= wanted.value),
      'limit',
      `${claim.name}: ${what} of ${wanted.value} bytes are claimed.`,
      wanted.path,
    );
  }
}

function checkProfile(claim: ProfileFact, own: readonly ProfileFact[], tally: Tally): void {
  const found = own.find(({ name }) => name === claim.name);
  if (!tally.check(found !== undefined, 'media', `No media of ${claim.name}.`, claim.path)) return;
  for (const role of claim.roles)
    tally.check(found?.roles.includes(role) ?? false, 'media', `${claim.name}: not as ${role}.`, claim.path);
  for (const { uid, path } of claim.sopClasses)
    tally.check(
      found?.sopClasses.some((each) => each.uid === uid) ?? false,
      'media',
      `${claim.name}: no ${names([uid])}.`,
      path,
    );
}

function checkRest(claiming: StatementView, own: StatementView, tally: Tally): void {
  const terms = (view: StatementView): readonly string[] =>
    view.characterSets.state === 'described' ? view.characterSets.value.sets.flatMap((set) => set.terms) : [];
  const ours = new Set(terms(own));
  for (const term of new Set(terms(claiming)))
    tally.check(ours.has(term), 'character set', `${term} is not supported.`, '/characterSets/supported');
  if (claiming.media.state === 'described')
    for (const profile of claiming.media.value)
      checkProfile(profile, own.media.state === 'described' ? own.media.value : [], tally);
  if (claiming.security.state === 'described')
    for (const { profile, path } of claiming.security.value.profiles)
      tally.check(
        own.security.state === 'described' && own.security.value.profiles.some((each) => each.profile === profile),
        'security',
        `The security profile ${profile} is not supported.`,
        path,
      );
}

/**
 * Which claims of one statement another does not meet. What the claiming statement leaves open is no claim; what the
 * other leaves open is not met. Takes any JSON values and does not throw.
 */
export function unmetClaims(underTest: unknown, claiming: unknown): ClaimsReport {
  const [own, theirs] = [readView(underTest), readView(claiming)];
  const tally = new Tally();
  checkContexts(theirs, own, tally);
  checkEntities(theirs, own, tally);
  checkRest(theirs, own, tally);
  return {
    format: 'concord-claims-1',
    underTest: own.label,
    claimedBy: theirs.label,
    claims: tally.claims,
    unmet: tally.unmet,
  };
}
