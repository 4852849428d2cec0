// Ranges of dates, times and both: `a-b`, `a-`, `-b`, or one value, which spans what its precision leaves open. PS3.4 C.2.2.2.5.
import {
  type DateValue,
  dateSpan,
  dateTimeSpan,
  parseDate,
  parseDateTime,
  parseTime,
  type Span,
  type TimeValue,
  timeSpan,
} from '../date-time.ts';

/** Bounds, both included, as text that sorts; undefined where the range is open. */
export interface Range {
  readonly from?: string;
  readonly to?: string;
}

/** Undefined for text without the shape of a value. */
type Spanning = (text: string) => Span | undefined;

const dateSpanOf: Spanning = (text) => {
  const value = parseDate(text);
  return value && dateSpan(value);
};

const timeSpanOf: Spanning = (text) => {
  const value = parseTime(text);
  return value && timeSpan(value);
};

/** Both sides of a hyphen; '' is an open side, a side that is no value spoils the range. */
function rangeBetween(first: string, last: string, spanOf: Spanning): Range | undefined {
  const [from, to] = [first.trim(), last.trim()];
  if (from === '' && to === '') return undefined;
  const [begins, ends] = [spanOf(from), spanOf(to)];
  if ((from !== '' && !begins) || (to !== '' && !ends)) return undefined;
  return { ...(begins && { from: begins.from }), ...(ends && { to: ends.to }) };
}

function parseRange(text: string, spanOf: Spanning): Range | undefined {
  const single = spanOf(text);
  if (single) return single;
  // The hyphen of an offset from UTC looks like that of a range: the one that leaves values on both sides counts.
  for (let at = text.indexOf('-'); at >= 0; at = text.indexOf('-', at + 1)) {
    const range = rangeBetween(text.slice(0, at), text.slice(at + 1), spanOf);
    if (range) return range;
  }
  return undefined;
}

/** A DA key as bounds YYYYMMDD. Undefined for what is neither a date nor a range of dates. */
export const parseDateRange = (text: string): Range | undefined => parseRange(text, dateSpanOf);

/** A TM key as bounds HHMMSS.FFFFFF. Undefined for what is neither a time nor a range of times. */
export const parseTimeRange = (text: string): Range | undefined => parseRange(text, timeSpanOf);

/**
 * A DT key as bounds YYYYMMDDHHMMSS.FFFFFF.
 * @param localOffset minutes east of UTC for values without an offset of their own
 */
export const parseDateTimeRange = (text: string, localOffset?: number): Range | undefined =>
  parseRange(text, (value) => {
    const parsed = parseDateTime(value);
    return parsed && dateTimeSpan(parsed, localOffset);
  });

/** Whether a day or a time of day can be what a range ends at: one that is behind the last is meant by many who ask for all of a month or a day. */
const isBound = ({ month = 1, day = 1 }: DateValue, time?: TimeValue): boolean => {
  const { hour = 0, minute = 0, second = 0 } = time ?? {};
  const isTime = (hour <= 23 && minute <= 59 && second <= 60) || (hour === 24 && minute === 0 && second === 0);
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && isTime;
};

const anyDay: DateValue = { year: 2000, month: undefined, day: undefined, doubts: [] };
const somewhere: Span = { from: '', to: '' };

/** Neither single values nor both ends of ranges, as far as one says whether they are possible. */
const isPossible = (text: string, isValue: (one: string) => boolean, isEnd: (one: string) => boolean): boolean =>
  isValue(text) || parseRange(text, (one) => (one !== text && isEnd(one) ? somewhere : undefined)) !== undefined;

/** Whether a DA key is a date of the calendar, or a range that ends at such, or at a 31st of any month: 20260201-20260231. */
export const isDateKey = (text: string): boolean =>
  isPossible(
    text,
    (one) => parseDate(one)?.doubts.includes('impossible') === false,
    (one) => {
      const value = parseDate(one);
      return value !== undefined && isBound(value);
    },
  );

/** Whether a TM key is a time of day, or a range that ends at such, or at 24 hours. */
export const isTimeKey = (text: string): boolean =>
  isPossible(
    text,
    (one) => parseTime(one)?.doubts.includes('impossible') === false,
    (one) => {
      const value = parseTime(one);
      return value !== undefined && isBound(anyDay, value);
    },
  );

/** The same for a DT key. */
export const isDateTimeKey = (text: string): boolean =>
  isPossible(
    text,
    (one) => parseDateTime(one)?.doubts.includes('impossible') === false,
    (one) => {
      const value = parseDateTime(one);
      return value !== undefined && isBound(value.date, value.time);
    },
  );

/** Whether a moment lies in the range; one that spans some time does so where any of it lies in the range. */
export const overlaps = (range: Range, { from, to }: Span): boolean =>
  (range.from === undefined || to >= range.from) && (range.to === undefined || from <= range.to);
