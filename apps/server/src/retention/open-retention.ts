// Keeps the archive within its limits: what is too old is rejected, what was rejected long ago is deleted, and a quota is held.
import type { Log } from '@concord/network';
import type { Archive } from '../archive/archive.ts';
import { bytesAside } from '../archive/conflicts.ts';
import { type Database, sql } from '../database/database.ts';
import type { Configuration } from '../settings/settings.ts';
import type { BelievedNow } from './believed-clock.ts';
import { type Candidate, expired, type Keeping, keepingOf, oldest, rejectedBefore } from './candidates.ts';
import { removeTemporary } from './temporary.ts';

export interface RetentionParts {
  readonly database: Database;
  readonly archive: Pick<Archive, 'reject' | 'purge' | 'watch'>;
  readonly settings: Pick<Configuration, 'retention' | 'purgeAfter' | 'quota' | 'quotaPolicy' | 'temporaryTime'>;
  readonly now: () => Date;
  /** The time by which things are old; undefined while the clock is in doubt and nothing may go by its age. */
  readonly believedNow: BelievedNow;
  readonly log: Log;
  /** Between two looks, in ms. */
  readonly everyMs?: number;
}

/** What a round did. */
export interface Round {
  /** Objects deleted that were kept for a while only. */
  readonly removed: number;
  /** Studies that retention rules rejected. */
  readonly rejected: number;
  /** Studies whose rejected instances were deleted for good. */
  readonly purged: number;
  /** Studies deleted to hold the quota. */
  readonly recycled: number;
}

/** Studies that a rule would take, the oldest first: as many as one round takes. */
export interface RulePreview {
  readonly rule: string;
  readonly studies: readonly Candidate[];
}

export interface Retention {
  /** Whether another object may be taken in. */
  hasRoom(): boolean;
  /** One round now; rounds never overlap. */
  round(): Promise<Round>;
  /** What a round would take, without taking it: by the name of each rule. */
  preview(): Promise<readonly RulePreview[]>;
  /** What keeps a study from going; undefined where it is not here. */
  keepingOf(studyInstanceUid: string): Promise<Keeping | undefined>;
  close(): Promise<void>;
}

const gibibyte = 2 ** 30;
/** A quota that is reached is freed down to this part of it, so that not every object costs a study. */
const freedTo = 0.95;
/** Between two counts of what is stored, in ms. */
const countedEvery = 5000;
/** Each looks at every study: it takes no more than this part of the time, however many there are. */
const countingShare = 0.05;
/** Studies in one statement's answer, and rejected studies of one round at most. */
const atOnce = 200;
const mostInRound = 2000;

/** What nobody decided about: what was committed meanwhile stays. */
const byItself = { byItself: true } as const;

const usedNow = async (database: Database): Promise<number> => {
  const [row] = await database.all<{ bytes: number }>(sql`
    select (select coalesce(sum(bytes), 0) from study)
      + (select coalesce(sum(size), 0) from rejected) + ${bytesAside} as bytes`);
  return row?.bytes ?? 0;
};

export async function openRetention(parts: RetentionParts): Promise<Retention> {
  const { database, settings, log, now, everyMs = 60_000 } = parts;
  const quota = settings.quota * gibibyte;
  let used = quota === 0 ? 0 : await usedNow(database);
  /** The last round freed nothing although the quota was used up: whatever is here has to stay. */
  let stuck = false;
  const stop = new AbortController();
  let counted = performance.now();
  let pause = countedEvery;
  /** While objects come in; what comes in between two counts may pass the quota by that much. */
  const count = () => {
    const begun = performance.now();
    counted = Number.POSITIVE_INFINITY;
    const ended = () => {
      counted = performance.now();
      pause = Math.max(countedEvery, (counted - begun) / countingShare);
    };
    usedNow(database)
      .finally(ended)
      .then(
        (bytes) => {
          used = bytes;
          if (used >= quota && settings.quotaPolicy === 'oldest first') void round().catch(() => undefined);
        },
        (error: unknown) => log.warn({ err: error }, 'what is stored could not be counted'),
      );
  };
  let running: Promise<unknown> = Promise.resolve();

  const round = (): Promise<Round> => {
    const turn = running.then(async () => {
      const done = { ...(await goByAge(parts, stop.signal)), recycled: 0 };
      if (quota === 0) return done;
      used = await usedNow(database);
      if (settings.quotaPolicy !== 'oldest first' || used < quota) {
        stuck = false;
        return done;
      }
      const recycled = await recycle(parts, quota * freedTo, stop.signal);
      used = await usedNow(database);
      stuck = used >= quota;
      return { ...done, recycled };
    });
    running = turn.catch((error: unknown) => log.error({ err: error }, 'a round of retention failed'));
    return turn;
  };
  const timer = setInterval(() => void round().catch(() => undefined), everyMs);
  timer.unref();
  return {
    hasRoom() {
      if (quota === 0) return true;
      if (performance.now() - counted > pause) count();
      return used < quota || (settings.quotaPolicy === 'oldest first' && !stuck);
    },
    round,
    preview: () =>
      Promise.all(
        settings.retention.map(async (rule) => ({
          rule: rule.name,
          studies: await expired(database, rule, now(), mostInRound),
        })),
      ),
    keepingOf: (studyInstanceUid) => keepingOf(database, studyInstanceUid),
    async close() {
      stop.abort();
      clearInterval(timer);
      await running;
    },
  };
}

/** All by one moment: the clock may be set anew while a round is under way. */
async function goByAge(parts: RetentionParts, signal: AbortSignal): Promise<Omit<Round, 'recycled'>> {
  const moment = await parts.believedNow();
  if (!moment) return { removed: 0, rejected: 0, purged: 0 };
  const held = { ...parts, now: () => moment };
  const removed = await removeTemporary(held, signal);
  const rejected = await rejectExpired(held, signal);
  return { removed, rejected, purged: await purgeOld(held) };
}

async function rejectExpired(
  { database, archive, settings, now }: RetentionParts,
  signal: AbortSignal,
): Promise<number> {
  let rejected = 0;
  for (const rule of settings.retention)
    while (!signal.aborted && rejected < mostInRound) {
      const found = await expired(database, rule, now(), atOnce);
      for (const { studyInstanceUid } of found) {
        const note = { by: `retention rule ${rule.name}`, reason: `older than ${rule.olderThan} days by ${rule.by}` };
        if ((await archive.reject({ studyInstanceUid }, note, byItself)) > 0) rejected += 1;
      }
      if (found.length < atOnce) break;
    }
  return rejected;
}

const day = 86_400_000; // ms

async function purgeOld({ database, archive, settings, now }: RetentionParts): Promise<number> {
  if (settings.purgeAfter === 0) return 0;
  const moment = new Date(now().getTime() - settings.purgeAfter * day).toISOString();
  const studies = await rejectedBefore(database, moment, mostInRound);
  const note = { by: 'purgeAfter', reason: `rejected more than ${settings.purgeAfter} days ago` };
  for (const study of studies) await archive.purge(study, note, { rejectedBefore: moment });
  return studies.length;
}

/** The studies that came first go, until no more bytes than that are used. What other servers take out meanwhile counts too. */
async function recycle(parts: RetentionParts, wanted: number, signal: AbortSignal): Promise<number> {
  const { database, archive, log } = parts;
  let recycled = 0;
  while (!signal.aborted) {
    const found = await oldest(database, atOnce);
    // Behind the list: what went since is not counted twice.
    let left = (await usedNow(database)) - wanted;
    const before = left;
    for (const { studyInstanceUid, bytes, beside } of found) {
      if (left <= 0) break;
      const note = { by: 'quota', reason: 'the oldest study makes room' };
      const deleted = await archive.reject({ studyInstanceUid }, note, { ...byItself, forGood: true });
      if (deleted === 0 && (await isThere(database, studyInstanceUid))) continue;
      left -= bytes + beside;
      if (deleted === 0) continue;
      // What was taken out of it before goes with it.
      await archive.purge(studyInstanceUid, note);
      recycled += 1;
    }
    if (left <= 0) break;
    if (left === before) {
      log.warn({ wanted, left }, 'the quota is used up, and no study may go');
      break;
    }
  }
  return recycled;
}

const isThere = async (database: RetentionParts['database'], study: string): Promise<boolean> =>
  (await database.all(sql`select 1 as one from study where study_instance_uid = ${study}`)).length > 0;
