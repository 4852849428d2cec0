// Who is there now: open connections, and associations by calling AE title, called AE title and address.
import type { AssociationInfo } from '../handlers.ts';
import type { Occupancy } from './admission.ts';

/** Who takes a place. */
export type Occupant = Pick<AssociationInfo, 'callingAeTitle' | 'calledAeTitle' | 'address'>;

/** A place that has been taken. */
export interface Place {
  readonly occupant: Occupant;
  /** Where it stands in an account that threads share; -1 where there was no room. */
  readonly slot: number;
  /** Who was there already. */
  readonly others: Occupancy;
}

/** The account of one acceptor, or of several that count together. */
export interface Places {
  /** Connections that are open. */
  readonly connections: number;
  /** One more connection. False, and nothing is counted, where `most` are open already. */
  enter(most: number): boolean;
  leave(): void;
  /** Takes a place first and says then who was there: of two that come at once, never both find the last place free. */
  take(occupant: Occupant): Place;
  giveBack(place: Place): void;
}

/** The account of one acceptor alone. */
export class OwnPlaces implements Places {
  #connections = 0;
  #total = 0;
  readonly #byAeTitle = new Map<string, number>();
  readonly #byCalledAeTitle = new Map<string, number>();
  readonly #byAddress = new Map<string, number>();

  get connections(): number {
    return this.#connections;
  }

  enter(most: number): boolean {
    if (this.#connections >= most) return false;
    this.#connections += 1;
    return true;
  }

  leave(): void {
    this.#connections -= 1;
  }

  take(occupant: Occupant): Place {
    const { callingAeTitle, calledAeTitle, address } = occupant;
    this.#total += 1;
    const others = {
      total: this.#total - 1,
      ofAeTitle: change(this.#byAeTitle, callingAeTitle, 1) - 1,
      ofCalledAeTitle: change(this.#byCalledAeTitle, calledAeTitle, 1) - 1,
      ofAddress: change(this.#byAddress, address, 1) - 1,
    };
    return { occupant, slot: 0, others };
  }

  giveBack({ occupant: { callingAeTitle, calledAeTitle, address } }: Place): void {
    this.#total -= 1;
    change(this.#byAeTitle, callingAeTitle, -1);
    change(this.#byCalledAeTitle, calledAeTitle, -1);
    change(this.#byAddress, address, -1);
  }
}

function change(counts: Map<string, number>, key: string, by: 1 | -1): number {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
  return count;
}
