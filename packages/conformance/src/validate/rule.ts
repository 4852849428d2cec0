// What a rule of the validator is, and what it finds. PS3.2 6 and 7.

import type { Place } from './place.ts';
import type { Reading } from './reading.ts';

/** Error (a "shall" is broken), warning, information. */
export type Level = 'E' | 'W' | 'I';

/** Who decides: the statement itself, the running system, an attestation, a test with a peer or a medium. */
export type Decider = 's' | 'r' | 'a' | 'p';

export interface Finding {
  readonly rule: string;
  readonly level: Level;
  /** JSON Pointer into the statement. RFC 6901 */
  readonly path: string;
  readonly message: string;
  /** What is there now, shortened; left out where nothing is. */
  readonly value?: string;
  /** What would mend it. */
  readonly remedy: string;
  /** Of PS3.2, or of the part that the rule rests on. */
  readonly section: string;
}

/** What a check reports; level and remedy where they are not those of the rule. */
export interface Fault {
  readonly path: string;
  readonly message: string;
  readonly level?: Level;
  readonly remedy?: string;
}

/** A fault at a place. */
export const fault = ({ path }: Place, message: string, rest: Pick<Fault, 'level' | 'remedy'> = {}): Fault => ({
  path,
  message,
  ...rest,
});

/** One rule. */
export interface Rule {
  readonly id: string;
  readonly level: Level;
  readonly decided: readonly Decider[];
  readonly section: string;
  readonly text: string;
  /** What to do where it is broken, or what would decide it. */
  readonly remedy: string;
  /** Left out where the statement cannot decide, and for what is allowed. */
  readonly check?: (document: Place, reading: Reading) => Iterable<Fault>;
  /** Follows from what other rules found. */
  readonly follow?: (document: Place, found: readonly Finding[]) => Iterable<Fault>;
  /** Says that something is allowed: no rule may report it. */
  readonly permits?: true;
}
