// Dates with their times as clocks of another zone show them. PS3.4 C.2.2.2.1.3, PS3.3 C.12.1.1.8.
import type { DataSet } from '../data-set.ts';
import { parseDate, parseOffset, parseTime, shiftMoment } from '../date-time.ts';

/** Dates whose times stand in an attribute of their own. PS3.4 C.2.2.2.5.3. */
export const dateTimePairs: ReadonlyMap<number, number> = new Map([
  [0x00080012, 0x00080013],
  [0x00080020, 0x00080030],
  [0x00080021, 0x00080031],
  [0x00080022, 0x00080032],
  [0x00080023, 0x00080033],
  [0x00100030, 0x00100032],
  [0x00400002, 0x00400003],
  [0x00400244, 0x00400245],
  [0x00400250, 0x00400251],
]);

/** A birth date is one of the calendar, wherever it is asked for. */
const patientBirthDate = 0x00100030;

const withoutBirthDates = () => new Map([...dateTimePairs].filter(([date]) => date !== patientBirthDate));

/** Those that a zone changes. Marked for bundlers: a page that matches nothing needs nothing of this file. */
export const zonedPairs: ReadonlyMap<number, number> = /* @__PURE__ */ withoutBirthDates();

const timezoneOffsetFromUtc = 0x00080201;

/** Offsets that there are, in minutes east of UTC. PS3.5 6.2 */
const westernmost = -720;
const easternmost = 840;

/** Minutes east of UTC of a Timezone Offset From UTC as the standard has it; undefined for anything else. PS3.3 C.12.1.1.8. */
export function timezoneOffset(text: string): number | undefined {
  const offset = parseOffset(text);
  if (offset === undefined || Number(text.trim().slice(3)) > 59) return undefined;
  return offset < westernmost || offset > easternmost ? undefined : offset;
}

/** What a data set says of its zone, in minutes east of UTC; undefined where it says nothing that can be used. */
export const zoneOf = (dataSet: DataSet): number | undefined =>
  timezoneOffset(dataSet.string(timezoneOffsetFromUtc) ?? '');

/** A time that is known to the hour needs its minutes in a zone that is half an hour off. */
function shownAs(shifted: string, time: string, minutes: number): string {
  const [whole = '', fraction] = time.split('.');
  const digits = whole.length === 2 && minutes % 60 !== 0 ? 4 : whole.length;
  return shifted.slice(8, 8 + digits) + (fraction === undefined ? '' : `.${fraction}`);
}

/**
 * A copy in which each time of day, and its date with it, is later by so many minutes. A date without a time, a birth date, and
 * date-times, which may have offsets of their own, stay; so do values that are no date or time.
 */
export function shiftTimes(dataSet: DataSet, minutes: number): DataSet {
  if (minutes === 0) return dataSet;
  const copy = dataSet.clone();
  for (const [dateTag, timeTag] of zonedPairs) {
    const time = (dataSet.string(timeTag) ?? '').trim().replaceAll(':', '');
    const [whole = ''] = time.split('.');
    if (!parseTime(time)) continue;
    const text = dataSet.string(dateTag) ?? '';
    const isWhole = parseDate(text)?.day !== undefined;
    const date = text.trim().replaceAll('.', '');
    // Without its date a time has no day to leave: any day will do.
    const moment = shiftMoment((isWhole ? date : '20000102') + whole.padEnd(6, '0'), minutes);
    copy.set(timeTag, shownAs(moment, time, minutes));
    if (isWhole) copy.set(dateTag, moment.slice(0, 8));
  }
  return copy;
}
