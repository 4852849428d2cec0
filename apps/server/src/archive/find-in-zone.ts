// Timezone query adjustment: times of a query and of each answer count in the zone that each names. PS3.4 C.2.2.2.1.3, C.4.1.1.3.
import { type DataSet, formatOffset, matches, parseDateRange, shiftMoment, zonedPairs, zoneOf } from '@concord/dicom';
import type { Zone } from '../settings/time-zones.ts';
import type { Archive, FindOptions, Level } from './archive.ts';

interface ZonedOptions extends FindOptions {
  /** Of objects that do not name theirs. */
  readonly zone: Zone;
  /** Values by keyword that every answer has. */
  readonly constants: Readonly<Record<string, string>>;
}

const timezoneOffsetFromUtc = 0x00080201;
const specificCharacterSet = 0x00080005;

/** Clocks differ by at most 26 hours: the same moment has dates that are two days apart. */
const furthest = 2 * 1440;

const isGiven = (keys: DataSet, tag: number): boolean => keys.strings(tag).some((value) => value !== '');

/** The keys of dates and times that have a value, each with the other half of its moment, and the zone they are meant in. */
function momentsOf(keys: DataSet): DataSet {
  const moments = keys.clone();
  const halves = new Set([...zonedPairs].flat());
  for (const { tag, vr } of keys.elements())
    if (!halves.has(tag) && vr !== 'DT' && tag !== timezoneOffsetFromUtc) moments.delete(tag);
  return moments;
}

/** The days that a date may be in any zone. */
function widened(date: string): string | null {
  const range = parseDateRange(date);
  if (!range) return null;
  const moved = (day: string | undefined, minutes: number): string =>
    day === undefined ? '' : shiftMoment(`${day}000000`, minutes).slice(0, 8);
  return `${moved(range.from, -furthest)}-${moved(range.to, furthest)}`;
}

/** What the index is asked: days as far around as any zone may be, any time of day, and both halves of a moment to compare it by. */
function aroundTheWorld(keys: DataSet): DataSet {
  const asked = keys.clone();
  for (const [date, time] of zonedPairs) {
    if (!isGiven(keys, date) && !isGiven(keys, time)) continue;
    asked.set(date, isGiven(keys, date) ? widened(keys.string(date) ?? '') : null);
    asked.set(time, null);
  }
  for (const { tag, vr } of keys.elements()) if (vr === 'DT') asked.set(tag, null);
  asked.set(timezoneOffsetFromUtc, null);
  return asked;
}

/** Says in which zone the times of an answer are; nothing where it has none. PS3.4 C.4.1.1.3.2 */
function nameZone(answer: DataSet, zone: Zone): void {
  const own = zoneOf(answer);
  answer.delete(timezoneOffsetFromUtc);
  const moments = [...zonedPairs].map(
    ([date, time]) => [answer.string(date) ?? '', answer.string(time) ?? ''] as const,
  );
  const told = moments.find(([date]) => date !== '') ?? moments.find(([, time]) => time !== '');
  const hasDateTime = [...answer.elements()].some(({ vr, length }) => vr === 'DT' && length > 0);
  if (told || hasDateTime)
    answer.set(timezoneOffsetFromUtc, formatOffset(own ?? zone.offsetAt(...(told ?? (['', ''] as const)))));
}

/** Answers with their times as they are kept, each with the offset of their zone. Throws as the archive's `find` does. */
export async function* findInZone(
  archive: Pick<Archive, 'find'>,
  level: Level,
  keys: DataSet,
  { zone, constants, combinedDateTime = false, ...options }: ZonedOptions,
): AsyncGenerator<DataSet> {
  const moments = momentsOf(keys);
  const accepts = (answer: DataSet): boolean => {
    nameZone(answer, zone);
    return matches(moments, answer, { timezone: true, combinedDateTime });
  };
  // A birth date and its time, which no zone moves, are one span of moments already there.
  const asked = { ...options, combinedDateTime, further: { meant: keys, accepts } };
  for await (const answer of archive.find(level, aroundTheWorld(keys), asked)) {
    for (const { tag } of [...answer.elements()])
      if (!keys.has(tag) && tag !== specificCharacterSet && tag !== timezoneOffsetFromUtc) answer.delete(tag);
    for (const [keyword, value] of Object.entries(constants)) answer.set(keyword, value);
    yield answer;
  }
}
