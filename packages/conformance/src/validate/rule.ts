// What a rule of the validator is, and what it finds. PS3.2 6 and 7.
import type { Statement } from '../model/statement.ts';

/** What rules look at: the sections that could be read, where one with a fault is missing, and the value itself. */
export interface Sections {
  readonly value: unknown;
  readonly claim?: Statement['claim'];
  readonly networking?: Statement['networking'];
}

export interface Finding {
  readonly rule: string;
  /** Error, warning, information. */
  readonly level: 'E' | 'W' | 'I';
  /** JSON Pointer into the statement. RFC 6901 */
  readonly path: string;
  readonly message: string;
  /** Of PS3.2, or of the part that the rule rests on. */
  readonly section: string;
}

export type Fault = Pick<Finding, 'path' | 'message'>;

/** One rule. `decided` by: the statement, the running system, an attestation, a test with a peer. */
export interface Rule extends Pick<Finding, 'level' | 'section'> {
  readonly id: string;
  readonly decided: 's' | 'r' | 'a' | 'p';
  readonly text: string;
  /** Left out where the statement alone cannot decide. */
  readonly check?: (sections: Sections) => Iterable<Fault>;
}
