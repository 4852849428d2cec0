// Records on their way to the journal, one behind the other in memory that direct I/O can write from.
import { alignedBuffer } from './journal-file.ts';
import { headerSize, type RecordHeader, recordSize, sealRecord } from './record.ts';

/** One part of one object, as the journal takes it. */
export interface Part {
  readonly kind: RecordHeader['kind'];
  readonly number: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** What a later start needs to know of a whole object. */
  readonly note: string;
}

/** What takes back everything the journal says of an object. */
export const removal = (number: number): Part => ({
  kind: 'removed',
  number,
  offset: 0,
  bytes: new Uint8Array(0),
  note: '',
});

/** Takes a few parts of the usual size; the largest possible record fits. */
const capacity = 1_310_720;

export class Staging {
  readonly #memory = alignedBuffer(capacity);
  #used = 0;
  #done = Promise.withResolvers<boolean>();
  /** Where the first record goes, in bytes of the journal file. */
  position = 0;
  /** Somebody waits for what is in here. */
  wanted = false;

  get used(): number {
    return this.#used;
  }

  hasRoom(size: number): boolean {
    return this.#used + size <= capacity;
  }

  /** Copies the part behind what is there: direct I/O needs it in whole blocks. */
  add({ kind, number, offset, bytes, note }: Part, sequence: number): void {
    const { length } = bytes;
    const noteLength = Buffer.byteLength(note);
    const size = recordSize(length, noteLength);
    const record = this.#memory.subarray(this.#used, this.#used + size);
    record.write(note, headerSize);
    record.set(bytes, headerSize + noteLength);
    record.fill(0, headerSize + noteLength + length);
    sealRecord(record, { kind, sequence, number, offset, length, noteLength });
    this.#used += size;
    if (kind !== 'part') this.wanted = true;
  }

  /** Everything that is in here. */
  get blocks(): Buffer {
    return this.#memory.subarray(0, this.#used);
  }

  /** True when it is durable, false when it is not in the journal. */
  get done(): Promise<boolean> {
    return this.#done.promise;
  }

  /** Tells whoever waits, and makes room. */
  empty(durable: boolean): void {
    this.#done.resolve(durable);
    this.#done = Promise.withResolvers();
    this.#used = 0;
    this.wanted = false;
  }
}
