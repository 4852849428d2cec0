// With what a rule is tried: what came in during a span of days of this machine's calendar.

export const periods = ['the last 24 hours', 'yesterday', 'today', 'the last 7 days'] as const;
export type Period = (typeof periods)[number];

export const isPeriod = (text: string): text is Period => periods.some((period) => period === text);

/** Moments in ISO 8601. */
export interface Span {
  readonly since: string;
  /** Absent: until now. */
  readonly until?: string;
}

const hourMs = 3_600_000;

/** Midnight so many days before today; days of 23 and 25 hours count as one. */
const midnight = (now: Date, daysBefore: number): string =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBefore).toISOString();

export const spanOf = (period: Period, now: Date): Span => {
  if (period === 'yesterday') return { since: midnight(now, 1), until: midnight(now, 0) };
  if (period === 'today') return { since: midnight(now, 0) };
  const hours = period === 'the last 7 days' ? 7 * 24 : 24;
  return { since: new Date(now.getTime() - hours * hourMs).toISOString() };
};
