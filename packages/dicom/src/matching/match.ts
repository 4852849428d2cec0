// Attribute matching: whether a data set has what the keys of a query ask for. One implementation for C-FIND, QIDO-RS and rules. PS3.4 C.2.2.2.
import type { Element } from '../content.ts';
import type { DataSet } from '../data-set.ts';
import {
  dateSpan,
  dateTimeSpan,
  parseDate,
  parseDateTime,
  parseOffset,
  parseTime,
  type Span,
  timeSpan,
} from '../date-time.ts';
import { describeTag } from '../dictionary/dictionary.ts';
import type { Vr } from '../vr.ts';
import { foldPersonName, foldText } from './fold.ts';
import { overlaps, parseDateRange, parseDateTimeRange, parseTimeRange, type Range } from './range.ts';
import { hasWildcard, matchesWildcard, nameForms } from './wildcard.ts';
import { dateTimePairs, shiftTimes, zoneOf } from './zone.ts';

/** What PS3.4 C.2.2.2 leaves to negotiation. */
export interface MatchOptions {
  /** Words of a name match in any order and by their beginnings. PS3.4 C.2.2.2.1.1; negotiated, or `fuzzymatching` of QIDO-RS. */
  readonly fuzzyPersonNames?: boolean;
  /** A range of dates and one of times bound one span of moments, not two. PS3.4 C.2.2.2.5.3; negotiated. */
  readonly combinedDateTime?: boolean;
  /** Times of the candidate, with their dates, count as the clocks of the zone of the keys show them, where both name one in (0008,0201). PS3.4 C.2.2.2.1.3; negotiated. */
  readonly timezone?: boolean;
  /** A key of two quotation marks matches what is absent or empty. PS3.4 C.2.2.2 (2021 on); negotiated. */
  readonly emptyValueMatching?: boolean;
  /** Each value of a key has to be found where an attribute may have several. PS3.4 C.2.2.2.8; negotiated. */
  readonly multipleValueMatching?: boolean;
  /** Components of a name match one by one; those a key leaves empty, or off at its end, match anything. */
  readonly personNameComponents?: boolean;
  /** Letters of either case, with or without accents, are alike in LO and SH too: beyond PS3.4 C.2.2.2.1, where a site wants it. */
  readonly ignoreCase?: boolean;
}

/** Keys that say something about the query, not about what is wanted. PS3.4 C.4.1.1.3. */
const aboutTheQuery: ReadonlySet<number> = new Set([0x00080005, 0x00080052, 0x00080053, 0x00080201]);

/** Whether every key matches. Keys of zero length, and those about the query itself, match anything. Never throws on odd values. */
export function matches(keys: DataSet, candidate: DataSet, options: MatchOptions = {}): boolean {
  return matchesAll(keys, options.timezone ? inZoneOf(keys, candidate) : candidate, options);
}

function inZoneOf(keys: DataSet, candidate: DataSet): DataSet {
  const [asked, given] = [zoneOf(keys), zoneOf(candidate)];
  return asked === undefined || given === undefined ? candidate : shiftTimes(candidate, asked - given);
}

function matchesAll(keys: DataSet, candidate: DataSet, options: MatchOptions): boolean {
  const combined = combinedPairs(keys, options);
  const times = new Set(combined.values());
  for (const key of keys.elements()) {
    const time = combined.get(key.tag);
    if (aboutTheQuery.has(key.tag) || (key.tag & 0xffff) === 0 || times.has(key.tag)) continue;
    const fits =
      time === undefined
        ? matchesKey(key, keys, candidate, options)
        : matchesMoment({ dateTag: key.tag, timeTag: time, keys, candidate });
    if (!fits) return false;
  }
  return true;
}

/** `a-b`, `a-` and `-b` are three forms of range; two keys make one span only where theirs is the same. PS3.4 C.2.2.2.5.4 */
function rangeForm(text: string | undefined): string | undefined {
  if (!text?.includes('-')) return undefined;
  return `${text.trim().startsWith('-') ? '' : 'from'}-${text.trim().endsWith('-') ? '' : 'to'}`;
}

/** Dates with their times that bound one span of moments. */
function combinedPairs(keys: DataSet, { combinedDateTime }: MatchOptions): Map<number, number> {
  if (!combinedDateTime) return new Map();
  const together = (date: number, time: number): boolean => {
    const form = rangeForm(keys.string(date));
    return form !== undefined && form === rangeForm(keys.string(time));
  };
  return new Map([...dateTimePairs].filter(([date, time]) => together(date, time)));
}

function matchesKey(key: Element, keys: DataSet, candidate: DataSet, options: MatchOptions): boolean {
  if (key.vr === 'SQ') return matchesSequence(keys.items(key.tag), candidate.items(key.tag), options);
  const wanted = keys.strings(key.tag).filter((value) => value !== '');
  if (wanted.length === 0)
    return key.length === 0 || keys.strings(key.tag).length > 0 || sameBytes(key.tag, keys, candidate);
  if (wanted.every((value) => /^\*+$/.test(value))) return true;
  const given = candidate.strings(key.tag).filter((value) => value !== '');
  if (options.emptyValueMatching && wanted.length === 1 && wanted[0] === '""') return given.length === 0;
  const fits = comparison(key.vr, keys, candidate, options);
  const found = (value: string): boolean => given.some((one) => fits(value, one));
  const each = options.multipleValueMatching && wanted.length > 1 && mayHaveSeveral(key.tag);
  return each ? wanted.every(found) : wanted.some(found);
}

const listed: ReadonlySet<string> = new Set(['AE', 'AS', 'AT', 'CS', 'LO', 'PN', 'SH', 'UC']);

/** Whether multiple value matching is defined for the attribute: by its VR, and a VM of more than 1. PS3.4 C.2.2.2.8. */
export function mayHaveSeveral(tag: number): boolean {
  const { vr: [vr = ''] = [], vm = '1' } = describeTag(tag) ?? {};
  return listed.has(vr) && vm !== '1';
}

/** A key item without attributes asks for nothing; one item of the candidate has to match all of another. PS3.4 C.2.2.2.6. */
const matchesSequence = (wanted: readonly DataSet[], given: readonly DataSet[], options: MatchOptions): boolean =>
  wanted.every((item) => isUniversal(item) || given.some((one) => matches(item, one, options)));

const isUniversal = (item: DataSet): boolean =>
  [...item.elements()].every(({ tag, vr }) =>
    vr === 'SQ'
      ? item.items(tag).every(isUniversal)
      : item.strings(tag).every((value) => value === '' || /^\*+$/.test(value)),
  );

function sameBytes(tag: number, keys: DataSet, candidate: DataSet): boolean {
  const [wanted, given] = [keys.bytes(tag), candidate.bytes(tag)];
  if (!wanted || wanted.length === 0) return true;
  return given?.length === wanted.length && wanted.every((byte, index) => byte === given[index]);
}

/** How one value of the key is compared with one of the candidate. */
type Fits = (wanted: string, given: string) => boolean;

const equalText: Fits = (wanted, given) => wanted === given;
const text: Fits = (wanted, given) => (hasWildcard(wanted) ? matchesWildcard(wanted, given) : wanted === given);
const foldedText: Fits = (wanted, given) => text(foldText(wanted), foldText(given));
const numberText: Fits = (wanted, given) =>
  text(wanted, given) || (!hasWildcard(wanted) && Number(wanted) === Number(given));

const inRange =
  (rangeOf: (value: string) => Range | undefined, spanOf: (value: string) => Span | undefined): Fits =>
  (wanted, given) => {
    const [range, span] = [rangeOf(wanted), spanOf(given)];
    return range && span ? overlaps(range, span) : wanted === given;
  };

const dateOf = (value: string): Span | undefined => {
  const date = parseDate(value);
  return date && dateSpan(date);
};

const timeOf = (value: string): Span | undefined => {
  const time = parseTime(value);
  return time && timeSpan(time);
};

/** Minutes east of UTC that values without an offset of their own are meant in. PS3.3 C.12.1.1.8. */
const localOffset = (dataSet: DataSet): number | undefined => parseOffset(dataSet.string(0x00080201) ?? '');

/** A side that does not say its zone is taken to be in that of the other. */
const dateTimes = (keys: DataSet, candidate: DataSet): Fits => {
  const [asked, given] = [localOffset(keys), localOffset(candidate)];
  return inRange(
    (value) => parseDateTimeRange(value, asked ?? given),
    (value) => {
      const moment = parseDateTime(value);
      return moment && dateTimeSpan(moment, given ?? asked);
    },
  );
};

function comparison(vr: Vr, keys: DataSet, candidate: DataSet, options: MatchOptions): Fits {
  switch (vr) {
    case 'PN':
      if (options.fuzzyPersonNames) return matchesNameLoosely;
      return options.personNameComponents ? matchesComponents : matchesName;
    case 'LO':
    case 'SH':
      return options.ignoreCase ? foldedText : text;
    case 'DA':
      return inRange(parseDateRange, dateOf);
    case 'TM':
      return inRange(parseTimeRange, timeOf);
    case 'DT':
      return dateTimes(keys, candidate);
    case 'IS':
    case 'DS':
      return numberText;
    case 'UI':
    case 'AS':
    case 'AT':
      return equalText;
    default:
      return text;
  }
}

/** Case, accents and trailing delimiters do not count. A key of one group matches any group, one of several each its own. */
function matchesName(wanted: string, given: string): boolean {
  const groups = foldPersonName(given).split('=');
  const [first = '', ...more] = foldPersonName(wanted).split('=');
  if (more.length === 0) return groups.some((group) => groupFits(first, group));
  return [first, ...more].every((key, index) => key === '' || groupFits(key, groups[index] ?? ''));
}

const groupFits: Fits = (wanted, given) => nameForms(wanted).some((form) => text(form, given));

/** Component by component, within one group or each its own; what a key leaves out is free. */
function matchesComponents(wanted: string, given: string): boolean {
  const groups = foldPersonName(given).split('=');
  const keys = foldPersonName(wanted).split('=');
  const fits = (key: string, group: string): boolean => {
    const components = group.split('^');
    return key.split('^').every((part, index) => part === '' || text(part, components[index] ?? ''));
  };
  const [only = ''] = keys;
  return keys.length === 1
    ? groups.some((group) => fits(only, group))
    : keys.every((key, index) => fits(key, groups[index] ?? ''));
}

const words = (name: string): string[] => name.split(/[\s^=]+/).filter(Boolean);

function matchesNameLoosely(wanted: string, given: string): boolean {
  if (matchesName(wanted, given)) return true;
  const names = words(foldPersonName(given));
  return words(foldPersonName(wanted)).every((word) =>
    names.some((name) => text(hasWildcard(word) ? word : `${word}*`, name)),
  );
}

interface Moment {
  readonly dateTag: number;
  readonly timeTag: number;
  readonly keys: DataSet;
  readonly candidate: DataSet;
}

/** The moment of a date and its time against the span from the first date and time to the last. */
function matchesMoment({ dateTag, timeTag, keys, candidate }: Moment): boolean {
  const dates = parseDateRange(keys.string(dateTag) ?? '');
  const times = parseTimeRange(keys.string(timeTag) ?? '');
  const day = dateOf(candidate.string(dateTag) ?? '');
  if (!dates || !times || !day) return false;
  const time = timeOf(candidate.string(timeTag) ?? '') ?? { from: '000000.000000', to: '235959.999999' };
  const range = {
    ...(dates.from !== undefined && { from: dates.from + (times.from ?? '000000.000000') }),
    ...(dates.to !== undefined && { to: dates.to + (times.to ?? '235959.999999') }),
  };
  return overlaps(range, { from: day.from + time.from, to: day.to + time.to });
}
