// Dates and times as values: DA, TM, DT with partial precision, offsets and the forms of ACR-NEMA. PS3.5 6.2.

/** What is odd about a date or time that could be read all the same. */
export const dateTimeDoubts = {
  'old-form': 'written as in ACR-NEMA: 1993.08.22 or 10:11:12',
  partial: 'a DA value needs year, month and day',
  impossible: 'no such day, or no such time of day',
  'leap-second': 'second 60',
  offset: 'offsets from UTC range from -1200 to +1400',
} as const;
/** A key of `dateTimeDoubts`: why a date or time is read only with reserve. */
export type DateTimeDoubt = keyof typeof dateTimeDoubts;

/** A calendar date. Month and day are undefined beyond the precision given; 1 is the first. */
export interface DateValue {
  readonly year: number;
  readonly month: number | undefined;
  readonly day: number | undefined;
  readonly doubts: readonly DateTimeDoubt[];
}

/** A time of day. Parts are undefined beyond the precision given. */
export interface TimeValue {
  readonly hour: number;
  readonly minute: number | undefined;
  readonly second: number | undefined;
  /** One to six digits behind the point, as written. */
  readonly fraction: string | undefined;
  readonly doubts: readonly DateTimeDoubt[];
}

/** A date, with a time where its precision goes that far. */
export interface DateTimeValue {
  readonly date: DateValue;
  readonly time: TimeValue | undefined;
  /** Minutes east of UTC; undefined where the value leaves it to Timezone Offset From UTC (0008,0201). */
  readonly offset: number | undefined;
  readonly doubts: readonly DateTimeDoubt[];
}

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');
const integer = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
/** Years below 100 would be read as 1900 and on. */
const utc = (year: number, month: number, day: number): Date => {
  const date = new Date(Date.UTC(2000, month, day));
  date.setUTCFullYear(year, month, day);
  return date;
};

/** Days of a month, leap years included; 0 for a month that is none. */
export const daysInMonth = (year: number, month: number): number =>
  month < 1 || month > 12 ? 0 : utc(year, month, 0).getUTCDate();

function dateOf(year: string, month: string | undefined, day: string | undefined, oldForm: boolean): DateValue {
  const value = { year: Number(year), month: integer(month), day: integer(day) };
  const monthWrong = value.month !== undefined && (value.month < 1 || value.month > 12);
  const dayWrong = value.day !== undefined && (value.day < 1 || value.day > daysInMonth(value.year, value.month ?? 1));
  const doubts: DateTimeDoubt[] = oldForm ? ['old-form'] : [];
  if (monthWrong || dayWrong) doubts.push('impossible');
  return { ...value, doubts };
}

/** A DA value: YYYYMMDD, also YYYY.MM.DD, and YYYYMM or YYYY (doubt `partial`). Undefined for what has no such shape. */
export function parseDate(text: string): DateValue | undefined {
  const old = /^(\d{4})\.(\d{2})\.(\d{2})$/.exec(text.trim());
  if (old) return dateOf(old[1] ?? '', old[2], old[3], true);
  const [, year, month, day] = /^(\d{4})(\d{2})?(\d{2})?$/.exec(text.trim()) ?? [];
  if (year === undefined) return undefined;
  const date = dateOf(year, month, day, false);
  return day === undefined ? { ...date, doubts: ['partial', ...date.doubts] } : date;
}

/** A TM value: HH, HHMM, HHMMSS, HHMMSS.F to .FFFFFF; also with colons. Undefined for what has no such shape. */
export function parseTime(text: string): TimeValue | undefined {
  const shape =
    /^(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?)?$/.exec(text.trim()) ??
    /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?$/.exec(text.trim());
  if (!shape) return undefined;
  const [, hour, minute, second, fraction] = shape;
  const value = { hour: Number(hour), minute: integer(minute), second: integer(second), fraction };
  const doubts: DateTimeDoubt[] = text.includes(':') ? ['old-form'] : [];
  if (value.hour > 23 || (value.minute ?? 0) > 59 || (value.second ?? 0) > 60) doubts.push('impossible');
  else if (value.second === 60) doubts.push('leap-second');
  return { ...value, doubts };
}

/** Minutes east of UTC of `+0100` or `-0330`; undefined for what has no such shape. PS3.3 C.12.1.1.8. */
export function parseOffset(text: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d{2})(\d{2})$/.exec(text.trim()) ?? [];
  if (sign === undefined) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** A DT value: YYYY[MM[DD[HH[MM[SS[.F to .FFFFFF]]]]]][&ZZXX]. Undefined for what has no such shape. */
export function parseDateTime(text: string): DateTimeValue | undefined {
  const shape = /^(\d{4})(\d{2})?(\d{2})?((?:\d{2}){0,3}(?:\.\d{1,6})?)([+-]\d{4})?$/.exec(text.trim());
  if (!shape) return undefined;
  const [, year = '', month, day, clock = '', zone] = shape;
  const time = clock === '' ? undefined : parseTime(clock);
  if (clock !== '' && (time === undefined || day === undefined)) return undefined;
  const date = dateOf(year, month, day, false);
  const offset = zone === undefined ? undefined : parseOffset(zone);
  const outside = offset !== undefined && (offset < -720 || offset > 840 || Number(zone?.slice(3)) > 59);
  const doubts = new Set([...date.doubts, ...(time?.doubts ?? []), ...(outside ? (['offset'] as const) : [])]);
  return { date, time, offset, doubts: [...doubts] };
}

/** As the standard writes it today: YYYYMMDD, or as far as the precision goes. */
export const formatDate = ({ year, month, day }: Pick<DateValue, 'year' | 'month' | 'day'>): string =>
  padded(year, 4) + (month === undefined ? '' : padded(month, 2) + (day === undefined ? '' : padded(day, 2)));

/** HHMMSS.FFFFFF, or as far as the precision goes. */
export function formatTime({ hour, minute, second, fraction }: Omit<TimeValue, 'doubts'>): string {
  const parts = [hour, minute, second];
  const known = parts.slice(0, parts.includes(undefined) ? parts.indexOf(undefined) : 3);
  return known.map((part) => padded(part ?? 0, 2)).join('') + (known.length === 3 && fraction ? `.${fraction}` : '');
}

/** +0100 or -0330. */
export const formatOffset = (minutes: number): string =>
  `${minutes < 0 ? '-' : '+'}${padded(Math.floor(Math.abs(minutes) / 60), 2)}${padded(Math.abs(minutes) % 60, 2)}`;

/** YYYYMMDDHHMMSS.FFFFFF&ZZXX, or as far as the precision goes. */
export const formatDateTime = ({ date, time, offset }: Omit<DateTimeValue, 'doubts'>): string =>
  formatDate(date) + (time ? formatTime(time) : '') + (offset === undefined ? '' : formatOffset(offset));

/** The first and the last moment a value may mean, as text that sorts: YYYYMMDD, HHMMSS.FFFFFF, or one behind the other. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

/** The days a date may mean. */
export function dateSpan({ year, month, day }: DateValue): Span {
  const head = padded(year, 4);
  if (month === undefined) return { from: `${head}0101`, to: `${head}1231` };
  const of = head + padded(month, 2);
  if (day !== undefined) return { from: of + padded(day, 2), to: of + padded(day, 2) };
  return { from: `${of}01`, to: of + padded(daysInMonth(year, month) || 31, 2) };
}

/** The moments of the day a time may mean, to the microsecond. */
export function timeSpan({ hour, minute, second, fraction = '' }: TimeValue): Span {
  const fill = (value: number | undefined, last: string): string => (value === undefined ? last : padded(value, 2));
  const head = padded(hour, 2);
  return {
    from: `${head}${fill(minute, '00')}${fill(second, '00')}.${fraction.padEnd(6, '0')}`,
    to: `${head}${fill(minute, '59')}${fill(second, '59')}.${fraction.padEnd(6, '9')}`,
  };
}

/** A moment YYYYMMDDHHMMSS.FFFFFF, moved by minutes; as it was where that leaves the years 0000 to 9999. */
export function shiftMoment(moment: string, minutes: number): string {
  if (minutes === 0) return moment;
  const part = (from: number, to: number): number => Number(moment.slice(from, to));
  const at = utc(part(0, 4), part(4, 6) - 1, part(6, 8));
  at.setUTCHours(part(8, 10), part(10, 12) + minutes, part(12, 14));
  if (at.getUTCFullYear() < 0 || at.getUTCFullYear() > 9999) return moment;
  const date = formatDate({ year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() });
  const time = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map((value) => padded(value, 2)).join('');
  return date + time + moment.slice(14);
}

/**
 * The moments a date and time may mean, in UTC where an offset is known.
 * @param localOffset minutes east of UTC for values without an offset of their own; undefined leaves them as they are
 */
export function dateTimeSpan(value: DateTimeValue, localOffset?: number): Span {
  const days = dateSpan(value.date);
  const hours = value.time ? timeSpan(value.time) : { from: '000000.000000', to: '235959.999999' };
  const offset = value.offset ?? localOffset ?? 0;
  return { from: shiftMoment(days.from + hours.from, -offset), to: shiftMoment(days.to + hours.to, -offset) };
}
