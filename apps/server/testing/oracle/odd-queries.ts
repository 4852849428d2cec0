// Questions to an archive: values of something that is in it, whole, in part, changed or wrong, at any level.
import {
  ancestor,
  attributes,
  type Entity,
  entitiesOf,
  itemsOf,
  type Level,
  levels,
  meanings,
  uniqueKeys,
} from './entities.ts';
import { later } from './matching.ts';
import type { Question } from './model.ts';
import type { Random } from './random.ts';

interface Asked {
  readonly random: Random;
  /** QIDO-RS: no wildcards in numbers, lists only of UIDs and codes. */
  readonly forWeb: boolean;
  /** Lists of values that all have to be found. */
  readonly multipleValues: boolean;
  /** The question says where its times are meant. */
  readonly isZoned: boolean;
}

const swapped = (text: string): string =>
  [...text].map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())).join('');
const withoutAccents = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/gu, '')
    .normalize('NFC');

function patternOf(random: Random, value: string): string {
  const letters = [...value];
  const at = random.below(letters.length + 1);
  const [head, tail] = [letters.slice(0, at).join(''), letters.slice(at).join('')];
  const unknown = letters.map((one, index) => (index === at ? '?' : one)).join('');
  return random.pick([
    `${head}*`,
    `*${tail}`,
    `${head}*${tail}`,
    unknown,
    `${unknown}*`,
    `*${letters.slice(at, at + 2).join('')}*`,
  ]);
}

function textKey({ random }: Asked, value: string): string {
  const other = () => random.pick(['HEAD', 'x', 'CT CHEST', '""', '%', '_', '*?', '??', 'HEAD*']);
  return random.pick([
    value,
    value,
    ` ${value} `,
    swapped(value),
    patternOf(random, value),
    patternOf(random, value),
    other(),
  ]);
}

function nameKey({ random }: Asked, value: string): string {
  const groups = value.split('=');
  const group = random.pick(groups);
  const [family = '', first = ''] = group.split('^');
  const forms = [
    value,
    group,
    swapped(group),
    withoutAccents(group),
    ...(group.split('^').length < 4 ? [`${group}^^`] : []),
    patternOf(random, group),
  ];
  const parts = [
    `${family}^*`,
    `${family}*`,
    `*^${first}*`,
    `${first} ${family.slice(0, 3)}`,
    `${family}^`,
    patternOf(random, value),
  ];
  return random.pick([...forms, ...parts, '=山*', 'Doe^*', 'doe', '*^*', '^J*', 'Doe^J?ne']);
}

const dayOf = (value: string): string => (/^\d{8}$/u.test(value) ? value : '20240115');
const shiftedDay = (day: string, days: number): string => later(`${day}000000`, days * 1440).slice(0, 8);

function dateKey({ random }: Asked, value: string): string {
  const day = dayOf(value.replaceAll('.', ''));
  const [before, after] = [shiftedDay(day, -random.below(3)), shiftedDay(day, random.below(40))];
  const dotted = day.replace(/(....)(..)(..)/u, '$1.$2.$3');
  const single = [day, day, dotted, day.slice(0, 6), day.slice(0, 4)];
  const ranges = [
    `${before}-${after}`,
    `${day}-`,
    `-${day}`,
    `${before}-`,
    `-${before}`,
    `${day}-${before}`,
    `${day.slice(0, 6)}-`,
  ];
  return random.pick([...single, ...ranges, '20240101-20240231', '20240230', 'unknown', '19000101-']);
}

function timeKey({ random }: Asked, value: string): string {
  const clock = /^\d{6}/u.test(value) ? value.slice(0, 6) : '083000';
  const single = [clock, clock.slice(0, 4), clock.slice(0, 2), value];
  const ranges = [`${clock}-`, `-${clock}`, '0800-0900', '080000-083000', '-08', '2300-', '0900-0800', '08:00-09:00'];
  return random.pick([...single, ...ranges, '0000-2359', '0000-24', '1000-2500']);
}

/** Whoever names a moment elsewhere says where. */
function momentKey({ random, isZoned }: Asked, value: string): string {
  const ranges = ['20240114-20240115', '20240115083000-', '-20240115', '202401', '202401150800-202401150900'];
  const elsewhere = ['20240115073000+0100', '20240115083000-0500', '20240115063000+0000-20240115083000+0000'];
  return random.pick([value, value, value.slice(0, 8), ...ranges, ...(isZoned ? elsewhere : [])]);
}

function numberKey({ random, forWeb }: Asked, value: string): string {
  const whole = [value, value, value, '1', '2', '99'];
  return random.pick(forWeb ? whole : [...whole, `0${value}`, '?', `${value.slice(0, 1)}*`, '*']);
}

function keyOf(asked: Asked, vr: string, value: string): string {
  switch (vr) {
    case 'PN':
      return nameKey(asked, value);
    case 'DA':
      return dateKey(asked, value);
    case 'TM':
      return timeKey(asked, value);
    case 'DT':
      return momentKey(asked, value);
    case 'IS':
    case 'DS':
      return numberKey(asked, value);
    case 'UI':
      return asked.random.pick([value, value, value, `${value}.9`, '*']);
    case 'AS':
      return asked.random.pick([value, '030Y', '0*']);
    default:
      return textKey(asked, value);
  }
}

function keysOf(asked: Asked, entity: Entity, keyword: string): readonly string[] {
  const { random, forWeb, multipleValues } = asked;
  const { vr = '', several = false } = attributes[keyword] ?? {};
  const values = meanings(entity, keyword);
  const value =
    values.length > 0 ? random.pick(values) : vr === 'UI' ? '1.2.3' : vr === 'IS' || vr === 'DS' ? '1' : 'HEAD';
  if (random.chance(6)) return [];
  if (random.chance(4) && !['DA', 'TM', 'IS', 'DT'].includes(vr)) return ['*'];
  if (random.chance(8) && !['DA', 'TM', 'IS', 'DT', 'UI'].includes(vr)) return ['""'];
  const isList = forWeb ? vr === 'UI' || vr === 'CS' : vr !== 'LT' && vr !== 'DA' && vr !== 'TM' && vr !== 'DT';
  if (multipleValues && several && vr !== 'UI')
    return values.length > 0 ? random.some(values, 60).filter((one) => !/[*?]/u.test(one)) : [value];
  if (isList && random.chance(vr === 'UI' ? 30 : 8))
    return [value, keyOf(asked, vr, value)].filter((one) => one !== '*');
  return [keyOf(asked, vr, value)];
}

export interface QuestionOptions extends Omit<Asked, 'isZoned'> {
  readonly level: Level;
  readonly relational: boolean;
  readonly timezone: boolean;
  /** From the root of the information model down. */
  readonly rooted: readonly Level[];
}

/** A question about something that is there; sometimes one that breaks the rules of its level. */
export function oddQuestion(patients: readonly Entity[], asking: QuestionOptions): Question {
  const { random, level, relational, rooted } = asking;
  const zone = asking.timezone && random.chance(70) ? random.pick(['+0100', '-0800', '+0530', '+0000']) : '';
  const options = { ...asking, isZoned: zone !== '' };
  const deepest = relational && random.chance(50) ? random.pick(levels) : level;
  const lowest = levels.indexOf(deepest) > levels.indexOf(level) ? deepest : level;
  const target = random.pick(entitiesOf(patients, lowest));
  const isSeen = (keyword: string) => levels.indexOf(attributes[keyword]?.level ?? 'IMAGE') <= levels.indexOf(lowest);
  const candidates = Object.keys(attributes).filter((keyword) => isSeen(keyword) || random.chance(1));
  const keys: Record<string, readonly string[]> = {};
  const nested: Record<string, Record<string, readonly string[]>> = {};
  for (const own of levels.slice(0, levels.indexOf(level) + 1)) keys[uniqueKeys[own]] = [];
  for (let at = random.below(4); at > 0; at -= 1) {
    const keyword = random.pick(candidates);
    if (attributes[keyword]?.vr === 'SQ') nested[keyword] = nestedKeys(options, target, keyword);
    else keys[keyword] = keysOf(options, target, keyword);
  }
  for (const keyword of random.some(candidates, 4)) if (attributes[keyword]?.vr !== 'SQ') keys[keyword] ??= [];
  if (!relational)
    for (const above of rooted.slice(0, rooted.indexOf(level)))
      if (random.chance(95)) keys[uniqueKeys[above]] = meanings(ancestor(target, above) ?? target, uniqueKeys[above]);
  return { level, keys, nested, zone };
}

function nestedKeys(asked: Asked, entity: Entity, keyword: string): Record<string, readonly string[]> {
  const { random } = asked;
  const items = itemsOf(entity, keyword);
  const names =
    keyword === 'ProcedureCodeSequence'
      ? ['CodeValue', 'CodeMeaning']
      : ['ScheduledProcedureStepID', 'RequestedProcedureID'];
  const item = items.length > 0 ? random.pick(items) : {};
  return Object.fromEntries(
    names.flatMap((name) => {
      const [value = 'S1'] = item[name] ?? [];
      return random.chance(70) ? [[name, random.chance(15) ? [] : [textKey(asked, value)]]] : [];
    }),
  );
}
