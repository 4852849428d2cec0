// Which questions an archive has to refuse: those that break the rules of their level, or have values that are none of their VR.
import { attributes, levels, uniqueKeys } from './entities.ts';
import { type Agreed, dateSpan, momentSpan, timeSpan } from './matching.ts';
import type { Question } from './model.ts';

const bothEnds = (text: string, isEnd: (end: string) => boolean): boolean =>
  [...text].some((one, at) => {
    const [from, to] = [text.slice(0, at), text.slice(at + 1)];
    return one === '-' && text !== '-' && (from === '' || isEnd(from)) && (to === '' || isEnd(to));
  });

const isDay = (text: string): boolean => {
  if (!dateSpan(text)) return false;
  const digits = text.replaceAll('.', '').padEnd(6, '01').padEnd(8, '01');
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
};
const isDayOfAnyMonth = (text: string): boolean =>
  isDay(text) || (/^\d{8}$/u.test(text) && /^(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/u.test(text.slice(4)));
const isClock = (text: string): boolean =>
  timeSpan(text) !== undefined && /^([01]\d|2[0-3])([0-5]\d([0-5]\d.*)?)?$/u.test(text.replaceAll(':', ''));
const isClockOr24 = (text: string): boolean => isClock(text) || /^24(00){0,2}$/u.test(text);

function isValue(vr: string, text: string): boolean {
  if (vr === 'DA') return isDay(text) || bothEnds(text, isDayOfAnyMonth);
  if (vr === 'TM') return isClock(text) || bothEnds(text, isClockOr24);
  if (vr === 'DT')
    return momentSpan(text, 0) !== undefined || bothEnds(text, (one) => momentSpan(one, 0) !== undefined);
  return !(vr === 'UI' && /[*?]/u.test(text));
}

const given = (keys: readonly string[]): readonly string[] => keys.map((key) => key.trim()).filter((key) => key !== '');

export const hasWrongValue = ({ keys }: Question): boolean =>
  Object.entries(keys).some(([keyword, values]) =>
    given(values).some((value) => value !== '*' && !isValue(attributes[keyword]?.vr ?? '', value)),
  );

/** PS3.4 C.4.1.2.1, C.4.1.3.1. @param rooted levels of the information model */
export function isRefused(question: Question, { relational }: Agreed, rooted: readonly string[]): boolean {
  const { level, keys, nested } = question;
  if (hasWrongValue({ ...question, keys: withoutMoments(keys) })) return true;
  if (relational) return false;
  const depth = levels.indexOf(level);
  const isBelow = (keyword: string) => levels.indexOf(attributes[keyword]?.level ?? 'PATIENT') > depth;
  const said = [
    ...Object.keys(keys).filter((keyword) => keys[keyword]?.join('') !== '' && keys[keyword]?.length !== 0),
    ...Object.keys(nested),
  ];
  if (said.some(isBelow)) return true;
  return rooted.slice(0, rooted.indexOf(level)).some((above) => {
    const values = keys[uniqueKeys[above as 'STUDY']] ?? [];
    return values.length !== 1 || given(values).length !== 1 || /[*?]/u.test(values[0] ?? '');
  });
}

/** Over DIMSE nothing is said of a date-time that is none: it matches nothing. */
const withoutMoments = (keys: Question['keys']): Question['keys'] =>
  Object.fromEntries(Object.entries(keys).filter(([keyword]) => attributes[keyword]?.vr !== 'DT'));
