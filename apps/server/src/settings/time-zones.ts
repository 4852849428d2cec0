// The zone that dates and times are in where an object does not name one. PS3.3 C.12.1.1.8.
import { timezoneOffset } from '@concord/dicom';
import { BadValue, type Setting } from './kinds.ts';

/** Minutes east of UTC at a moment of a zone's own clocks. */
export interface Zone {
  /** Of a date YYYYMMDD and a time HH, HHMM or HHMMSS; without a date, of now. */
  offsetAt(date: string, time: string): number;
}

/** That of the machine. */
const ofTheMachine = 'system';

const clockOf = (name: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', {
    ...(name !== ofTheMachine && { timeZone: name }),
    hour: 'numeric',
    timeZoneName: 'longOffset',
  });

function isZone(name: string): boolean {
  if (timezoneOffset(name) !== undefined) return true;
  // An offset that there is not would be taken by Intl all the same.
  if (/^[+-]/.test(name)) return false;
  try {
    clockOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** A name of the IANA database, an offset from UTC as the standard writes it, or `system`. */
export const timeZone = (setting: { readonly default: string; readonly text: string }): Setting<string> => ({
  ...setting,
  kind: 'time zone',
  range: `a name such as Europe/Berlin, an offset such as +0100, or system; default ${setting.default}`,
  read(value) {
    if (typeof value !== 'string' || !isZone(value))
      throw new BadValue(`must be a time zone such as Europe/Berlin or +0100, or system, not ${JSON.stringify(value)}`);
    return value;
  },
});

/** @param now milliseconds since 1970 */
export function createZone(name: string, now: () => number): Zone {
  const fixed = timezoneOffset(name);
  if (fixed !== undefined) return { offsetAt: () => fixed };
  const clock = clockOf(name);
  const offsetOf = (instant: number): number => {
    const { value = '' } = clock.formatToParts(instant).find(({ type }) => type === 'timeZoneName') ?? {};
    return timezoneOffset(value.slice(3, 9).replace(':', '')) ?? 0;
  };
  return {
    offsetAt(date, time) {
      const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(date) ?? [];
      if (year === undefined) return offsetOf(now());
      const part = (from: number): number => Number(time.slice(from, from + 2) || 0) || 0;
      const shown = Date.UTC(Number(year), Number(month) - 1, Number(day), part(0), part(2), part(4));
      // The clocks show the instant that is earlier by their offset; the first guess tells it near enough.
      return offsetOf(shown - offsetOf(shown) * 60_000);
    },
  };
}
