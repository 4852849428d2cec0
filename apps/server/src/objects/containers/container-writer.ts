// An object on its way into a container: collected until it is whole; one that grows too large goes on into a file of its own.
import type { BufferPool } from '../buffer-pool.ts';
import { chunkSize, type ObjectWriter, type Seal, StoreError, storeError } from '../object-store.ts';
import { type Appended, type Appender, largestMember } from './appender.ts';

export interface ContainerWriterParts {
  /** Buffers of `chunkSize` bytes. */
  readonly buffers: BufferPool;
  readonly appender: Pick<Appender, 'append'>;
  /** Whether so many more bytes may be collected in memory; counts them. */
  readonly collect: (bytes: number) => boolean;
  readonly collected: (bytes: number) => void;
  /** A file of its own for an object that grew too large. */
  readonly spill: () => Promise<ObjectWriter>;
  readonly appended: (object: Appended) => void;
  /** The index knows it. */
  readonly settled: (object: Appended) => void;
  /** Nobody wants it. */
  readonly givenUp: (object: Appended) => Promise<void>;
}

class ContainerWriter implements ObjectWriter {
  readonly #parts: ContainerWriterParts;
  #buffers: Buffer[] = [];
  #size = 0;
  /** The file it goes on in. */
  #file: ObjectWriter | undefined;
  #object: Appended | undefined;
  #ended = false;

  constructor(parts: ContainerWriterParts) {
    this.#parts = parts;
  }

  get key(): string {
    return this.#stored.key;
  }

  get number(): number {
    return this.#stored.number;
  }

  get #stored(): { readonly key: string; readonly number: number } {
    const stored = this.#file ?? this.#object;
    if (!stored) throw new StoreError('failed', 'the object has no place yet');
    return stored;
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#file) return this.#file.write(chunk);
    if (this.#size + chunk.length > largestMember) return this.#goOn(chunk);
    for (let done = 0; done < chunk.length; ) {
      const used = this.#size % chunkSize;
      if (used === 0 && !this.#parts.collect(chunkSize)) return this.#goOn(chunk.subarray(done));
      if (used === 0) this.#buffers.push(this.#parts.buffers.take());
      const piece = chunk.subarray(done, done + chunkSize - used);
      this.#buffers.at(-1)?.set(piece, used);
      this.#size += piece.length;
      done += piece.length;
    }
    return undefined;
  }

  async commit(seal: Seal): Promise<'journaled' | 'synced'> {
    if (this.#file) return this.#file.commit(seal);
    try {
      this.#object = await this.#parts.appender.append({ pieces: this.#pieces(), size: this.#size, seal });
      this.#parts.appended(this.#object);
      return 'journaled';
    } catch (error) {
      this.#ended = true;
      throw storeError(error);
    } finally {
      this.#giveBack();
    }
  }

  settle(): void {
    if (this.#file) this.#file.settle();
    else if (this.#object && !this.#ended) this.#parts.settled(this.#object);
    this.#ended = true;
  }

  leave(): void {
    this.#file?.leave();
    this.#ended = true;
  }

  async abandon(): Promise<void> {
    if (this.#file) return this.#file.abandon();
    if (this.#ended) return;
    this.#ended = true;
    this.#giveBack();
    if (this.#object) await this.#parts.givenUp(this.#object);
  }

  #pieces(): Buffer[] {
    return this.#buffers.map((buffer, index) => buffer.subarray(0, this.#size - index * chunkSize));
  }

  #giveBack(): void {
    this.#parts.collected(this.#buffers.length * chunkSize);
    for (const buffer of this.#buffers.splice(0)) this.#parts.buffers.give(buffer);
  }

  /** What is collected goes first. */
  async #goOn(chunk: Uint8Array): Promise<void> {
    const file = await this.#parts.spill();
    try {
      for (const piece of this.#pieces()) await file.write(piece);
      await file.write(chunk);
    } catch (error) {
      await file.abandon();
      throw error;
    } finally {
      this.#giveBack();
    }
    this.#file = file;
  }
}

export const createContainerWriter = (parts: ContainerWriterParts): ObjectWriter => new ContainerWriter(parts);
