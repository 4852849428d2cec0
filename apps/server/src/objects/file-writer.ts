// One object's bytes on their way into a file and, beside it, into the journal: written in large pieces, durable at commit.
import { close, fdatasync, writev, writevSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Tracked } from './durability.ts';
import type { Journal } from './journal/journal.ts';
import { type ObjectWriter, type Seal, storeError } from './object-store.ts';

const writevAsync = promisify(writev);
const fdatasyncAsync = promisify(fdatasync);

/** Collected before a write is started. */
const flushSize = 256 * 1024;
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
  /** Absent while an earlier journal is still being read: objects are then synced in their own files. */
  readonly journal: Pick<Journal, 'append'> | undefined;
  readonly tracked: Tracked;
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

class FileWriter implements ObjectWriter {
  readonly key: string;
  readonly number: number;
  readonly #file: OpenFile;
  readonly #parts: WriterParts;
  #collected: Uint8Array[] = [];
  #size = 0;
  /** Of what was handed on already, in bytes of the object. */
  #offset = 0;
  #writing: Promise<void> | undefined;
  #failed: unknown;
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
    this.#collected.push(chunk);
    this.#size += chunk.length;
    if (this.#size < flushSize) return undefined;
    if (this.#writing) return this.#writing.then(() => this.#startFlush());
    this.#startFlush();
    return undefined;
  }

  async commit(seal: Seal): Promise<'journaled' | 'synced'> {
    try {
      await this.#writing;
      if (this.#failed) throw this.#failed;
      const journaled = await this.#finish(seal);
      if (!journaled) await fdatasyncAsync(this.#file.descriptor);
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
    if (state === 'open') closeLater(this.#file.descriptor);
    else if (!this.#parts.tracked.direct) await this.#takeBack();
    this.#parts.tracked.over();
    await this.#parts.givenUp(this.#file);
  }

  /** One write at a time; a second buffer fills meanwhile. */
  #startFlush(): void {
    const { chunks, length, offset } = this.#take();
    this.#writing = Promise.all([this.#writeFile(chunks, length), this.#writeJournal(chunks, length, offset)])
      .then(
        () => undefined,
        (error: unknown) => {
          this.#failed ??= error;
        },
      )
      .finally(() => {
        this.#writing = undefined;
      });
  }

  #take(): { chunks: Uint8Array[]; length: number; offset: number } {
    const taken = { chunks: this.#collected, length: this.#size, offset: this.#offset };
    this.#collected = [];
    this.#size = 0;
    this.#offset += taken.length;
    return taken;
  }

  /** The last bytes and the seal. True when the journal has the whole object. */
  async #finish(seal: Seal): Promise<boolean> {
    const { journal, tracked } = this.#parts;
    const { chunks, length, offset } = this.#take();
    if (tracked.direct || !journal || this.#offset > journaledAtMost) {
      tracked.goDirect();
      await this.#writeFile(chunks, length);
      return false;
    }
    tracked.committing();
    const note: JournalNote = { ...seal, size: this.#offset };
    const part = { kind: 'last', number: this.number, offset, chunks, length, note: JSON.stringify(note) } as const;
    const [journaled] = await Promise.all([journal.append(part), this.#writeFile(chunks, length)]);
    if (!journaled) tracked.goDirect();
    return journaled;
  }

  async #writeJournal(chunks: readonly Uint8Array[], length: number, offset: number): Promise<void> {
    const { journal, tracked } = this.#parts;
    if (tracked.direct || !journal) return;
    const part = { kind: 'part', number: this.number, offset, chunks, length, note: '' } as const;
    const taken = this.#offset <= journaledAtMost && (await journal.append(part));
    if (!taken) tracked.goDirect();
  }

  async #writeFile(chunks: Uint8Array[], length: number): Promise<void> {
    let left = chunks;
    for (let missing = length; missing > 0; ) {
      const written =
        length <= smallSize
          ? writevSync(this.#file.descriptor, left)
          : (await writevAsync(this.#file.descriptor, left)).bytesWritten;
      missing -= written;
      if (missing > 0) left = after(left, written);
    }
    this.#parts.written(length);
  }

  /** An object that is given up after it was whole in the journal must not come back with the next start. */
  async #takeBack(): Promise<void> {
    const record = { kind: 'removed', number: this.number, offset: 0, chunks: [], length: 0, note: '' } as const;
    await this.#parts.journal?.append(record);
  }
}

export const createFileWriter = (file: OpenFile, parts: WriterParts): ObjectWriter => new FileWriter(file, parts);

/** What is left of the chunks when their first `count` bytes are done. */
function after(chunks: readonly Uint8Array[], count: number): Uint8Array[] {
  let skip = count;
  return chunks.flatMap((chunk) => {
    const taken = Math.min(skip, chunk.length);
    skip -= taken;
    return taken === chunk.length ? [] : [chunk.subarray(taken)];
  });
}

/** Closes without making the caller wait; what a failing close could lose was synced before. */
export const closeLater = (descriptor: number): void => close(descriptor, () => undefined);
