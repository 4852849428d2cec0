// Watches studies come in, and says when something new is there, when a series is complete and when the study is.
import type { Log } from '@concord/network';
import type { Archive } from '../archive/archive.ts';
import type { Database, Query } from '../database/database.ts';
import {
  type Arrived,
  arrivedOf,
  type Completion,
  closeStudy,
  completionRows,
  completionsOf,
  decisionAfter,
  decisionsOf,
  expectationsOf,
} from './arrival-rows.ts';
import { findOpenStudies } from './find-open.ts';
import { expectedOf, judge, seriesOf } from './judge.ts';
import { isBeingPerformed, missingCounts, recountMissing } from './named-instances.ts';
import { dueOf, newlyOpen, type Open } from './open-study.ts';

export const triggers = ['at once', 'series complete', 'study complete'] as const;
export type Trigger = (typeof triggers)[number];

/** Something to be decided about. */
export interface Arrival {
  readonly trigger: Trigger;
  readonly studyInstanceUid: string;
  /** Those it is about: the study's, the series', or what is new. */
  readonly instances: readonly Arrived[];
  /** With those: all of the study that is here, or that lies in series which are complete, as the trigger has it. */
  readonly ofStudy: readonly Arrived[];
}

/** What follows from an arrival: statements that are committed together with the note that it was dealt with. */
export type Follower = (arrival: Arrival) => Promise<readonly Query[]>;

export interface ArrivalParts {
  readonly archive: Pick<Archive, 'watch'>;
  readonly database: Database;
  readonly followers: readonly Follower[];
  /** Whether any of them does something at once. */
  readonly atOnce: () => boolean;
  /** Seconds without a further instance after which a study or series counts as complete. */
  readonly quietTime: number;
  /** After statements of followers were committed. */
  readonly committed: () => void;
  readonly now: () => Date;
  readonly log: Log;
  /** How long new instances of a study are gathered before followers hear of them, in ms. */
  readonly gatherMs?: number;
  /** How often studies are looked for that nobody looks after, in ms. */
  readonly findEveryMs?: number;
}

export interface Arrivals {
  /** Somebody said how many there are: looks whether that ends the wait. */
  reconsider(studyInstanceUid: string): void;
  close(): Promise<void>;
}

/** How far the clocks of reception and telling may be apart: instances are indexed some time after they were received. */
const overlapMs = 60_000;
const afterFailureMs = 5000;
/** At most one part in so many of the time goes into looks at one study. */
const looksCost = 20;
const lookEveryMs = 250;
/** Studies of an earlier run that are held at a time: after an import there may be a million. */
const mostFoundAgain = 10_000;

export function watchArrivals(parts: ArrivalParts): Arrivals {
  const { archive, database, log, gatherMs = 1000 } = parts;
  const quietTimeMs = parts.quietTime * 1000;
  const open = new Map<string, Open>();
  const entry = (study: string): Open => {
    const known = open.get(study);
    if (known) return known;
    const made = newlyOpen(gatherMs);
    open.set(study, made);
    return made;
  };
  const unwatch = archive.watch(({ studyInstanceUid, seriesInstanceUid }) => {
    const study = entry(studyInstanceUid);
    const now = performance.now();
    study.lastAt.set(seriesInstanceUid, now);
    study.settled.delete(seriesInstanceUid);
    study.freshAt = Math.min(study.freshAt, now + study.gatherMs);
    study.dueAt = Math.min(study.dueAt, study.freshAt, now + quietTimeMs);
  });
  const isNew = (study: Open): void => {
    study.freshAt = 0;
    study.dueAt = 0;
  };
  const finding = findOpenStudies({
    database,
    isHere: (uid) => open.has(uid),
    take: (uid) => isNew(entry(uid)),
    hasRoom: () => open.size < mostFoundAgain,
    everyMs: parts.findEveryMs ?? Math.max(60_000, 2000 * parts.quietTime),
    log,
  });

  let closing = false;
  let working: Promise<void> = Promise.resolve();
  let busy = false;
  const look = async (): Promise<void> => {
    for (const [uid, study] of open) {
      if (closing) return;
      if (performance.now() < Math.max(study.dueAt, study.notBefore)) continue;
      try {
        if (await decide(parts, uid, study)) open.delete(uid);
        study.dueAt = dueOf(study, quietTimeMs);
      } catch (error) {
        log.error(
          { err: error, study: uid },
          'what follows from a study that came in could not be decided; once more soon',
        );
        study.notBefore = performance.now() + afterFailureMs;
        // Where the index is gone all would fail: one tries in each look, behind those that have not failed yet.
        open.delete(uid);
        open.set(uid, study);
        return;
      }
    }
  };
  const timer = setInterval(() => {
    if (busy || open.size === 0) return;
    busy = true;
    working = look().finally(() => {
      busy = false;
    });
  }, lookEveryMs);
  return {
    reconsider(studyInstanceUid) {
      const study = open.get(studyInstanceUid);
      if (study) isNew(study);
    },
    async close() {
      closing = true;
      clearInterval(timer);
      unwatch();
      await finding.close();
      await working;
    },
  };
}

/** True when the study is complete and nothing came meanwhile. */
async function decide(parts: ArrivalParts, uid: string, study: Open): Promise<boolean> {
  const quietTimeMs = parts.quietTime * 1000;
  const now = performance.now();
  const fresh = study.freshAt <= now;
  // A study found again at the start has no times: its wait begins now.
  if (study.lastAt.size === 0) study.lastAt.set('', now);
  const isQuiet = (at: number): boolean => now - at >= quietTimeMs;
  const quiet = [...study.lastAt].some(([series, at]) => isQuiet(at) && !study.settled.has(series));
  if (!fresh && !quiet) return false;
  const seen = new Map(study.lastAt);
  study.freshAt = Number.POSITIVE_INFINITY;
  const startedAt = parts.now();
  try {
    const done = await decideNow(parts, uid, { study, seen, now });
    if (done === 'elsewhere') {
      study.freshAt = Math.min(study.freshAt, now);
      return false;
    }
    study.toldFrom = new Date(startedAt.getTime() - overlapMs).toISOString();
    study.gatherMs = Math.max(study.gatherMs, (performance.now() - now) * looksCost);
    for (const [series, at] of seen) if (isQuiet(at) && study.lastAt.get(series) === at) study.settled.add(series);
    return done && [...study.lastAt].every(([series, at]) => seen.get(series) === at);
  } catch (error) {
    study.freshAt = Math.min(study.freshAt, now);
    throw error;
  }
}

interface Look {
  readonly study: Open;
  /** `lastAt` when the look began; what other nodes received is added. */
  readonly seen: Map<string, number>;
  readonly now: number;
}

/** Whether the study is complete; `elsewhere`: another node decided about it meanwhile, so that it must be looked at again. */
async function decideNow(parts: ArrivalParts, uid: string, look: Look): Promise<boolean | 'elsewhere'> {
  const { study, seen, now } = look;
  const { database, quietTime } = parts;
  const waits = [...seen.values()].every((at) => now - at < quietTime * 1000);
  // Of most studies that come in nobody has said how many objects they have: one read, and no more until they are quiet.
  if (waits && !parts.atOnce() && (await expectationsOf(database, uid)).length === 0) return false;
  // First: whatever is read behind it is at least as new.
  const turn = { decisions: await decisionsOf(database, uid) };
  const [expectations, completions] = await Promise.all([expectationsOf(database, uid), completionsOf(database, uid)]);
  const arrived = await arrivedOf(database, uid);
  if (arrived.length === 0) return true;
  noteOtherNodes(parts, look, arrived);
  const judged = new Map(completions.map((each) => [each.seriesInstanceUid, each.count]));
  const isSaid = expectations.length > 0;
  const missing = isSaid ? await missingCounts(database, uid) : () => 0;
  const inProgress = isSaid && (await isBeingPerformed(database, uid));
  const verdict = (series: string, instances: readonly Arrived[], lastAt: number): string | undefined => {
    if (judged.get(series) === instances.length) return undefined;
    return judge({
      count: instances.length,
      expectations: expectedOf(expectations, series),
      missing: missing(series),
      inProgress: inProgress && series === '',
      judgedCount: judged.get(series),
      quietMs: now - lastAt,
      quietTimeMs: quietTime * 1000,
    });
  };
  const completedAt = parts.now().toISOString();
  const completionOf = (series: string, { length: count }: readonly Arrived[], evidence: string): Completion => ({
    ...{ seriesInstanceUid: series, count, completedAt, evidence, missing: missing(series) },
  });
  const later: Query[] = [];
  const follow = (arrival: Omit<Arrival, 'studyInstanceUid'>, completion?: Completion) =>
    commit(parts, { ...arrival, studyInstanceUid: uid }, { completion, turn, later });
  // What comes after the clock was set back is older than what was told before.
  const wasSetBack = parts.now().getTime() < Date.parse(study.toldFrom) + overlapMs;
  const news = arrived.filter(({ receivedAt }) => wasSetBack || receivedAt >= study.toldFrom);
  if (news.length > 0 && !(await follow({ trigger: 'at once', instances: news, ofStudy: arrived }))) return 'elsewhere';
  const before = seen.get('') ?? 0;
  const inSeries = [...seriesOf(arrived)].map(([series, instances]) => {
    return { series, instances, evidence: verdict(series, instances, seen.get(series) ?? before) };
  });
  const isComplete = ({ series, instances, evidence }: (typeof inSeries)[number]): boolean =>
    evidence !== undefined || judged.get(series) === instances.length;
  const ofStudy = inSeries.filter(isComplete).flatMap(({ instances }) => instances);
  for (const { series, instances, evidence } of inSeries) {
    if (evidence === undefined) continue;
    const completion = completionOf(series, instances, evidence);
    if (!(await follow({ trigger: 'series complete', instances, ofStudy }, completion))) return 'elsewhere';
  }
  const evidence = verdict('', arrived, Math.max(...seen.values()));
  if (evidence !== undefined) {
    // What the index got long after it was received was no news in any look.
    if (!(await follow({ trigger: 'at once', instances: arrived, ofStudy: arrived }))) return 'elsewhere';
    const completion = completionOf('', arrived, evidence);
    const all = { instances: arrived, ofStudy: arrived };
    if (!(await follow({ trigger: 'study complete', ...all }, completion))) return 'elsewhere';
  }
  const isKnown = evidence === undefined && judged.get('') === arrived.length;
  // An object went and came again: as many as were decided about.
  if (isKnown) later.push(closeStudy(uid, arrived.length), ...(isSaid ? [recountMissing(uid)] : []));
  // What a power failure takes of notes that nothing follows from is decided once more.
  if (later.length > 0) await database.batch(later, { durable: false });
  return isKnown || evidence !== undefined;
}

/** Instances that other nodes received prolong the wait as if they had come here; a clock that was set anew does not. */
function noteOtherNodes(
  { quietTime, now: clock }: ArrivalParts,
  { study, seen, now }: Look,
  arrived: readonly Arrived[],
) {
  for (const [series, instances] of seriesOf(arrived)) {
    const newest = Math.max(...instances.map(({ receivedAt }) => Date.parse(receivedAt)));
    const ago = clock().getTime() - newest;
    const known = study.lastAt.get(series) ?? Number.NEGATIVE_INFINITY;
    if (ago < 0 || ago >= quietTime * 1000 || now - ago <= known) continue;
    study.lastAt.set(series, now - ago);
    study.settled.delete(series);
    seen.set(series, now - ago);
  }
}

interface Note {
  readonly completion: Completion | undefined;
  /** How often something was decided about the study, as far as this look knows. */
  readonly turn: { decisions: number };
  /** Notes of what nobody wants anything to follow from: all of a study's go in one commit. */
  readonly later: Query[];
}

/**
 * What the followers want and the note that it was decided are one transaction: a crash repeats all of it or nothing. False where
 * another node decided something about the study since the look began: what followers knew of it is old.
 */
async function commit(parts: ArrivalParts, arrival: Arrival, { completion, turn, later }: Note): Promise<boolean> {
  const wanted = (await Promise.all(parts.followers.map((follow) => follow(arrival)))).flat();
  const notes = completion ? completionRows(arrival.studyInstanceUid, completion) : [];
  if (wanted.length === 0) {
    later.push(...notes);
    return true;
  }
  const decided = await parts.database.transaction(async (within) => {
    const [mine] = await within.all(decisionAfter(arrival.studyInstanceUid, turn.decisions));
    if (mine) for (const query of [...wanted, ...notes]) await within.all(query);
    return mine !== undefined;
  });
  if (!decided) return false;
  turn.decisions += 1;
  parts.committed();
  return true;
}
