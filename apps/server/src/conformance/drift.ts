// Where the running system contradicts its statement: each association is compared with it when it has ended. PS3.2 6
import type { ContentFault, CreatedObject } from '@concord/conformance';
import { type DataSet, describeUid } from '@concord/dicom';
import { type AssociationRecord, formatCode, type Log } from '@concord/network';
import { type Stated, type StatedEntity, statedEntityOf } from './stated-behaviour.ts';

/** One kind of contradiction, however often it was seen. */
export interface Drift {
  readonly kind: 'undeclared status' | 'undeclared context' | 'exceeded limit' | ContentFault['kind'];
  /** Called AE title; of an object that was made, its SOP Class. */
  readonly entity: string;
  readonly observed: string;
  readonly stated: string;
  /** Id of the association in which it was seen first; '' for an object that was made. */
  readonly association: string;
  /** ISO 8601. */
  readonly firstAt: string;
  readonly lastAt: string;
  /** Associations or objects in which it was seen. */
  readonly times: number;
}

export interface DriftWatch {
  /** Called when an association that a peer opened has ended; never throws. */
  see(record: AssociationRecord): void;
  /** Called when an object was made; never throws. Its attributes may be those of the one that it was made from. */
  made(object: DataSet, source?: DataSet): void;
  /** Since the start of the server, the newest first. */
  list(): readonly Drift[];
}

export type Contradiction = Pick<Drift, 'kind' | 'observed' | 'stated'>;

/** What an object has beside, or lacks of, the tables; given, because telling it takes what statements are made of. */
export type ContentCheck = (
  tables: readonly CreatedObject[],
  object: DataSet,
  source: DataSet | undefined,
) => readonly Contradiction[];

/** Where and when a contradiction was seen. */
type Occasion = Pick<Drift, 'entity' | 'association'> & { readonly at: number };

const occasionOf = ({ calledAeTitle, id, startedAt, milliseconds }: AssociationRecord): Occasion => ({
  entity: calledAeTitle,
  association: id,
  at: startedAt + milliseconds,
});

/** Kinds that are kept; further ones are neither kept nor logged. */
export const mostKinds = 200;
/** Associations that are remembered to count how many there were at a time: higher limits are not watched. */
const mostRemembered = 1000;

const someOf = (values: ReadonlySet<string>): string => [...values].sort().join(', ') || 'none';

function contextsAgainst({ contexts }: AssociationRecord, stated: StatedEntity): Contradiction[] {
  return contexts.flatMap(({ abstractSyntax, transferSyntax, result }) => {
    if (result !== 0 || transferSyntax === undefined) return [];
    const named = stated.contexts.get(abstractSyntax);
    const unnamed = describeUid(abstractSyntax) === undefined ? stated.unnamed : undefined;
    if ((named ?? unnamed)?.has(transferSyntax)) return [];
    const observed = `${abstractSyntax} accepted with ${transferSyntax}`;
    return [{ kind: 'undeclared context', observed, stated: named ? someOf(named) : 'not this SOP Class' }];
  });
}

/** PS3.7 Annex C. Refusing what the statement does not offer contradicts nothing; carrying it out does. */
const refusals: ReadonlySet<number> = new Set([0x0118, 0x0122, 0x0210, 0x0211, 0x0212]);

function statusesAgainst({ operations }: AssociationRecord, stated: StatedEntity): Contradiction[] {
  const seen = new Set<string>();
  return operations.flatMap(({ by, operation, sopClassUid, status }): Contradiction[] => {
    if (by !== 'peer') return [];
    const ofClass = stated.statuses.get(`${operation} ${sopClassUid}`);
    // What no table names is the peer's word, and there is no end of them: they are one kind together.
    const observed = `${operation}${ofClass ? ` of ${sopClassUid}` : ''} answered with ${formatCode(status)}`;
    if (seen.has(observed)) return [];
    seen.add(observed);
    const codes = ofClass ?? stated.statuses.get(operation);
    if (codes ? codes.has(formatCode(status)) : refusals.has(status)) return [];
    return [{ kind: 'undeclared status', observed, stated: codes ? someOf(codes) : 'not this operation' }];
  });
}

interface Span {
  readonly from: number;
  readonly until: number;
}

/** The most of these that were there at one moment. One that begins when another ends is not beside it. */
function mostAtOnce(spans: readonly Span[]): number {
  const moments = spans
    .flatMap(({ from, until }) => [[from, 1] as const, [until, -1] as const])
    .sort(([at, step], [otherAt, otherStep]) => at - otherAt || step - otherStep);
  let [now, most] = [0, 0];
  for (const [, step] of moments) {
    now += step;
    most = Math.max(most, now);
  }
  return most;
}

/** Counts long associations of one entity at a time, as each ends. */
function crowdCounter(limit: number, margin: number): (record: AssociationRecord) => number {
  const remembered: Span[] = [];
  return ({ startedAt, milliseconds }) => {
    const span = { from: startedAt + margin, until: startedAt + milliseconds - margin };
    if (span.until <= span.from) return 0;
    remembered.push(span);
    if (remembered.length > Math.min(mostRemembered, limit * 4)) remembered.shift();
    const beside = remembered.filter(({ from, until }) => from < span.until && until > span.from);
    return beside.length > limit ? mostAtOnce(beside) : 0;
  };
}

export interface DriftParts {
  readonly stated: Stated;
  readonly contents: ContentCheck;
  readonly log: Log;
  /**
   * In ms. A record is of a connection, which may be there so long before its association and after it: shorter
   * associations are not counted, so that no alarm is false.
   */
  readonly margin: number;
}

export function createDriftWatch({ stated, contents, log, margin }: DriftParts): DriftWatch {
  const kinds = new Map<string, Drift>();
  const counters = new Map<StatedEntity, (record: AssociationRecord) => number>();
  const crowd = (record: AssociationRecord, entity: StatedEntity): Contradiction[] => {
    const limit = entity.associations;
    if (limit === undefined || limit >= mostRemembered) return [];
    const count = counters.get(entity) ?? crowdCounter(limit, margin);
    counters.set(entity, count);
    if (count(record) <= limit) return [];
    return [{ kind: 'exceeded limit', observed: 'more associations at a time', stated: `${limit} associations` }];
  };
  const note = (occasion: Occasion, { kind, observed, stated }: Contradiction): void => {
    const { entity, association } = occasion;
    const key = `${entity} ${kind} ${observed}`;
    const at = new Date(occasion.at).toISOString();
    const before = kinds.get(key);
    if (before) return void kinds.set(key, { ...before, lastAt: at, times: before.times + 1 });
    if (kinds.size >= mostKinds) return;
    const drift = { kind, entity, observed, stated, association, firstAt: at, lastAt: at, times: 1 };
    kinds.set(key, drift);
    log.warn({ drift, association }, `contradicts the conformance statement: ${kind}: ${observed}`);
  };
  return {
    see(record) {
      if (record.requestor || record.end.kind === 'no association' || record.end.kind === 'rejected') return;
      try {
        const entity = statedEntityOf(stated, record.calledAeTitle);
        if (!entity) return;
        const found = [
          ...contextsAgainst(record, entity),
          ...statusesAgainst(record, entity),
          ...crowd(record, entity),
        ];
        for (const each of found) note(occasionOf(record), each);
      } catch (error) {
        log.error({ err: error, association: record.id }, 'an association could not be compared with the statement');
      }
    },
    made(object, source) {
      try {
        const occasion = { entity: object.string('SOPClassUID') ?? '', association: '', at: Date.now() };
        for (const each of contents(stated.objects, object, source)) note(occasion, each);
      } catch (error) {
        log.error({ err: error }, 'an object could not be compared with the statement');
      }
    },
    list: () => [...kinds.values()].reverse(),
  };
}
