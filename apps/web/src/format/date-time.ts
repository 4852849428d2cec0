// Dates, times and ages as they are shown: ISO 8601, which nobody can read the wrong way round. PS3.5 6.2 (DA, TM, AS).

/** `20240131` as `2024-01-31`. The form with dots of ACR-NEMA is read too; what is no date is shown as it came. */
export const shownDate = (value: string): string => {
  const found = /^(\d{4})[.-]?(\d{2})[.-]?(\d{2})$/u.exec(value.trim());
  return found === null ? value.trim() : `${found[1]}-${found[2]}-${found[3]}`;
};

/** `134501.123` as `13:45`; what is no time is shown as it came. */
export const shownTime = (value: string): string => {
  const found = /^(\d{2}):?(\d{2})?(?::?\d{2}(?:\.\d{1,6})?)?$/u.exec(value.trim());
  return found === null ? value.trim() : `${found[1]}:${found[2] ?? '00'}`;
};

/** A date of the calendar on this machine as DA. */
export const dicomDate = (date: Date): string =>
  `${String(date.getFullYear()).padStart(4, '0')}${String(date.getMonth() + 1).padStart(2, '0')}${String(date.getDate()).padStart(2, '0')}`;

const ageUnits: Readonly<Record<string, string>> = { Y: 'y', M: 'mo', W: 'wk', D: 'd' };

const statedAge = (value: string): string | undefined => {
  const found = /^(\d{1,3})([YMWD])$/u.exec(value.trim());
  return found === null ? undefined : `${Number(found[1])} ${ageUnits[found[2] ?? 'Y']}`;
};

interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const calendarDay = (value: string): CalendarDay | undefined => {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(shownDate(value));
  return found === null ? undefined : { year: Number(found[1]), month: Number(found[2]), day: Number(found[3]) };
};

/** Months from one day to another; negative where the second comes first. */
const monthsBetween = (from: CalendarDay, to: CalendarDay): number =>
  (to.year - from.year) * 12 + to.month - from.month - (to.day < from.day ? 1 : 0);

/** The age at the time of the study: as the study states it, else counted from the birth date; '' where neither can be. */
export const ageAtStudy = (study: { age: string; birthDate: string; studyDate: string }): string => {
  const stated = statedAge(study.age);
  if (stated !== undefined) return stated;
  const [born, day] = [calendarDay(study.birthDate), calendarDay(study.studyDate)];
  if (born === undefined || day === undefined) return '';
  const months = monthsBetween(born, day);
  if (months < 0) return '';
  return months < 24 ? `${months} mo` : `${Math.floor(months / 12)} y`;
};

/** How long ago something was, coarsely; for a moment in the future, because clocks differ, `just now`. */
export const shownAgo = (then: Date, now: Date): string => {
  const seconds = (now.getTime() - then.getTime()) / 1000;
  if (seconds < 5) return 'just now';
  if (seconds < 90) return `${Math.round(seconds)} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
};
