// What a comparison says of one thing: can, can with limits, cannot, or unknown, with every reason. PS3.2 6.

/** From the worst to the best: a whole is as good as its weakest part, and unknown is never counted as can. */
export const verdicts = ['cannot', 'unknown', 'can with limits', 'can'] as const;
export type Verdict = (typeof verdicts)[number];

/** How much a reason weighs. */
export type Severity = 'cannot' | 'unknown' | 'limit' | 'information';

/** One thing that decides about, limits, or explains how two systems work together. */
export interface Reason {
  /** What kind of thing, for filters and tests: `no-common-syntax`. */
  readonly code: string;
  readonly severity: Severity;
  readonly text: string;
  /** What would help. */
  readonly remedy?: string;
  /** Where the statement of the side that opens the association says it (JSON Pointer, RFC 6901). */
  readonly initiator?: string;
  /** The same in the statement of the side that is called. */
  readonly acceptor?: string;
  /** Where the two values come from, as the statements say: a declaration, a setting, a line of a document. */
  readonly sources?: { readonly initiator?: string; readonly acceptor?: string };
  /** Whose maker has to be asked, where a statement does not say it. */
  readonly ask?: 'initiator' | 'acceptor';
}

const weights: Readonly<Record<Severity, Verdict>> = {
  cannot: 'cannot',
  unknown: 'unknown',
  limit: 'can with limits',
  information: 'can',
};

/** The weaker of verdicts; `can` where there are none. */
export const weakest = (some: Iterable<Verdict>): Verdict => {
  const found = new Set(some);
  return verdicts.find((verdict) => found.has(verdict)) ?? 'can';
};

/** The verdict that reasons lead to. A question about something that is not essential makes a limit, not an unknown. */
export const verdictOf = (reasons: readonly Reason[]): Verdict =>
  weakest(reasons.map(({ severity }) => weights[severity]));
