// The containers of a store: which are in use, what they hold, what a start finds in them, and how they go again.
import { mkdir, open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlockWriter } from '../../database/blocks.ts';
import { syncFolder } from '../file-supply.ts';
import { type StoredObject, storeError, type UnsettledBucket } from '../object-store.ts';
import { readOpenBuckets, writeOpenBuckets } from '../open-buckets.ts';
import type { Appended, OpenContainer } from './appender.ts';
import { compact, compactedSuffix } from './compaction.ts';
import { startCompactor } from './compactor.ts';
import { createContainerFile } from './container-file.ts';
import {
  type ContainerPlace,
  containerName,
  containerOfName,
  containerOfNumber,
  keyOfPlace,
  numbersOf,
} from './container-names.ts';
import { isIntact, type ScannedMember, scanContainer } from './scan.ts';
import { deletedHeader, tarBlock } from './tar-member.ts';

export interface ContainersParts {
  /** Of the containers. */
  readonly folder: string;
  readonly blocks: BlockWriter;
  readonly flushIndex: () => Promise<void>;
  /** The file at the path is gone, or another one with the same objects. */
  readonly gone: (path: string) => void;
  /** The largest number that an object got before, wherever it lies by now. */
  readonly given: number | undefined;
  /** Seconds after a deletion until its space is given back. */
  readonly compactAfter: number;
  /** Whether the disk takes so many bytes more for a while. */
  readonly hasRoom: (bytes: number) => Promise<boolean>;
  /** Hears of trouble that nobody waits for. */
  readonly failed: (error: unknown) => void;
}

/** A container of this run. */
interface Used {
  /** Objects whose index rows are not there yet. */
  unsettled: number;
  growing: boolean;
}

export type Containers = Awaited<ReturnType<typeof openContainers>>;

export async function openContainers(parts: ContainersParts) {
  const { folder, flushIndex, gone } = parts;
  await mkdir(folder, { recursive: true });
  await removeHalfCompacted(folder);
  const present = await listContainers(folder);
  const listed = (await readOpenBuckets(folder)) ?? present;
  let leftover = await filesAmong(
    folder,
    present.filter((container) => listed.includes(container)),
  );
  let next = Math.max(present.at(-1) ?? -1, parts.given === undefined ? -1 : containerOfNumber(parts.given)) + 1;
  const used = new Map<number, Used>();
  /** Of containers something was deleted from: the bytes that are still wanted. */
  const live = new Map<number, number>();
  const path = (container: number) => join(folder, containerName(container));

  /** Containers that are full and whose rows are durable need not be looked at by a later start. */
  const forgetSettled = async () => {
    const settled = [...used].filter(([, { unsettled, growing }]) => unsettled === 0 && !growing);
    if (settled.length > 0) await flushIndex();
    for (const [container] of settled) used.delete(container);
  };
  const liveBytes = async (container: number): Promise<number> => {
    let bytes = 0;
    for await (const { size, deleted } of scanContainer(path(container), ownedBy(container)))
      bytes += deleted ? 0 : size;
    return bytes;
  };
  /** Indexes of what this run has erased, by container: whoever was told of an object before must not take zeros for it. */
  const erased = new Map<number, Set<number> | 'all'>();
  const inTurn = createTurns();
  const compactor = await startCompactor({
    folder,
    after: parts.compactAfter,
    isAtRest: (container) => !leftover.includes(container) && !used.get(container)?.growing,
    compact: (container, signal) =>
      inTurn(container, async () => {
        if ((await filesAmong(folder, [container])).length === 0) return;
        const { hasRoom } = parts;
        if ((await compact(path(container), { owns: ownedBy(container), hasRoom, signal })) > 0) gone(path(container));
      }),
    failed: parts.failed,
  });
  const eraseAt = async (place: ContainerPlace): Promise<boolean> => {
    const { container } = place;
    const bytes = live.get(container) ?? (await liveBytes(container).catch(() => 0));
    const those = erased.get(container) ?? new Set();
    if (those !== 'all') erased.set(container, those.add(place.index));
    const removed = await erase(path(container), place, numbersOf(container).first);
    const left = bytes - (removed ? place.length : 0);
    live.set(container, left);
    if (left > 0 || used.get(container)?.growing) {
      if (removed) await compactor.deletedFrom(container);
      return removed;
    }
    await rm(path(container), { force: true });
    gone(path(container));
    live.delete(container);
    erased.set(container, 'all');
    compactor.forget(container);
    return removed;
  };
  return {
    path,
    async next(): Promise<OpenContainer> {
      await forgetSettled();
      const container = next;
      next += 1;
      await writeOpenBuckets(folder, [...leftover, ...used.keys(), container]);
      const file = await createContainerFile(path(container), parts.blocks);
      await syncFolder(folder);
      used.set(container, { unsettled: 0, growing: true });
      return { container, file };
    },
    appended({ container, length }: Appended): void {
      const known = used.get(container);
      if (known) known.unsettled += 1;
      const bytes = live.get(container);
      if (bytes !== undefined) live.set(container, bytes + length);
    },
    settled({ container }: Appended): void {
      const known = used.get(container);
      if (known) known.unsettled -= 1;
    },
    ended(container: number): void {
      const known = used.get(container);
      if (known) known.growing = false;
      compactor.rests();
    },
    /** True when it was there. Its bytes are zeros from then on, and later none; a container without objects goes. */
    remove: (place: ContainerPlace): Promise<boolean> => inTurn(place.container, () => eraseAt(place)),
    /** Asked behind each read: then the bytes were read before the first of them was erased, or do not count. */
    isErased({ container, index }: ContainerPlace): boolean {
      const those = erased.get(container);
      return those === 'all' || those?.has(index) === true;
    },
    /** In bytes; undefined where there is no such object. */
    async size(place: ContainerPlace): Promise<number | undefined> {
      const name = await nameAt(path(place.container), place);
      return name === undefined || name.startsWith('deleted/') ? undefined : place.length;
    },
    async *unsettled(): AsyncGenerator<UnsettledBucket> {
      for (const container of leftover) {
        const objects = await cutTail(path(container), container);
        yield { ...numbersOf(container), objects };
      }
    },
    async settle(): Promise<void> {
      if (leftover.length > 0) await flushIndex();
      leftover = [];
      compactor.start();
    },
    async close(): Promise<void> {
      await compactor.close();
      await forgetSettled();
      if (leftover.length === 0) await writeOpenBuckets(folder, [...used.keys()]);
    },
  };
}

/** For each container one after the other: each counts on what the one before has left. */
function createTurns() {
  const last = new Map<number, Promise<unknown>>();
  return <R>(container: number, work: () => Promise<R>): Promise<R> => {
    const turn = (last.get(container) ?? Promise.resolve()).then(work);
    const ended = turn.then(
      () => undefined,
      () => undefined,
    );
    last.set(container, ended);
    void ended.then(() => {
      if (last.get(container) === ended) last.delete(container);
    });
    return turn;
  };
}

/** An earlier run ended while it wrote a container anew: the old one is whole. */
async function removeHalfCompacted(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.endsWith(compactedSuffix)) await rm(join(folder, name), { force: true });
}

const ownedBy = (container: number) => {
  const { first, end } = numbersOf(container);
  return (number: number) => number >= first && number < end;
};

export async function listContainers(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => containerOfName(name) ?? []).sort((a, b) => a - b);
}

/** What was put back from a backup is a folder: nothing in it is half-written. */
async function filesAmong(folder: string, containers: readonly number[]): Promise<readonly number[]> {
  const files = containers.map((container) => stat(join(folder, containerName(container))).catch(() => undefined));
  const found = await Promise.all(files);
  return containers.filter((_, index) => found[index]?.isFile());
}

/** Objects of a container in order, deleted ones left out. */
export async function* objectsOf(path: string, container: number): AsyncGenerator<Omit<StoredObject, 'about'>> {
  for await (const member of scanContainer(path, ownedBy(container)))
    if (!member.deleted) yield objectOf(member, container);
}

const objectOf = ({ start, layout, size, note }: ScannedMember, container: number) => ({
  key: keyOfPlace({
    container,
    index: note.number - numbersOf(container).first,
    offset: start + layout.dataOffset,
    length: size,
  }),
  number: note.number,
  size,
});

/**
 * What a crash left of a container. What stands behind its last member was half-written and told to nobody: it is cut. Damaged
 * objects come without `about`: they stay only where the index vouches for them.
 */
async function cutTail(path: string, container: number): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  let end = 0;
  for await (const member of scanContainer(path, ownedBy(container))) {
    end = member.end;
    if (member.deleted) continue;
    const intact = await isIntact(path, member);
    objects.push({ ...objectOf(member, container), ...(intact && { about: member.note.about }) });
  }
  if ((await stat(path)).size > end) await truncate(path, end);
  return objects;
}

/** The name in the header before the object's bytes; undefined where there is none. */
export async function nameAt(path: string, { offset, length }: ContainerPlace): Promise<string | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const header = Buffer.alloc(tarBlock);
      await file.read(header, 0, tarBlock, offset - tarBlock);
      const isHeader = header.toString('latin1', 257, 262) === 'ustar';
      const isOwn = Number.parseInt(header.toString('latin1', 124, 135), 8) === length;
      return isHeader && isOwn ? header.toString('latin1', 0, 100).replace(/\0.*$/s, '') : undefined;
    } finally {
      await file.close();
    }
  } catch (error) {
    const known = storeError(error);
    if (known.fault === 'not-there') return undefined;
    throw known;
  }
}

const zeros = Buffer.alloc(65_536);

/** The header first: who sees it knows that the bytes do not count. Durable when the promise resolves. */
async function erase(path: string, place: ContainerPlace, first: number): Promise<boolean> {
  const name = await nameAt(path, place);
  const number = Number.parseInt(name ?? '', 10);
  if (!(number >= first)) return false;
  const file = await open(path, 'r+');
  try {
    await file.write(deletedHeader(number, place.length), 0, tarBlock, place.offset - tarBlock);
    await file.datasync();
    for (let at = 0; at < place.length; at += zeros.length)
      await file.write(zeros, 0, Math.min(zeros.length, place.length - at), place.offset + at);
    await file.datasync();
    return true;
  } finally {
    await file.close();
  }
}
