// What a reader takes before it says no. Every limit is on by default.

/** Bounds for a reader. A file within them is read in memory proportional to its size. */
export interface Limits {
  /** Nested sequences. Default 128; more than 1,000 is not taken. */
  readonly depth: number;
  /** Elements, items and fragments in total. Default 4,000,000. */
  readonly elements: number;
  /** Bytes held in memory from a stream, bulk values by reference not counted. Default 1 GiB. */
  readonly held: number;
  /** Bytes a deflated data set may grow to. Default 1 GiB. */
  readonly inflated: number;
  /** Times a deflated data set may grow. Default 1,032, the most that deflate can do. */
  readonly inflateRatio: number;
  /** Findings that are kept; later ones are dropped. Default 200. */
  readonly findings: number;
}

/** Nested sequences that no option goes beyond: writing and dumping recurse. */
export const deepest = 1000;

/** The limits where a caller names none. */
export const defaultLimits: Limits = {
  depth: 128,
  elements: 4_000_000,
  held: 1 << 30,
  inflated: 1 << 30,
  inflateRatio: 1032,
  findings: 200,
};
