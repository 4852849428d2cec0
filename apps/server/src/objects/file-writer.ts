// One object's bytes on their way into a file and, beside it, into the journal: written in large pieces, durable at commit.
import { close, fdatasync, writev, writevSync } from 'node:fs';
import { promisify } from 'node:util';
import type { BufferPool } from './buffer-pool.ts';
import type { Tracked } from './durability.ts';
import type { Journal } from './journal/journal.ts';
import { removal } from './journal/staging.ts';
import { type ObjectWriter, type Seal, StoreError, storeError } from './object-store.ts';

const writevAsync = promisify(writev);
const fdatasyncAsync = promisify(fdatasync);

/** Collected before a write is started; the next buffers of the size fill while it runs. */
export const collectedAtOnce = 256 * 1024;
/**
 * Full buffers that wait while others are written, and go out together: waking a thread for each, and being woken by it, takes as
 * long as the disk does.
 */
const mostWaiting = 4;
/** So little that copying it into the page cache here costs less than waking a thread for it. */
const smallSize = 64 * 1024;
/** Beyond this the journal saves nothing: the object is synced in its own file. */
const journaledAtMost = 8 * 1024 * 1024;

/** A file made in advance: its directory entry is durable already. */
export interface OpenFile {
  readonly key: string;
  readonly number: number;
  readonly descriptor: number;
}

export interface WriterParts {
  /** Buffers of `collectedAtOnce` bytes that begin at a page, as direct writes want it. */
  readonly buffers: BufferPool;
  /** Absent while an earlier journal is still being read: objects are then synced in their own files. */
  readonly journal: Pick<Journal, 'append'> | undefined;
  readonly tracked: Tracked;
  /** Opens the file once more for writes past the page cache; undefined where that cannot be. */
  readonly openDirect: (file: Pick<OpenFile, 'key'>) => Promise<number | undefined>;
  /** Bytes handed to the file system. */
  readonly written: (bytes: number) => void;
  /** The file is kept for good. */
  readonly settled: (file: OpenFile) => void;
  /** The file must go. */
  readonly givenUp: (file: OpenFile) => Promise<void>;
}

/** What a later start has to know to trust the journal's copy. */
export interface JournalNote extends Seal {
  readonly size: number;
}

interface Taken {
  readonly bytes: Buffer;
  readonly offset: number;
  readonly giveBack: () => void;
}

class FileWriter implements ObjectWriter {
  readonly key: string;
  readonly number: number;
  readonly #file: OpenFile;
  readonly #parts: WriterParts;
  #buffer: Buffer | undefined;
  /** Of the buffer, in bytes. */
  #used = 0;
  /** Of what was handed on already, in bytes of the object. */
  #offset = 0;
  /** Full, in their order. */
  #waiting: Taken[] = [];
  /** Until nothing waits any more. */
  #writing: Promise<void> | undefined;
  /** A write of it is over. */
  #room: PromiseWithResolvers<void> | undefined;
  #failed: unknown;
  /** Of a large object: whole buffers go past the page cache, so that nothing of it is left for the sync at the end. */
  #direct: number | undefined;
  #opening: Promise<void> | undefined;
  /** The journal has the whole object. */
  #sealed = false;
  #state: 'open' | 'committed' | 'ended' = 'open';

  constructor(file: OpenFile, parts: WriterParts) {
    this.key = file.key;
    this.number = file.number;
    this.#file = file;
    this.#parts = parts;
    if (!parts.journal) parts.tracked.goDirect();
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#failed) throw storeError(this.#failed);
    if (this.#used + chunk.length > collectedAtOnce) return this.#writeLong(chunk);
    this.#collect(chunk);
    return undefined;
  }

  async commit(seal: Seal): Promise<'journaled' | 'synced'> {
    try {
      while (this.#writing) await this.#writing;
      if (this.#failed) throw this.#failed;
      const journaled = await this.#finish(seal);
      if (!journaled) await fdatasyncAsync(this.#file.descriptor);
      await this.#closeDirect();
      this.#state = 'committed';
      closeLater(this.#file.descriptor);
      return journaled ? 'journaled' : 'synced';
    } catch (error) {
      await this.abandon();
      throw storeError(error);
    }
  }

  settle(): void {
    if (this.#state !== 'committed') return;
    this.#state = 'ended';
    if (this.#parts.tracked.direct) this.#parts.tracked.over();
    else this.#parts.tracked.settled();
    this.#parts.settled(this.#file);
  }

  leave(): void {
    this.#state = 'ended';
    this.#parts.tracked.over();
  }

  async abandon(): Promise<void> {
    if (this.#state === 'ended') return;
    const state = this.#state;
    this.#state = 'ended';
    await this.#writing;
    await this.#closeDirect();
    this.#take().giveBack();
    if (state === 'open') closeLater(this.#file.descriptor);
    if (this.#sealed) await this.#takeBack();
    this.#parts.tracked.over();
    await this.#parts.givenUp(this.#file);
  }

  /** Fills buffers one after the other, and waits while two are full. */
  async #writeLong(chunk: Uint8Array): Promise<void> {
    for (let done = 0; done < chunk.length; ) {
      if (this.#used === collectedAtOnce) {
        if (this.#waiting.length === mostWaiting) await this.#roomForMore();
        if (this.#failed) throw storeError(this.#failed);
        if (this.#state !== 'open') throw new StoreError('closed', 'the object was given up');
        this.#waiting.push(this.#take());
        if (this.#offset > journaledAtMost) this.#opening ??= this.#openDirect();
        this.#writing ??= this.#writeWaiting();
      }
      const piece = chunk.subarray(done, done + collectedAtOnce - this.#used);
      this.#collect(piece);
      done += piece.length;
    }
  }

  #collect(piece: Uint8Array): void {
    this.#buffer ??= this.#parts.buffers.take();
    this.#buffer.set(piece, this.#used);
    this.#used += piece.length;
  }

  #roomForMore(): Promise<void> {
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  /** One write at a time. Never rejects. */
  async #writeWaiting(): Promise<void> {
    await undefined; // so that whoever starts this notes it as running before it can be over
    while (this.#waiting.length > 0) {
      const together = this.#waiting;
      this.#waiting = [];
      this.#room?.resolve();
      this.#room = undefined;
      if (!this.#failed && this.#state === 'open')
        await both(this.#writeFile(together), this.#writeJournal(together)).catch((error: unknown) => {
          this.#failed ??= error;
        });
      for (const { giveBack } of together) giveBack();
    }
    this.#writing = undefined;
  }

  /** What is collected, and where in the object it stands. */
  #take(): Taken {
    const buffer = this.#buffer;
    const bytes = buffer?.subarray(0, this.#used) ?? Buffer.alloc(0);
    const offset = this.#offset;
    this.#buffer = undefined;
    this.#used = 0;
    this.#offset += bytes.length;
    return { bytes, offset, giveBack: () => buffer && this.#parts.buffers.give(buffer) };
  }

  /** The last bytes and the seal. True when the journal has the whole object. */
  async #finish(seal: Seal): Promise<boolean> {
    const taken = this.#take();
    try {
      return await this.#writeLast(taken, seal);
    } finally {
      taken.giveBack();
    }
  }

  async #openDirect(): Promise<void> {
    this.#direct = await this.#parts.openDirect(this.#file);
  }

  /** What was opened is closed when nothing is written any more. */
  async #closeDirect(): Promise<void> {
    await this.#opening;
    if (this.#direct !== undefined) closeLater(this.#direct);
    this.#direct = undefined;
  }

  async #writeLast(taken: Taken, seal: Seal): Promise<boolean> {
    const { bytes, offset } = taken;
    const { journal, tracked } = this.#parts;
    if (tracked.direct || !journal || this.#offset > journaledAtMost) {
      tracked.goDirect();
      await this.#writeFile([taken]);
      return false;
    }
    tracked.committing();
    const note: JournalNote = { ...seal, size: this.#offset };
    const part = { kind: 'last', number: this.number, offset, bytes, note: JSON.stringify(note) } as const;
    const sealed = journal.append(part).then((journaled) => {
      this.#sealed = journaled;
    });
    await both(sealed, this.#writeFile([taken]));
    if (!this.#sealed) tracked.goDirect();
    return this.#sealed;
  }

  async #writeJournal(together: readonly Taken[]): Promise<void> {
    for (const { bytes, offset } of together) {
      const { journal, tracked } = this.#parts;
      if (tracked.direct || !journal) return;
      const part = { kind: 'part', number: this.number, offset, bytes, note: '' } as const;
      const accepted = offset < journaledAtMost && (await journal.append(part));
      if (!accepted) tracked.goDirect();
    }
  }

  /** Buffers that lie one behind the other in the object. */
  async #writeFile(together: readonly Taken[]): Promise<void> {
    const [first] = together;
    if (!first) return;
    const pieces = together.map(({ bytes }) => bytes);
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    // Direct writes begin and end at whole blocks: every buffer but the last does, and what is left of one that was cut short may not.
    let done = length % collectedAtOnce === 0 ? await this.#writeDirect(pieces, first.offset) : 0;
    const { descriptor } = this.#file;
    while (done < length) {
      const left = behind(pieces, done);
      const at = first.offset + done;
      done +=
        length <= smallSize ? writevSync(descriptor, left, at) : (await writevAsync(descriptor, left, at)).bytesWritten;
    }
    this.#parts.written(length);
  }

  /** Bytes that went past the page cache: none of a file system that opens such a descriptor and then takes no write of these blocks. */
  async #writeDirect(pieces: readonly Buffer[], offset: number): Promise<number> {
    if (this.#direct === undefined) return 0;
    try {
      return (await writevAsync(this.#direct, pieces, offset)).bytesWritten;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) throw error;
      closeLater(this.#direct);
      this.#direct = undefined;
      return 0;
    }
  }

  /** An object that is given up after it was whole in the journal must not come back with the next start. */
  async #takeBack(): Promise<void> {
    await this.#parts.journal?.append(removal(this.number));
  }
}

export const createFileWriter = (file: OpenFile, parts: WriterParts): ObjectWriter => new FileWriter(file, parts);

/** Waits for both before it throws: neither may still read a buffer that is given back. */
async function both(first: Promise<void>, second: Promise<void>): Promise<void> {
  for (const result of await Promise.allSettled([first, second])) if (result.status === 'rejected') throw result.reason;
}

/** Closes without making the caller wait; what a failing close could lose was synced before. */
export const closeLater = (descriptor: number): void => close(descriptor, () => undefined);

/** What is left of the pieces behind their first `done` bytes. */
function behind(pieces: readonly Buffer[], done: number): Buffer[] {
  let skip = done;
  return pieces.flatMap((piece) => {
    const left = piece.subarray(Math.min(skip, piece.length));
    skip = Math.max(0, skip - piece.length);
    return left.length > 0 ? [left] : [];
  });
}
