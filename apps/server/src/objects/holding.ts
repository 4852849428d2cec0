// One server at a time has what a copy of its data folder would have too: it says that it is at work, again and again, where both look.
import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** What a server says of itself. */
export interface Holder {
  /** Machine, since it was started, and folder: only one server at a time can be there, since it locks the folder. */
  readonly where: string;
  /** Of this run of the server. */
  readonly run: string;
  /** How often it has said so. */
  readonly beat: number;
}

/** Where it is said. */
export interface HolderPlace {
  read(): Promise<Holder | undefined>;
  /** Only where nobody is there; else false. */
  begin(holder: Holder): Promise<boolean>;
  write(holder: Holder): Promise<void>;
  remove(): Promise<void>;
}

export interface HoldTimes {
  /** Between two words, in ms. */
  readonly beatMs: number;
  /** Whoever has said nothing for so long is believed to be gone, in ms. */
  readonly staleMs: number;
  /** Whoever could say nothing for so long puts nothing any more, in ms: before others believe that it is gone. */
  readonly heldMs: number;
}

const usualTimes: HoldTimes = { beatMs: 8000, staleMs: 45_000, heldMs: 40_000 };
/** After a word that failed the next one comes sooner, in ms. */
const soonMs = 1000;

export interface HoldParts {
  readonly place: HolderPlace;
  readonly where: string;
  /** Another server has taken the place: heard once. */
  readonly lost: () => void;
  /** After the first word, and before each that follows. Where it throws at first, nothing is held. */
  readonly before?: () => Promise<void>;
  readonly times?: HoldTimes;
  /** Milliseconds that go on whatever is done to the clock. Default `performance.now`. */
  readonly steady?: () => number;
}

export interface Hold {
  /** False: another server may be at work; nothing is to be put or removed. */
  isHeld(): boolean;
  close(): Promise<void>;
}

/** Names the folder on this machine as it runs: another after each boot, and for each copy. Throws what the file system throws. */
export async function whereOf(folder: string): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => hostname());
  const { dev, ino } = await stat(folder, { bigint: true });
  return `${boot.trim().replaceAll(/\s/g, '')}/${dev}/${ino}`;
}

/** Undefined while another server is at work. After one that ended without a word this takes up to `staleMs`. Throws what the place throws. */
export async function takeHold(parts: HoldParts): Promise<Hold | undefined> {
  const { place, where, times = usualTimes, steady = () => performance.now(), before = async () => undefined } = parts;
  const run = randomUUID();
  let beat = 0;
  const begun = await begin({ ...parts, times, steady }, { where, run, beat });
  if (begun === undefined) return undefined;
  let saidAt = begun;
  const release = async () => {
    const found = await place.read();
    if (found?.run === run) await place.remove();
  };
  await before().catch(async (error: unknown) => {
    await release().catch(() => undefined);
    throw error;
  });
  let isLost = false;
  let closed = false;
  const say = async () => {
    const at = steady();
    const found = await place.read();
    if (found?.run !== run) {
      isLost = true;
      parts.lost();
      return;
    }
    await before();
    beat += 1;
    await place.write({ where, run, beat });
    saidAt = at;
  };
  let timer: NodeJS.Timeout;
  let running: Promise<void> = Promise.resolve();
  const wait = (ms: number) => {
    timer = setTimeout(() => {
      running = say().then(
        () => {
          if (!isLost && !closed) wait(times.beatMs);
        },
        () => {
          if (!closed) wait(Math.min(soonMs, times.beatMs));
        },
      );
    }, ms);
    timer.unref();
  };
  wait(times.beatMs);
  return {
    isHeld: () => !isLost && steady() - saidAt < times.heldMs,
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
      // Where it cannot be said, the next start on this machine knows the folder, and any other waits.
      if (!isLost) await release().catch(() => undefined);
    },
  };
}

/** When it said its first word; undefined while another server is at work. */
async function begin(
  { place, where, times, steady }: Pick<HoldParts, 'place' | 'where'> & Required<Pick<HoldParts, 'times' | 'steady'>>,
  own: Holder,
): Promise<number | undefined> {
  let at = steady();
  if (await place.begin(own)) return at;
  const found = await place.read();
  if (found && found.where !== where && !(await isSilent(place, found, times))) return undefined;
  at = steady();
  // Nobody, or one that is gone: of those who find that at once the last has it.
  if (found === undefined || (await place.read())?.run !== found.run) return (await place.begin(own)) ? at : undefined;
  await place.write(own);
  return (await place.read())?.run === own.run ? at : undefined;
}

/** Watches for as long as it takes to believe that it is gone; true also where it ends in order meanwhile. */
async function isSilent(place: HolderPlace, first: Holder, { beatMs, staleMs }: HoldTimes): Promise<boolean> {
  for (let waited = 0; waited < staleMs; waited += beatMs / 2) {
    await pause(beatMs / 2);
    const now = await place.read();
    if (!now) return true;
    if (now.run !== first.run || now.beat !== first.beat) return false;
  }
  return true;
}
