// The account of several threads that share a port, in memory that all of them see. No locks: a thread that dies holds none.
import type { Occupancy } from './admission.ts';
import type { Occupant, Place, Places } from './places.ts';

/** The memory of an account. It may be sent to a thread as it is. */
export interface PlacesMemory {
  readonly threads: number;
  /** Associations that it has room for. */
  readonly slots: number;
  readonly memory: SharedArrayBuffer;
}

/** Words of an occupant: calling AE title, called AE title (16 characters each), address (48). */
const names = { calling: { at: 0, words: 4 }, called: { at: 4, words: 4 }, address: { at: 8, words: 12 } } as const;
const nameWords = 20;
type Name = (typeof names)[keyof typeof names];

/**
 * Memory for the account of `threads` threads that let in `associations` associations together: connections by thread, then the
 * owner of each slot (0 = free, thread + 1 = taken, negative = being written), then the occupants.
 */
export function placesMemory(threads: number, associations: number): PlacesMemory {
  // Each thread may hold one place while it finds out that there are too many.
  const slots = associations + threads;
  return { threads, slots, memory: new SharedArrayBuffer((threads + slots * (1 + nameWords)) * 4) };
}

/** The account as one thread keeps it. */
export class SharedPlaces implements Places {
  readonly #thread: number;
  readonly #slots: number;
  readonly #connections: Int32Array;
  readonly #owners: Int32Array;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;

  constructor({ threads, slots, memory }: PlacesMemory, thread: number) {
    this.#thread = thread;
    this.#slots = slots;
    this.#connections = new Int32Array(memory, 0, threads);
    this.#owners = new Int32Array(memory, threads * 4, slots);
    this.#words = new Int32Array(memory, (threads + slots) * 4, slots * nameWords);
    this.#bytes = new Uint8Array(memory, (threads + slots) * 4, slots * nameWords * 4);
  }

  get connections(): number {
    let sum = 0;
    for (let thread = 0; thread < this.#connections.length; thread += 1) sum += Atomics.load(this.#connections, thread);
    return sum;
  }

  enter(most: number): boolean {
    Atomics.add(this.#connections, this.#thread, 1);
    if (this.connections <= most) return true;
    this.leave();
    return false;
  }

  leave(): void {
    Atomics.sub(this.#connections, this.#thread, 1);
  }

  take(occupant: Occupant): Place {
    const slot = this.#claim();
    if (slot < 0) return { occupant, slot, others: { ...nobody, total: this.#slots } };
    this.#write(slot, names.calling, occupant.callingAeTitle);
    this.#write(slot, names.called, occupant.calledAeTitle);
    this.#write(slot, names.address, occupant.address);
    Atomics.store(this.#owners, slot, this.#thread + 1);
    return { occupant, slot, others: this.#othersThan(slot) };
  }

  giveBack({ slot }: Place): void {
    if (slot >= 0) Atomics.store(this.#owners, slot, 0);
  }

  /** Takes back what a thread held that has died. Returns its associations. */
  clear(thread: number): number {
    let held = 0;
    for (let slot = 0; slot < this.#slots; slot += 1) {
      const owner = Atomics.load(this.#owners, slot);
      if (Math.abs(owner) !== thread + 1) continue;
      Atomics.store(this.#owners, slot, 0);
      if (owner > 0) held += 1;
    }
    Atomics.store(this.#connections, thread, 0);
    return held;
  }

  #claim(): number {
    for (let slot = 0; slot < this.#slots; slot += 1)
      if (Atomics.compareExchange(this.#owners, slot, 0, -this.#thread - 1) === 0) return slot;
    return -1;
  }

  #write(slot: number, { at, words }: Name, text: string): void {
    const from = (slot * nameWords + at) * 4;
    for (let index = 0; index < words * 4; index += 1)
      this.#bytes[from + index] = index < text.length ? text.charCodeAt(index) : 0;
  }

  #othersThan(own: number): Occupancy {
    let [total, ofAeTitle, ofCalledAeTitle, ofAddress] = [0, 0, 0, 0];
    for (let slot = 0; slot < this.#slots; slot += 1) {
      if (slot === own || Atomics.load(this.#owners, slot) <= 0) continue;
      total += 1;
      if (this.#same(slot, own, names.calling)) ofAeTitle += 1;
      if (this.#same(slot, own, names.called)) ofCalledAeTitle += 1;
      if (this.#same(slot, own, names.address)) ofAddress += 1;
    }
    return { total, ofAeTitle, ofCalledAeTitle, ofAddress };
  }

  #same(one: number, other: number, { at, words }: Name): boolean {
    for (let word = at; word < at + words; word += 1)
      if (this.#words[one * nameWords + word] !== this.#words[other * nameWords + word]) return false;
    return true;
  }
}

const nobody: Occupancy = { total: 0, ofAeTitle: 0, ofCalledAeTitle: 0, ofAddress: 0 };
