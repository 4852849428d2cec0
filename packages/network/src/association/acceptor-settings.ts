// What all connections of one acceptor share: its application entities, its rules, who is there now.
import type { AssociationInfo } from '../handlers.ts';
import type { Implementation } from '../implementation.ts';
import type { Limits, Timeouts } from '../limits.ts';
import type { Log } from '../log.ts';
import type { Policy } from '../policy.ts';
import type { BoundService } from '../service.ts';
import type { Occupancy } from './admission.ts';
import type { AssociationRecord } from './record.ts';

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

export interface AcceptorSettings {
  readonly applicationEntities: readonly ApplicationEntity[];
  readonly implementation: Implementation;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  readonly policy: Policy;
  readonly log: Log;
  readonly onAssociation: (record: AssociationRecord) => void;
  readonly occupants: Occupants;
}

/** Who takes a place. */
export type Occupant = Pick<AssociationInfo, 'callingAeTitle' | 'calledAeTitle' | 'address'>;

/** Counts open associations by calling AE title, called AE title and address. */
export class Occupants {
  #total = 0;
  readonly #byAeTitle = new Map<string, number>();
  readonly #byCalledAeTitle = new Map<string, number>();
  readonly #byAddress = new Map<string, number>();

  count({ callingAeTitle, calledAeTitle, address }: Occupant): Occupancy {
    return {
      total: this.#total,
      ofAeTitle: this.#byAeTitle.get(callingAeTitle) ?? 0,
      ofCalledAeTitle: this.#byCalledAeTitle.get(calledAeTitle) ?? 0,
      ofAddress: this.#byAddress.get(address) ?? 0,
    };
  }

  add(occupant: Occupant): void {
    this.#change(occupant, 1);
  }

  remove(occupant: Occupant): void {
    this.#change(occupant, -1);
  }

  #change({ callingAeTitle, calledAeTitle, address }: Occupant, by: 1 | -1): void {
    this.#total += by;
    change(this.#byAeTitle, callingAeTitle, by);
    change(this.#byCalledAeTitle, calledAeTitle, by);
    change(this.#byAddress, address, by);
  }
}

function change(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
