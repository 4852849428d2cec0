// What an archive with these patients has to answer: every entity in turn, compared key by key. PS3.4 C.4.1.
import {
  ancestor,
  attributes,
  type Entity,
  entitiesOf,
  itemsOf,
  type Level,
  levels,
  meanings,
  unpadded,
  vrOfNested,
} from './entities.ts';
import { type Agreed, attributeFits, later, minutesOf, momentFits, rangeForm, timeSpan } from './matching.ts';

export interface Question {
  readonly level: Level;
  /** Values by keyword; none: the attribute is only to be returned. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** Keys within one item of a sequence. */
  readonly nested: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Timezone Offset From UTC of the question; '' where it does not say. */
  readonly zone: string;
}

const given = (keys: readonly string[], vr = ''): readonly string[] =>
  keys.map((key) => unpadded(vr, key)).filter((key) => key !== '');

/** PS3.4 C.2.2.2.5.3; a birth date is one of the calendar and never moves. */
const pairs: readonly (readonly [date: string, time: string])[] = [
  ['StudyDate', 'StudyTime'],
  ['SeriesDate', 'SeriesTime'],
  ['ContentDate', 'ContentTime'],
  ['PatientBirthDate', 'PatientBirthTime'],
];

const zoneOf = (entity: Entity, usual: number): number => {
  const [offset] = ancestor(entity, 'STUDY')?.values.TimezoneOffsetFromUTC ?? [];
  return typeof offset === 'string' ? minutesOf(offset) : usual;
};

/** Values as clocks elsewhere show them: times with their dates, where there is a time. PS3.4 C.2.2.2.1.3. */
function shown(entity: Entity, keyword: string, minutes: number): readonly string[] {
  const values = meanings(entity, keyword);
  const pair = pairs.find((each) => each.includes(keyword));
  if (minutes === 0 || !pair || pair[0] === 'PatientBirthDate') return values;
  const [date = '', time = ''] = pair.map((each) => meanings(entity, each)[0] ?? '');
  const clock = time.replaceAll(':', '');
  if (!timeSpan(time)) return values;
  const [whole = '', fraction] = clock.split('.');
  const isDay = /^(\d{8}|\d{4}\.\d\d\.\d\d)$/u.test(date);
  const day = date.replaceAll('.', '');
  const moved = later((isDay ? day : '20000102') + whole.padEnd(6, '0'), minutes);
  if (keyword === pair[0]) return isDay ? [moved.slice(0, 8)] : values;
  const digits = whole.length === 2 && minutes % 60 !== 0 ? 4 : whole.length;
  return [moved.slice(8, 8 + digits) + (fraction === undefined ? '' : `.${fraction}`)];
}

interface Asking {
  readonly question: Question;
  readonly agreed: Agreed;
  /** Minutes east of UTC where the server is. */
  readonly usual: number;
}

function isMatch(entity: Entity, { question, agreed, usual }: Asking): boolean {
  const own = zoneOf(entity, usual);
  const asked = question.zone === '' ? own : minutesOf(question.zone);
  const minutes = agreed.timezone ? asked - own : 0;
  const combined = pairs.filter(([date, time]) => {
    const [of, at] = [given(question.keys[date] ?? [])[0] ?? '', given(question.keys[time] ?? [])[0] ?? ''];
    return agreed.combinedDateTime && rangeForm(of) !== undefined && rangeForm(of) === rangeForm(at);
  });
  const moments = combined.every(([date, time]) => {
    const first = (keyword: string) => shown(entity, keyword, minutes)[0] ?? '';
    const key = (keyword: string) => given(question.keys[keyword] ?? [])[0] ?? '';
    return momentFits([key(date), key(time)], [first(date), first(time)]);
  });
  const comparing = { agreed, zones: [asked, own] as const };
  const plain = Object.entries(question.keys).filter(([keyword]) => !combined.flat().includes(keyword));
  const fits = plain.every(([keyword, keys]) => {
    const { vr = '', several = false } = attributes[keyword] ?? {};
    return attributeFits(vr, [given(keys, vr), shown(entity, keyword, minutes)], { ...comparing, several });
  });
  return moments && fits && Object.entries(question.nested).every(([keyword, keys]) => hasItem(entity, keyword, keys));

  /** One item has to match every key. C.2.2.2.6. */
  function hasItem(of: Entity, keyword: string, keys: Readonly<Record<string, readonly string[]>>): boolean {
    const isOpen = Object.values(keys).every((values) => given(values).every((value) => /^\*+$/u.test(value)));
    const compared = { ...comparing, several: false };
    const itemFits = (item: Readonly<Record<string, readonly string[]>>) =>
      Object.entries(keys).every(([name, values]) =>
        attributeFits(vrOfNested[name] ?? '', [given(values), given(item[name] ?? [])], compared),
      );
    return isOpen || itemsOf(of, keyword).some(itemFits);
  }
}

/** The lowest level with a key that has a value: there the entities are compared. C.4.1.2.2.2. */
function comparedLevel({ level, keys, nested }: Question, { relational }: Agreed): Level {
  if (!relational) return level;
  const said = [
    ...Object.entries(keys).flatMap(([keyword, values]) => (values.join('') === '' ? [] : [keyword])),
    ...Object.keys(nested),
  ];
  const depths = said.map((keyword) => levels.indexOf(attributes[keyword]?.level ?? level));
  return levels[Math.max(levels.indexOf(level), ...depths)] ?? level;
}

export function matchesOf(patients: readonly Entity[], asking: Asking): readonly Entity[] {
  const { question, agreed } = asking;
  const found = entitiesOf(patients, comparedLevel(question, agreed)).filter((entity) => isMatch(entity, asking));
  return [...new Set(found.map((entity) => ancestor(entity, question.level) ?? entity))];
}

/** Attributes that an answer has: those asked for at its level or above. */
export const returned = ({ level, keys }: Question): readonly string[] =>
  Object.keys(keys).filter((keyword) => levels.indexOf(attributes[keyword]?.level ?? 'IMAGE') <= levels.indexOf(level));

/** The form in which values are compared with those of an answer: numbers as numbers, dates without dots, names without ends. */
export function comparable(keyword: string, values: readonly string[]): string {
  const { vr = '' } = attributes[keyword] ?? {};
  return values
    .map((value) => value.trim())
    .filter((value) => value !== '')
    .map((value) => (vr === 'DA' ? value.replace(/^(\d{4})\.(\d\d)\.(\d\d)$/u, '$1$2$3') : value))
    .map((value) => (['IS', 'DS'].includes(vr) && !Number.isNaN(Number(value)) ? String(Number(value)) : value))
    .map((value) => (vr === 'PN' ? value.replace(/\^+(?==|$)/gu, '').replace(/=+$/u, '') : value))
    .sort()
    .join('\\');
}

export const rowOf = (question: Question, valuesOf: (keyword: string) => readonly string[]): string =>
  returned(question)
    .map((keyword) => `${keyword}=${comparable(keyword, valuesOf(keyword))}`)
    .join(' | ');

export const expectedRows = (patients: readonly Entity[], asking: Asking): readonly string[] =>
  matchesOf(patients, asking)
    .map((entity) => rowOf(asking.question, (keyword) => meanings(entity, keyword)))
    .sort();
