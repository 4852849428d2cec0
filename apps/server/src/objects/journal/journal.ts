// The object journal: parts of objects are appended and made durable together; segments are used again once they are released.
import { alignedBuffer, type JournalFile } from './journal-file.ts';
import { blockSize, recordSize } from './record.ts';
import { type Part, Staging } from './staging.ts';

export interface JournalSettings {
  /** In bytes, a multiple of the block size. */
  readonly segmentSize: number;
  /** Segments of the ring at most. */
  readonly segments: number;
  /**
   * Makes these objects durable outside the journal, or sees to it that they do not count on it. True: their segment is free;
   * false: it is left to the next start.
   */
  readonly makeDurable: (numbers: readonly number[]) => Promise<boolean>;
  /** Whether there is room on the disk for one segment more. */
  readonly mayGrow: () => Promise<boolean>;
  readonly failed: (error: unknown) => void;
}

/** A segment in use: the numbers of the objects that have a record in it. */
interface Segment {
  readonly index: number;
  readonly numbers: Set<number>;
}

/** With this part of the ring free, or less, segments are released. */
const scarce = 0.25;
/** A write is started when so much is waiting, even if nobody waits for it yet. */
const eager = 512 * 1024;

export class Journal {
  readonly #file: JournalFile;
  readonly #settings: JournalSettings;
  #filling = new Staging();
  #spare = new Staging();
  #writing: Promise<void> | undefined;
  #sequence: number;
  /** Where the next record goes. */
  #head = 0;
  #segment: Segment | undefined;
  readonly #full: Segment[] = [];
  readonly #free: number[];
  #releasing: Promise<void> | undefined;
  #growing: Promise<void> | undefined;
  readonly #zeros = alignedBuffer(blockSize);
  #broken = false;
  #closing = false;
  /** A segment could not be released; neither can those behind it. */
  #left = false;

  /** @param sequence larger than that of any record in the file, none of which counts any more */
  constructor(file: JournalFile, sequence: number, settings: JournalSettings) {
    this.#file = file;
    this.#sequence = sequence;
    this.#settings = settings;
    this.#free = Array.from({ length: Math.min(file.segments, settings.segments) }, (_, index) => index);
    this.#growAhead();
  }

  /**
   * Takes a part. For the last part of an object, and a removal, the promise resolves when all up to it is durable. False: the
   * journal cannot take it, or could not write it; the caller makes the object durable in another way.
   */
  async append(part: Part): Promise<boolean> {
    const size = recordSize(part.bytes.length, Buffer.byteLength(part.note));
    for (;;) {
      if (this.#broken) return false;
      const place = this.#filling.hasRoom(size) ? this.#place(size) : 'not yet';
      if (place === 'none') return false;
      if (place === 'found') break;
      await (this.#writing ?? this.#flush());
    }
    this.#sequence += 1;
    this.#filling.add(part, this.#sequence);
    this.#head += size;
    this.#segment?.numbers.add(part.number);
    const { done } = this.#filling;
    if (!this.#writing && (this.#filling.wanted || this.#filling.used >= eager)) void this.#flush();
    return part.kind === 'part' ? true : done;
  }

  /** Releases what can be released. Nothing may be appended any more. */
  async close(): Promise<void> {
    while (this.#writing || this.#filling.used > 0) await (this.#writing ?? this.#flush());
    this.#closing = true;
    this.#leaveSegment();
    await this.#growing;
    while (this.#releasing) await this.#releasing;
    while (this.#writing) await this.#writing;
    await this.#file.close();
  }

  /** A place for the next record, in the next free segment where the present one is full. */
  #place(size: number): 'found' | 'not yet' | 'none' {
    const { segmentSize } = this.#settings;
    if (!this.#segment || this.#head + size > (this.#segment.index + 1) * segmentSize) {
      // What is waiting belongs to the segment before: it is written first, in its own place.
      if (this.#filling.used > 0) return 'not yet';
      this.#leaveSegment();
      const index = size <= segmentSize ? this.#free.shift() : undefined;
      this.#growAhead();
      if (index === undefined) return 'none';
      this.#segment = { index, numbers: new Set() };
      this.#head = index * segmentSize;
    }
    if (this.#filling.used === 0) this.#filling.position = this.#head;
    return 'found';
  }

  #leaveSegment(): void {
    if (this.#segment) this.#full.push(this.#segment);
    this.#segment = undefined;
    this.#head = 0;
    this.#release();
  }

  /** Writes what is waiting; what comes meanwhile waits in the other staging. */
  #flush(): Promise<void> {
    const staged = this.#filling;
    [this.#filling, this.#spare] = [this.#spare, staged];
    this.#writing = this.#write(staged).finally(() => {
      this.#writing = undefined;
      if (this.#filling.wanted || this.#filling.used >= eager) void this.#flush();
    });
    return this.#writing;
  }

  async #write(staged: Staging): Promise<void> {
    try {
      await this.#file.write(staged.blocks, staged.position, staged.wanted);
      staged.empty(true);
    } catch (error) {
      this.#fail(error);
      staged.empty(false);
    }
  }

  /**
   * Segments are released in the order they were filled: a later record may take back what an earlier one says. They are
   * released late: what the operating system wrote by itself meanwhile costs nothing then.
   */
  #release(): void {
    const [segment] = this.#full;
    if (!segment || this.#releasing || this.#broken || this.#left) return;
    const few = this.#settings.segments * scarce;
    const free = this.#free.length + this.#settings.segments - this.#file.segments;
    if (!this.#closing && free > few) return;
    this.#releasing = this.#releaseOne(segment)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#releasing = undefined;
        this.#release();
      });
  }

  async #releaseOne({ index, numbers }: Segment): Promise<void> {
    while (this.#writing) await this.#writing;
    if (!(await this.#settings.makeDurable([...numbers]))) {
      this.#left = true;
      return;
    }
    await this.#file.write(this.#zeros, index * this.#settings.segmentSize, true);
    this.#full.shift();
    this.#free.push(index);
  }

  /** Without the journal every object is made durable on its own; those that counted on it are so now. */
  #fail(error: unknown): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#settings.failed(error);
    const counting = [...this.#full, ...(this.#segment ? [this.#segment] : [])].flatMap(({ numbers }) => [...numbers]);
    this.#settings.makeDurable(counting).catch(this.#settings.failed);
  }

  /** One segment more than is used, as far as the ring may grow. */
  #growAhead(): void {
    const made = this.#file.segments;
    if (this.#growing || this.#free.length > 1 || made >= this.#settings.segments) return;
    this.#growing = this.#settings
      .mayGrow()
      .then(async (room) => {
        if (!room) return;
        await this.#file.grow();
        this.#free.push(made);
      })
      .catch(this.#settings.failed)
      .finally(() => {
        this.#growing = undefined;
      });
  }
}
