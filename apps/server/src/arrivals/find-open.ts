// Finds studies about which something is still to be decided: those of an earlier run, and those that a node left when it died.
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@concord/network';
import type { Database } from '../database/database.ts';
import { openStudies } from './arrival-rows.ts';

export interface FindingParts {
  readonly database: Pick<Database, 'all'>;
  /** Somebody here looks after it already. */
  readonly isHere: (studyInstanceUid: string) => boolean;
  readonly take: (studyInstanceUid: string) => void;
  /** Whether more of them may be held now: after an import there may be a million. */
  readonly hasRoom: () => boolean;
  /** Between two looks, in ms: longer than whoever received a study takes to decide about it. */
  readonly everyMs: number;
  readonly log: Log;
}

/** Studies that are remembered from one look to the next. */
const mostRemembered = 10_000;
const roomEveryMs = 250;

/** Begins with all that are open; later those are taken to which nothing came from one look to the next. */
export function findOpenStudies(parts: FindingParts) {
  const closing = new AbortController();
  const { signal } = closing;
  const finding = (async () => {
    for (let before: ReadonlyMap<string, number> | undefined; !signal.aborted; ) {
      before = await look(parts, before, signal).catch((error: unknown) => {
        parts.log.error({ err: error }, 'studies that were under way could not be found again');
        return before;
      });
      await pause(parts.everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  })();
  return {
    async close() {
      closing.abort();
      await finding;
    },
  };
}

/** Those that were not taken, with their number of objects. */
async function look(
  { database, isHere, take, hasRoom }: FindingParts,
  before: ReadonlyMap<string, number> | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const left = new Map<string, number>();
  for await (const page of openStudies(database)) {
    for (const { studyInstanceUid, count } of page) {
      if (isHere(studyInstanceUid)) continue;
      if (before === undefined || before.get(studyInstanceUid) === count) take(studyInstanceUid);
      else if (left.size < mostRemembered) left.set(studyInstanceUid, count);
    }
    while (!hasRoom() && !signal.aborted) await pause(roomEveryMs);
    if (signal.aborted) break;
  }
  return left;
}
