// Objects that are whole go into the open container, all that wait in one write; full containers are followed by new ones.
import { alignedBuffer } from '../journal/journal-file.ts';
import { type Seal, StoreError } from '../object-store.ts';
import type { ContainerFile } from './container-file.ts';
import { type ContainerPlace, keyOfPlace, membersAtMost, numberOf } from './container-names.ts';
import { alignment, layoutOf, writeMember } from './tar-member.ts';

/** What one write takes; the largest object with its headers fits. */
const stagingSize = 4 * 1024 * 1024;
/** Bytes of an object at most: larger ones have files of their own. */
export const largestMember = 1024 * 1024;
/** Two zero blocks say that a tar file is whole. */
const endOfArchive = alignment;

export interface AppenderSettings {
  /** Bytes of a container: with more it is full. */
  readonly containerSize: number;
  /** The next container, known to a later start and durable as an empty file. */
  readonly next: () => Promise<OpenContainer>;
  /** Nothing more comes into the container. */
  readonly ended: (container: number) => void;
  readonly now: () => Date;
}

export interface OpenContainer {
  readonly container: number;
  readonly file: ContainerFile;
}

/** An object in pieces, whole. */
export interface WholeObject {
  readonly pieces: readonly Uint8Array[];
  readonly size: number;
  readonly seal: Seal;
}

export interface Appended extends ContainerPlace {
  readonly key: string;
  readonly number: number;
}

interface Waiting extends WholeObject {
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

interface Growing extends OpenContainer {
  length: number;
  members: number;
}

export class Appender {
  readonly #settings: AppenderSettings;
  readonly #staging = alignedBuffer(stagingSize);
  #waiting: Waiting[] = [];
  #open: Growing | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(settings: AppenderSettings) {
    this.#settings = settings;
  }

  /** Resolves when a crash can no longer lose the object; its pieces are needed until then. */
  append(object: WholeObject): Promise<Appended> {
    if (this.#closed) return Promise.reject(new StoreError('closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...object, resolve, reject });
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
      });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#end();
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch: { waiting: Waiting; appended: Appended }[] = [];
      try {
        const open = await this.#container();
        const used = this.#stage(open, batch);
        await open.file.append(this.#staging.subarray(0, used));
        open.length += used;
        open.members += batch.length;
        for (const { waiting, appended } of batch) waiting.resolve(appended);
        if (open.length >= this.#settings.containerSize || open.members >= membersAtMost) await this.#end();
      } catch (error) {
        const failed = batch.length > 0 ? batch.map(({ waiting }) => waiting) : this.#waiting.splice(0);
        for (const waiting of failed) waiting.reject(error);
        // What stands behind its last whole object is cut at the next start: nothing may follow it.
        await this.#leave();
      }
    }
  }

  async #container(): Promise<Growing> {
    this.#open ??= { ...(await this.#settings.next()), length: 0, members: 0 };
    return this.#open;
  }

  /** Copies objects that wait into the staging, as many as fit; returns the bytes of it that are used. */
  #stage({ container, length, members }: Growing, batch: { waiting: Waiting; appended: Appended }[]): number {
    const time = Math.floor(this.#settings.now().getTime() / 1000);
    let used = 0;
    for (let waiting = this.#waiting[0]; waiting; waiting = this.#waiting[0]) {
      const { pieces, size, seal } = waiting;
      const index = members + batch.length;
      const number = numberOf(container, index);
      const note = { number, digest: seal.digest, from: seal.from, about: seal.about };
      const layout = layoutOf(size, JSON.stringify(note));
      if (used + layout.length > stagingSize || index >= membersAtMost) break;
      const member = this.#staging.subarray(used, used + layout.length);
      writeMember(member, { size, note, time }, layout);
      let at = layout.dataOffset;
      for (const piece of pieces) {
        member.set(piece, at);
        at += piece.length;
      }
      const place = { container, index, offset: length + used + layout.dataOffset, length: size };
      batch.push({ waiting, appended: { ...place, number, key: keyOfPlace(place) } });
      this.#waiting.shift();
      used += layout.length;
    }
    return used;
  }

  async #end(): Promise<void> {
    const open = this.#open;
    if (!open) return;
    this.#staging.fill(0, 0, endOfArchive);
    await open.file.append(this.#staging.subarray(0, endOfArchive)).catch(() => undefined);
    await this.#leave();
  }

  async #leave(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    await open.file.close().catch(() => undefined);
    this.#settings.ended(open.container);
  }
}
