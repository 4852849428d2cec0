// What a question may wish for beyond plain matching, and what can come of it. PS3.4 C.5.1.1

/** By the names of SOP Class Extended Negotiation; `timezone` is the offset that times of the question are meant in. */
export interface Wishes {
  readonly relational?: boolean | undefined;
  readonly combinedDateTime?: boolean | undefined;
  readonly fuzzyPersonNames?: boolean | undefined;
  readonly timezone?: string | undefined;
}

export const wishNames = ['relational', 'combinedDateTime', 'fuzzyPersonNames', 'timezone'] as const;

/** Nothing is negotiated over DICOMweb. `not said`: it was asked for, and nothing was said about it. */
export type Outcome = 'agreed' | 'not agreed' | 'not said' | 'not asked';

/** For each wish what became of it. */
export type Negotiated = Readonly<Partial<Record<(typeof wishNames)[number], Outcome>>>;
