// What all connections of one acceptor share: its application entities, its rules, who is there now.
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

/** Counts open associations by calling AE title and address. */
export class Occupants {
  #total = 0;
  readonly #byAeTitle = new Map<string, number>();
  readonly #byAddress = new Map<string, number>();

  count(aeTitle: string, address: string): Occupancy {
    return {
      total: this.#total,
      ofAeTitle: this.#byAeTitle.get(aeTitle) ?? 0,
      ofAddress: this.#byAddress.get(address) ?? 0,
    };
  }

  add(aeTitle: string, address: string): void {
    this.#change(aeTitle, address, 1);
  }

  remove(aeTitle: string, address: string): void {
    this.#change(aeTitle, address, -1);
  }

  #change(aeTitle: string, address: string, by: 1 | -1): void {
    this.#total += by;
    change(this.#byAeTitle, aeTitle, by);
    change(this.#byAddress, address, by);
  }
}

function change(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
