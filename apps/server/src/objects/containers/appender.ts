// Objects that are whole go into the open container, one behind the other; full containers are followed by new ones.
import type { SentBlocks } from '../../database/blocks.ts';
import { type Seal, StoreError } from '../object-store.ts';
import type { Member } from './collected.ts';
import type { ContainerFile } from './container-file.ts';
import { type ContainerPlace, keyOfPlace, membersAtMost, numberOf } from './container-names.ts';
import type { MemberFacts } from './tar-member.ts';

/** Bytes of an object at most: larger ones have files of their own. */
export const largestMember = 1024 * 1024;

export interface AppenderSettings {
  /** Bytes of a container: with more it is full. */
  readonly containerSize: number;
  /** The next container, known to a later start and durable as an empty file. */
  readonly next: () => Promise<OpenContainer>;
  /** Nothing more comes into the container. */
  readonly ended: (container: number) => void;
  /** Two zero blocks, in memory that threads share. */
  readonly endOfArchive: Buffer;
  readonly now: () => Date;
}

export interface OpenContainer {
  readonly container: number;
  readonly file: ContainerFile;
}

/** An object that is whole. */
export interface WholeObject {
  readonly size: number;
  readonly seal: Seal;
  /** Its blocks, which stay as they are until they are durable. */
  readonly member: (facts: MemberFacts) => Member;
}

/** Where an object lies. */
export interface Appended extends ContainerPlace {
  readonly key: string;
  readonly number: number;
}

/** An object that has its place, and is on its way there. */
export interface Placed extends SentBlocks {
  readonly object: Appended;
}

interface Growing extends OpenContainer {
  length: number;
  members: number;
  left: boolean;
}

export class Appender {
  readonly #settings: AppenderSettings;
  #open: Growing | undefined;
  #opening: Promise<void> | undefined;
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  constructor(settings: AppenderSettings) {
    this.#settings = settings;
  }

  /** Resolves when the object is on its way; objects that are at the same moment share a write. */
  async append(object: WholeObject): Promise<Placed> {
    if (this.#closed) throw new StoreError('closed');
    while (!this.#open) {
      this.#opening ??= this.#openNext();
      await this.#opening;
    }
    return this.#place(this.#open, object);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening?.catch(() => undefined);
    if (this.#open) this.#end(this.#open);
    await Promise.all(this.#ending);
  }

  async #openNext(): Promise<void> {
    try {
      this.#open = { ...(await this.#settings.next()), length: 0, members: 0, left: false };
    } finally {
      this.#opening = undefined;
    }
  }

  #place(open: Growing, { size, seal, member: memberOf }: WholeObject): Placed {
    const { container, file, members: index } = open;
    const number = numberOf(container, index);
    const time = Math.floor(this.#settings.now().getTime() / 1000);
    const member = memberOf({ size, time, note: { number, digest: seal.digest, from: seal.from, about: seal.about } });
    const { ticket, durable } = file.append([member.blocks]);
    const place = { container, index, offset: open.length + member.dataOffset, length: size };
    open.length += member.length;
    open.members += 1;
    // What stands behind its last whole object is cut: nothing may follow it.
    durable.catch(() => this.#leave(open));
    if (open.length >= this.#settings.containerSize || open.members >= membersAtMost) this.#end(open);
    return { object: { ...place, number, key: keyOfPlace(place) }, durable, ...(ticket !== undefined && { ticket }) };
  }

  #end(open: Growing): void {
    // Two zero blocks say that a tar file is whole.
    const { durable } = open.file.append([this.#settings.endOfArchive]);
    durable.catch(() => undefined);
    this.#leave(open);
  }

  /** Nothing more goes into the container. */
  #leave(open: Growing): void {
    if (this.#open === open) this.#open = undefined;
    if (open.left) return;
    open.left = true;
    const ending = open.file
      .close()
      .catch(() => undefined)
      .then(() => {
        this.#ending.delete(ending);
        this.#settings.ended(open.container);
      });
    this.#ending.add(ending);
  }
}
