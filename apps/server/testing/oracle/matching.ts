// PS3.4 C.2.2.2, written down as simply as possible and with nothing of the program: what the archive's answers are compared with.

export interface Agreed {
  readonly relational: boolean;
  readonly combinedDateTime: boolean;
  readonly fuzzyPersonNames: boolean;
  readonly timezone: boolean;
  readonly emptyValues: boolean;
  readonly multipleValues: boolean;
}

/** From the first to the last moment that is meant, as text that sorts. */
interface Span {
  readonly from: string;
  readonly to: string;
}
const [earliest, latest] = ['', '~'];

/** C.2.2.2.4, by trying every way. */
export function like(pattern: string, text: string): boolean {
  const source = [...pattern].map((one) => (one === '*' ? '.*' : one === '?' ? '.' : escaped(one))).join('');
  return new RegExp(`^${source}$`, 'su').test(text);
}
const escaped = (one: string): string => one.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&');

/** What can be compared as a date: eight digits, those of ACR-NEMA with dots, and the year or the month alone (decision 0220). */
export function dateSpan(text: string): Span | undefined {
  const digits = /^\d{4}\.\d\d\.\d\d$/u.test(text) ? text.replaceAll('.', '') : text;
  if (!/^\d{4}(\d\d){0,2}$/u.test(digits)) return undefined;
  const month = digits.slice(0, 6).padEnd(6, '12');
  return { from: digits.padEnd(6, '01').padEnd(8, '01'), to: digits.length === 8 ? digits : month + lastDayOf(month) };
}

const lastDayOf = (month: string): number =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(4)), 0)).getUTCDate();

export function timeSpan(text: string): Span | undefined {
  const digits = /^\d\d:\d\d(:\d\d(\.\d+)?)?$/u.test(text) ? text.replaceAll(':', '') : text;
  if (!/^\d\d(\d\d(\d\d(\.\d{1,6})?)?)?$/u.test(digits)) return undefined;
  const plain = digits.replace('.', '');
  return { from: plain.padEnd(12, '0'), to: plain.padEnd(12, '9') };
}

/** Moments in UTC. @param zone minutes east of UTC of values that do not say theirs */
export function momentSpan(text: string, zone: number): Span | undefined {
  const [, digits = '', fraction = '', offset] = /^(\d{4}(?:\d\d){0,5})(\.\d{1,6})?([+-]\d{4})?$/u.exec(text) ?? [];
  if (digits === '') return undefined;
  const minutes = offset === undefined ? zone : minutesOf(offset);
  const first = digits + '00000101000000'.slice(digits.length);
  const last = digits + (digits.length === 6 ? `${lastDayOf(digits)}235959` : '00001231235959'.slice(digits.length));
  const part = fraction.slice(1);
  return {
    from: later(first, -minutes) + part.padEnd(6, '0'),
    to: later(last, -minutes) + part.padEnd(6, '9'),
  };
}

export const minutesOf = (offset: string): number =>
  (offset.startsWith('-') ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5)));

/** Fourteen digits, so many minutes later. */
export function later(digits: string, minutes: number): string {
  const [, ...parts] = /^(....)(..)(..)(..)(..)(..)$/u.exec(digits) ?? [];
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map(Number);
  const moved = new Date(Date.UTC(year, month - 1, day, hour, minute + minutes, second));
  return moved.toISOString().replace(/\D/gu, '').slice(0, 14);
}

/** C.2.2.2.5: `a-b`, `a-`, `-b`, or one value. */
export function rangeOf(text: string, spanOf: (text: string) => Span | undefined): Span | undefined {
  const single = spanOf(text);
  if (single) return single;
  for (let at = text.indexOf('-'); at >= 0; at = text.indexOf('-', at + 1)) {
    const [first, last] = [text.slice(0, at), text.slice(at + 1)];
    const from = first === '' ? earliest : spanOf(first)?.from;
    const to = last === '' ? latest : spanOf(last)?.to;
    if (from !== undefined && to !== undefined && text !== '-') return { from, to };
  }
  return undefined;
}

const within = (span: Span | undefined, range: Span | undefined): boolean =>
  span !== undefined && range !== undefined && span.to >= range.from && span.from <= range.to;

const inRange =
  (spanOf: (text: string) => Span | undefined) =>
  (key: string, value: string): boolean => {
    const [range, span] = [rangeOf(key, spanOf), spanOf(value)];
    return range && span ? within(span, range) : key === value;
  };

/** Names without case and accents, C.2.2.2.1; empty components at the end do not count, PS3.5 6.2.1. */
const plainName = (text: string): string[] =>
  text
    .toLowerCase()
    .replaceAll('ł', 'l')
    .normalize('NFD')
    .replace(/(?<=[a-zа-я])[\u0300-\u036f]+/gu, '')
    .normalize('NFC')
    .split('=')
    .map((group) =>
      group
        .split('^')
        .map((component) => component.trim())
        .join('^')
        .replace(/\^+$/u, ''),
    );

function nameFits(key: string, value: string): boolean {
  const [groups, wanted] = [plainName(value), plainName(key)];
  while (wanted.length > 1 && wanted.at(-1) === '') wanted.pop();
  // Doe is Doe^: what a pattern leaves open at its end may also be left out.
  const fits = (pattern: string, group = ''): boolean =>
    like(pattern, group) || (/[^^]\^+\*+$/u.test(pattern) && fits(pattern.replace(/\^+\*+$/u, ''), group));
  if (wanted.length === 1) return groups.some((group) => fits(wanted[0] ?? '', group));
  return wanted.every((pattern, at) => pattern === '' || fits(pattern, groups[at]));
}

/** Words in any order, by their beginnings: what this archive declares of its fuzzy matching. */
function nameFitsLoosely(key: string, value: string): boolean {
  const words = (text: string) =>
    plainName(text)
      .join(' ')
      .split(/[\s^]+/u)
      .filter((word) => word !== '');
  return (
    nameFits(key, value) ||
    words(key).every((word) => words(value).some((one) => like(/[*?]/u.test(word) ? word : `${word}*`, one)))
  );
}

const sameNumber = (key: string, value: string): boolean =>
  like(key, value) || (key.trim() !== '' && !/[*?]/u.test(key) && Number(key) === Number(value));

interface Comparing {
  readonly agreed: Agreed;
  readonly several: boolean;
  /** Minutes east of UTC of either side, for date-times. */
  readonly zones: readonly [key: number, value: number];
}

/** One attribute: C.2.2.2.1 to C.2.2.2.5, and of 2021 empty and multiple values. */
export function attributeFits(
  vr: string,
  [keys, values]: readonly [keys: readonly string[], values: readonly string[]],
  { agreed, several, zones }: Comparing,
): boolean {
  if (keys.length === 0 || keys.every((key) => /^\*+$/u.test(key))) return true;
  if (agreed.emptyValues && keys.length === 1 && keys[0] === '""') return values.length === 0;
  const fits = comparisonOf(vr, agreed, zones);
  const found = (key: string): boolean => values.some((value) => fits(key, value));
  const each = agreed.multipleValues && several && vr !== 'UI' && keys.length > 1;
  return each ? keys.every(found) : keys.some(found);
}

function comparisonOf(vr: string, agreed: Agreed, [keyZone, valueZone]: Comparing['zones']) {
  switch (vr) {
    case 'PN':
      return agreed.fuzzyPersonNames ? nameFitsLoosely : nameFits;
    case 'DA':
      return inRange(dateSpan);
    case 'TM':
      return inRange(timeSpan);
    case 'DT':
      return (key: string, value: string) =>
        within(
          momentSpan(value, valueZone),
          rangeOf(key, (one) => momentSpan(one, keyZone)),
        );
    case 'IS':
    case 'DS':
      return sameNumber;
    case 'UI':
    case 'AS':
      return (key: string, value: string) => key === value;
    default:
      return like;
  }
}

/** C.2.2.2.5.4: a range of dates and one of times of the same form are one of moments. */
export function momentFits(
  keys: readonly [date: string, time: string],
  values: readonly [date: string, time: string],
): boolean {
  const [dates, times] = [rangeOf(keys[0], dateSpan), rangeOf(keys[1], timeSpan)];
  const day = dateSpan(values[0]);
  if (!dates || !times || !day) return false;
  const time = timeSpan(values[1]) ?? { from: '0'.repeat(12), to: '9'.repeat(12) };
  const range = {
    from: dates.from === earliest ? earliest : dates.from + times.from,
    to: dates.to === latest ? latest : dates.to + times.to,
  };
  return within({ from: day.from + time.from, to: day.to + time.to }, range);
}

export const rangeForm = (text: string): string | undefined =>
  text.includes('-') ? `${text.startsWith('-') ? '' : 'a'}-${text.endsWith('-') ? '' : 'b'}` : undefined;
