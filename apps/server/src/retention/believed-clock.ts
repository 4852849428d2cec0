// Whether the clock may decide what is old: one that was set forward would make everything so, and what is deleted is gone.
import type { Log } from '@concord/network';
import type { Alerts } from '../alerts/open-alerts.ts';
import { type Database, sql } from '../database/database.ts';

export interface BelievedClockParts {
  readonly database: Pick<Database, 'all' | 'batch'>;
  readonly alerts: Pick<Alerts, 'raise' | 'isOpen'>;
  readonly now: () => Date;
  readonly log: Log;
  /** Milliseconds that go on whatever is done to the clock. Default `performance.now`. */
  readonly steady?: () => number;
}

/** That the clock may gain on the steady one while a server runs, in ms. */
export const mostGained = 3_600_000;
/** Between the last time a server believed the clock and a start, in ms: one that was off for longer asks first. */
export const mostOff = 30 * 86_400_000;

/** Between two notes that the clock was believed, by the steady clock, in ms. */
const notedEvery = 60_000;

/** The time by which things are old; undefined while the clock is in doubt, and nothing may go by its age. */
export type BelievedNow = () => Promise<Date | undefined>;

const about = { subject: 'clock', operation: 'clock', status: 'doubted' } as const;

/**
 * The present time, or undefined while nothing may go by its age: from a leap of the clock on until somebody has acknowledged the
 * alert about it, on every server of the index and after a restart too. What takes long uses the one moment, and does not ask the
 * clock again. The first start of an index has nothing to compare with.
 * @throws DatabaseError
 */
export function createBelievedClock({ database, alerts, now, log, ...parts }: BelievedClockParts): BelievedNow & {
  /** To be called every second or so: a clock that goes back and comes again between two questions is seen too. */
  readonly look: () => void;
} {
  const { steady = () => performance.now() } = parts;
  /** By how much the clock is before the steady one, at the least since it was believed. */
  let ahead = now().getTime() - steady();
  let hasCompared = false;
  let doubted = false;
  let notedAt = Number.NEGATIVE_INFINITY;
  const note = async (moment: Date) => {
    if (steady() - notedAt < notedEvery) return;
    await database.batch([believed(moment)]);
    notedAt = steady();
  };
  const look = () => {
    if (!doubted) ahead = Math.min(ahead, now().getTime() - steady());
  };
  const believedNow: BelievedNow = async () => {
    const moment = now();
    const apart = moment.getTime() - steady();
    if (await alerts.isOpen(about.subject)) {
      doubted = true;
      return undefined;
    }
    if (doubted) {
      log.warn({ now: moment.toISOString() }, 'the clock was confirmed: the rules about age are in force again');
      ahead = apart;
    } else {
      const detail = leap(apart - ahead) ?? (hasCompared ? undefined : await longOff(database, moment));
      if (detail !== undefined) {
        log.error({ now: moment.toISOString(), detail }, 'the clock is in doubt: nothing goes by its age');
        await alerts.raise({ ...about, detail });
        doubted = true;
        return undefined;
      }
      ahead = Math.min(ahead, apart);
    }
    await note(moment);
    hasCompared = true;
    doubted = false;
    return moment;
  };
  return Object.assign(believedNow, { look });
}

const until = 'nothing goes by its age until this is acknowledged; look at the clock first';

const leap = (gained: number): string | undefined =>
  gained > mostGained ? `the clock was set forward by ${hours(gained)}: ${until}` : undefined;

async function longOff(database: Pick<Database, 'all'>, moment: Date): Promise<string | undefined> {
  const [last] = await database.all<{ at: string }>(sql`select at from believed_clock where name = 'age'`);
  const off = last ? moment.getTime() - Date.parse(last.at) : 0;
  return off > mostOff ? `the clock is ${hours(off)} after the last run: ${until}` : undefined;
}

const hours = (ms: number): string => `${Math.round(ms / 3_600_000)} hours`;

const believed = (moment: Date) => sql`
  insert into believed_clock (name, at) values ('age', ${moment.toISOString()})
  on conflict (name) do update set at = excluded.at`;
