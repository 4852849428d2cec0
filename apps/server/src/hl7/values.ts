// Values of HL7 as DICOM writes them: names with their parts in another order, moments as dates and times. Pure. HL7 v2.5.1 2.A
import type { Repetition } from './er7.ts';

/** Carets, equals signs and backslashes would be delimiters in DICOM. */
const part = (text: string): string => text.replace(/[\\^=\r\n]/g, ' ').trim();

/** Where the family name stands: a code for a person has the ID before it. */
const familyAt = { XPN: 1, XCN: 2, CNN: 2 } as const;

/** Families of names may be subcomponents; suffix stands before prefix. */
function oneName(repetition: Repetition, kind: keyof typeof familyAt): string {
  const at = familyAt[kind];
  const [family = '', given = '', middle = '', suffix = '', prefix = ''] =
    // CNN of OBR-34 has its name in subcomponents of the first component. 2.A.59
    kind === 'CNN'
      ? [2, 3, 4, 5, 6].map((sub) => part(repetition.component(1, sub)))
      : [0, 1, 2, 3, 4].map((next) => part(repetition.component(at + next)));
  return [family, given, middle, prefix, suffix].join('^').replace(/\^+$/, '');
}

/** Which group a name is of: alphabetic, ideographic, phonetic. Table 4000 */
const groups = ['A', 'I', 'P'];

/** PN: one repetition for each group that has a name; '""' where it is taken out. */
export function nameOf(repetitions: readonly Repetition[], kind: keyof typeof familyAt = 'XPN'): string {
  const [only] = repetitions;
  if (!only) return '';
  if (only.raw === '""') return '""';
  if (kind !== 'XPN') return oneName(only, kind);
  const names = ['', '', ''];
  for (const repetition of repetitions) {
    const group = Math.max(0, groups.indexOf(repetition.component(8)));
    if (names[group] === '') names[group] = oneName(repetition, kind);
  }
  return names.join('=').replace(/=+$/, '');
}

/** `20260701083000.1234-0500`: a moment with an offset is brought to the time of this machine. 2.A.22, 2.A.77 */
function localOf(text: string): { readonly date: string; readonly time: string } {
  const [, date = '', time = '', sign = '', hours = '', minutes = ''] =
    /^(\d{8})(\d{2,6})?(?:\.\d+)?(?:([+-])(\d\d)(\d\d))?$/.exec(text.trim()) ?? [];
  if (time === '' || sign === '') return { date, time };
  const padded = time.padEnd(6, '0');
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6, 8)];
  const clock = [padded.slice(0, 2), padded.slice(2, 4), padded.slice(4, 6)].join(':');
  const moment = new Date(`${year}-${month}-${day}T${clock}${sign}${hours}:${minutes}`);
  if (Number.isNaN(moment.getTime())) return { date, time };
  const two = (number: number): string => String(number).padStart(2, '0');
  return {
    date: `${moment.getFullYear()}${two(moment.getMonth() + 1)}${two(moment.getDate())}`,
    time: `${two(moment.getHours())}${two(moment.getMinutes())}${two(moment.getSeconds())}`,
  };
}

/** YYYYMMDD, '' where there is no day. */
export const dateOf = (text: string): string => localOf(text).date;

/** HHMM or HHMMSS, '' where there is no time of day. */
export const timeOf = (text: string): string => {
  const { time } = localOf(text);
  return time.length === 2 ? `${time}00` : time.length === 5 ? time.slice(0, 4) : time;
};
