// An object on its way into a container: collected until it is whole; one that grows too large goes on into a file of its own.
import type { SentBlocks } from '../../database/blocks.ts';
import { type ObjectWriter, type Seal, StoreError, storeError } from '../object-store.ts';
import { type Appended, type Appender, largestMember } from './appender.ts';
import { Collected, type Collecting } from './collected.ts';

export interface ContainerWriterParts {
  readonly collecting: Collecting;
  readonly appender: Pick<Appender, 'append'>;
  /** A file of its own for an object that grew too large. */
  readonly spill: () => Promise<ObjectWriter>;
  /** It has its place. */
  readonly appended: (object: Appended) => void;
  /** The index knows it, or it is lost. */
  readonly settled: (object: Appended) => void;
  /** Nobody wants it. */
  readonly givenUp: (object: Appended) => Promise<void>;
}

class ContainerWriter implements ObjectWriter {
  readonly #parts: ContainerWriterParts;
  readonly #collected: Collected;
  /** The file it goes on in. */
  #file: ObjectWriter | undefined;
  #object: Appended | undefined;
  /** Its bytes on their way. */
  #durable: Promise<void> | undefined;
  #ended = false;

  constructor(parts: ContainerWriterParts) {
    this.#parts = parts;
    this.#collected = new Collected(parts.collecting);
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
    if (this.#collected.size + chunk.length > largestMember) return this.#goOn(chunk);
    return this.#collected.add(chunk) ? undefined : this.#goOn(chunk);
  }

  async send(seal: Seal): Promise<SentBlocks | undefined> {
    if (this.#file) return undefined;
    try {
      const { size } = this.#collected;
      const member = this.#collected.member.bind(this.#collected);
      const { object, ticket, durable } = await this.#parts.appender.append({ size, seal, member });
      this.#object = object;
      this.#parts.appended(object);
      this.#durable = durable.then(
        () => this.#collected.giveBack(),
        (error: unknown) => {
          this.#ended = true;
          this.#parts.settled(object);
          this.#collected.giveBack();
          throw storeError(error);
        },
      );
      this.#durable.catch(() => undefined);
      return { durable: this.#durable, ...(ticket !== undefined && { ticket }) };
    } catch (error) {
      this.#ended = true;
      this.#collected.giveBack();
      throw storeError(error);
    }
  }

  async commit(seal: Seal): Promise<'journaled' | 'synced'> {
    if (this.#file) return this.#file.commit(seal);
    await (await this.send(seal))?.durable;
    return 'journaled';
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
    await this.#durable?.catch(() => undefined);
    if (this.#ended) return;
    this.#ended = true;
    this.#collected.giveBack();
    if (this.#object) await this.#parts.givenUp(this.#object);
  }

  /** What is collected goes first. */
  async #goOn(chunk: Uint8Array): Promise<void> {
    const file = await this.#parts.spill();
    try {
      if (this.#collected.size > 0) await file.write(this.#collected.bytes);
      await file.write(chunk);
    } catch (error) {
      await file.abandon();
      throw error;
    } finally {
      this.#collected.giveBack();
    }
    this.#file = file;
  }
}

export const createContainerWriter = (parts: ContainerWriterParts): ObjectWriter => new ContainerWriter(parts);
