// What an acceptor is given: its application entities, its rules. It does not change while the acceptor lives.
import type { Implementation } from '../implementation.ts';
import type { Limits, Timeouts } from '../limits.ts';
import type { Policy } from '../policy.ts';
import type { BoundService } from '../service.ts';

/** An application entity of ours: its title and what it provides. */
export interface ApplicationEntity {
  readonly aeTitle: string;
  readonly services: readonly BoundService[];
  /** What is another for it than for the rest; `calledAeTitles` belongs to the acceptor. */
  readonly policy?: Partial<Omit<Policy, 'calledAeTitles'>>;
  /** Associations with it at a time. */
  readonly associations?: number;
  /** The longest P-DATA-TF that it announces, in bytes; 0 = any. */
  readonly maximumLength?: number;
  /** Seconds, from the moment it has been called: ARTIM runs before that. */
  readonly timeouts?: Partial<Omit<Timeouts, 'connect' | 'artim' | 'associate'>>;
}

export interface AcceptingRules {
  readonly applicationEntities: readonly ApplicationEntity[];
  readonly implementation: Implementation;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  readonly policy: Policy;
}
