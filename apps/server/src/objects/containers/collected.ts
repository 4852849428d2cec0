// The bytes of an object that is on its way into a container, collected where they are written from.
import { StoreError } from '../object-store.ts';
import type { RegionPool } from './shared-regions.ts';
import { layoutOf, type MemberFacts, type MemberLayout, writeMember } from './tar-member.ts';

/** A member in whole blocks, ready to be written. */
export interface Member extends Pick<MemberLayout, 'dataOffset' | 'length'> {
  readonly blocks: Buffer;
}

/** Where objects are collected, and what the last ones were like: those of a series are much alike. */
export interface Collecting {
  /** For most objects without images. */
  readonly small: RegionPool;
  /** For the largest object with its headers. */
  readonly large: RegionPool;
  /** Whether so many more bytes may be taken; counts them. */
  readonly take: (bytes: number) => boolean;
  readonly given: (bytes: number) => void;
  /** What the headers took of the last member in a region of that size: the next object is collected behind so much room. */
  readonly headRoom: Map<number, number>;
  /** Whether the last one needed a large region. */
  lastWasLarge: boolean;
}

/** `set` moves byte after byte where memory is shared and the two do not lie alike: six times as slow. */
const copyInto = (region: Buffer, bytes: Uint8Array, at: number): void => {
  if (bytes.length > 0) region.fill(bytes, at, at + bytes.length);
};

export class Collected {
  readonly #collecting: Collecting;
  #pool: RegionPool | undefined;
  #region: Buffer | undefined;
  /** Where the object's bytes begin in the region. */
  #start = 0;
  #size = 0;

  constructor(collecting: Collecting) {
    this.#collecting = collecting;
  }

  /** In bytes of the object. */
  get size(): number {
    return this.#size;
  }

  /** The bytes as they were added. */
  get bytes(): Buffer {
    return this.#region?.subarray(this.#start, this.#start + this.#size) ?? Buffer.alloc(0);
  }

  /** Copies the bytes; false, and nothing is copied, where there is no memory for them. */
  add(bytes: Uint8Array): boolean {
    const { small, large, lastWasLarge } = this.#collecting;
    if (!this.#region && !this.#moveTo(lastWasLarge ? large : small)) return false;
    if (this.#start + this.#size + bytes.length > (this.#region?.length ?? 0) && !this.#moveTo(large)) return false;
    if (this.#region) copyInto(this.#region, bytes, this.#start + this.#size);
    this.#size += bytes.length;
    return true;
  }

  /** The object between its headers and what fills the last block. Throws StoreError where there is no memory for them. */
  member(facts: MemberFacts): Member {
    const layout = layoutOf(this.#size, facts.note);
    const { dataOffset, length } = layout;
    const { small, large, headRoom } = this.#collecting;
    if (length > (this.#region?.length ?? 0) && !this.#moveTo(length > small.size ? large : small))
      throw new StoreError('failed', 'no memory for the headers of an object');
    const region = this.#region;
    if (!region || length > region.length) throw new StoreError('failed', `headers of ${dataOffset} bytes`);
    if (dataOffset !== this.#start) region.copy(region, dataOffset, this.#start, this.#start + this.#size);
    this.#start = dataOffset;
    headRoom.set(region.length, dataOffset);
    this.#collecting.lastWasLarge = region.length === large.size && length > small.size;
    const blocks = region.subarray(0, length);
    writeMember(blocks, facts, layout);
    return { blocks, dataOffset, length };
  }

  giveBack(): void {
    if (this.#region) this.#pool?.give(this.#region);
    if (this.#region) this.#collecting.given(this.#region.length);
    this.#region = undefined;
  }

  #moveTo(pool: RegionPool): boolean {
    const { take, headRoom } = this.#collecting;
    if (pool === this.#pool || !take(pool.size)) return false;
    const region = pool.take();
    const start = headRoom.get(pool.size) ?? 0;
    copyInto(region, this.bytes, start);
    this.giveBack();
    this.#pool = pool;
    this.#region = region;
    this.#start = start;
    return true;
  }
}
