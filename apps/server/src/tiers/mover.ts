// Moves objects that are old enough from the data folder to the second store. A crash at any step loses nothing: the copy is durable before
// the row says so, the row before the file goes, and what is half done stands in the index.

import type { Log } from '@concord/network';
import type { Database } from '../database/database.ts';
import { crc32 } from '../objects/crc32.ts';
import { StoreError } from '../objects/object-store.ts';
import type { TieredStore } from '../objects/tiered.ts';
import { createPace, type Pace, sideBySide } from '../verify/pace.ts';
import {
  type After,
  arriving,
  beginning,
  begun,
  countedArrivals,
  isInSecond,
  isWanted,
  type Movable,
  type Moving,
  movable,
  moved,
  movedBack,
  over,
  prepare,
} from './moving-rows.ts';

export interface MoverParts {
  readonly database: Database;
  readonly store: TieredStore;
  /** Objects that came longer ago move, in ms. */
  readonly after: number;
  /** 0: no limit. */
  readonly bytesPerSecond: number;
  readonly now: () => Date;
  readonly log: Log;
  /** Between two rounds, in ms. */
  readonly everyMs?: number;
  /** A file stays for so long after its object moved, in ms: somebody may be reading it. */
  readonly stayMs?: number;
}

export interface Round {
  readonly moved: number;
  /** Objects of this run whose files are not what was received: they stay. */
  readonly damaged: number;
  /** Files that went. */
  readonly removed: number;
}

export interface Mover {
  /** One round now; rounds never overlap. Throws StoreError and DatabaseError; what was moved until then is. */
  round(): Promise<Round>;
  close(): Promise<void>;
}

/** Objects whose rows change in one commit, and copies at a time. */
const atOnce = 100;
const lanes = 4;

export async function startMover(parts: MoverParts): Promise<Mover> {
  const { database, log, everyMs = 60_000 } = parts;
  await prepare(database);
  const stop = new AbortController();
  const pace = createPace(parts.bytesPerSecond, stop.signal);
  /** When each object of this run moved, by `performance.now`: files of those of earlier runs nobody reads. */
  const movedHere = new Map<number, number>();
  const damaged = new Set<number>();
  let running: Promise<unknown> = Promise.resolve();
  const round = (): Promise<Round> => {
    const turn = running.then(async () => {
      await discardBegun(parts);
      const sums = await moveOld(parts, { pace, signal: stop.signal, movedHere, damaged });
      return { ...sums, removed: await removeFiles(parts, movedHere, stop.signal) };
    });
    running = turn.catch((error: unknown) => {
      if (!stop.signal.aborted)
        log.error({ err: error }, 'objects could not be moved to the second store; once more soon');
    });
    return turn;
  };
  const timer = setInterval(() => void round().catch(() => undefined), everyMs);
  void round().catch(() => undefined);
  return {
    round,
    async close() {
      stop.abort();
      clearInterval(timer);
      await running;
    },
  };
}

/** Copies that an interrupted round began are made anew, or are not wanted any more. */
async function discardBegun({ database, store }: MoverParts): Promise<void> {
  for (;;) {
    const rows = await begun(database, atOnce);
    if (rows.length === 0) return;
    await sideBySide(rows, lanes, ({ to }) => store.second.discard(to));
    await database.batch([over(rows.map(({ number }) => number))]);
  }
}

interface Going {
  readonly pace: Pace;
  readonly signal: AbortSignal;
  readonly movedHere: Map<number, number>;
  /** Objects whose files are not what was received: looked at once in a run. */
  readonly damaged: Set<number>;
}

async function moveOld(parts: MoverParts, going: Going): Promise<Omit<Round, 'removed'>> {
  const { database, now, after, log } = parts;
  const before = new Date(now().getTime() - after).toISOString();
  const sums = { moved: 0, damaged: 0 };
  for (let last: After = { receivedAt: '', number: -1 }; ; ) {
    going.signal.throwIfAborted();
    const objects = await movable(database, before, last, atOnce);
    const end = objects.at(-1);
    if (!end) break;
    last = end;
    sums.moved += await moveSome(
      parts,
      objects.filter(({ number }) => !going.damaged.has(number)),
      going,
    );
  }
  sums.damaged = going.damaged.size;
  if (sums.moved > 0) log.info(sums, 'objects were moved to the second store');
  return sums;
}

async function moveSome(parts: MoverParts, objects: readonly Movable[], going: Going): Promise<number> {
  const { database, store, log } = parts;
  const { pace, movedHere, damaged } = going;
  if (objects.length === 0) return 0;
  await database.batch([beginning(objects, store.second.keyOf)]);
  const whole: Movable[] = [];
  await sideBySide(objects, lanes, async (object) => {
    const outcome = await copy(object, store, pace);
    if (outcome === 'copied') whole.push(object);
    if (outcome === 'copied') return;
    damaged.add(object.number);
    log.error({ key: object.key, outcome }, 'an object is not moved: its file is not what was received');
  });
  if (whole.length === 0) return 0;
  const at = parts.now().toISOString();
  const numbers = whole.map(({ number }) => number);
  const steps = whole.flatMap((object) => arriving(object, store.second.keyOf(object.number), at));
  await database.batch([...steps, countedArrivals(numbers, at)]);
  for (const { number } of whole) movedHere.set(number, performance.now());
  return whole.length;
}

/** Durable when it is copied. Throws StoreError where one of the stores has trouble. */
async function copy(object: Movable, { files, second }: TieredStore, pace: Pace): Promise<string> {
  const { number, key, size, dataSetOffset, digest } = object;
  const writer = second.create(number);
  let crc = 0;
  let at = 0;
  try {
    for await (const chunk of files.read(key, { start: 0, end: size })) {
      await pace.take(chunk.length);
      crc = crc32(chunk.subarray(Math.min(chunk.length, Math.max(0, dataSetOffset - at))), crc);
      at += chunk.length;
      await writer.write(chunk);
    }
  } catch (error) {
    await writer.abandon();
    // Only what is wrong with this one file lets the others go on.
    if (error instanceof StoreError && (error.fault === 'not-there' || error.fault === 'cut-short'))
      return error.message;
    throw error;
  }
  const found = crc.toString(16).padStart(8, '0');
  if (found !== digest) {
    await writer.abandon();
    return `CRC-32 ${digest} is expected, it is ${found}`;
  }
  await writer.commit({ digest: crc, from: dataSetOffset, about: '' });
  writer.settle();
  return 'copied';
}

/** The last look before the file goes: where the copy is not there any more, or not whole, the file counts again. Throws StoreError. */
async function isLost({ database, store, log }: MoverParts, row: Moving): Promise<boolean> {
  if (!(await isInSecond(database, row))) return false;
  const size = await store.second.size(row.to);
  if (size === row.size) return false;
  await database.batch(movedBack(row));
  log.error(
    { key: row.to, size, expected: row.size },
    'the second store has lost what was moved there: the file stays',
  );
  return true;
}

/** Files go when nobody can be reading them any more; the row that remembers each goes last. */
async function removeFiles(parts: MoverParts, movedHere: Map<number, number>, signal: AbortSignal): Promise<number> {
  const { database, store, stayMs = 3_600_000 } = parts;
  let removed = 0;
  for (let after = -1; ; ) {
    signal.throwIfAborted();
    const rows = await moved(database, after, atOnce);
    after = rows.at(-1)?.number ?? after;
    const due = rows.filter(({ number }) => performance.now() - (movedHere.get(number) ?? -stayMs) >= stayMs);
    for (const row of due) {
      if (await isWanted(database, row)) continue;
      if (await isLost(parts, row)) continue;
      store.forward(row.from, row.to);
      if (await store.files.remove(row.from)) removed += 1;
    }
    if (due.length > 0) await database.batch([over(due.map(({ number }) => number))]);
    for (const { number } of due) movedHere.delete(number);
    if (rows.length < atOnce) return removed;
  }
}
