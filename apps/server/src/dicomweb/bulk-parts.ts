// Bulk data parts of a store request, kept until the instances that name them are whole. PS3.18 8.6.1.2.4, 10.5.2.
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpProblem } from '../web/problem.ts';
import { type Hold, holdWithin } from './held-bodies.ts';
import type { MediaType } from './media-range.ts';

/** The bytes of one part. */
export interface BulkPart {
  readonly type: MediaType;
  readonly length: number;
  /** May be read more than once. */
  stream(): AsyncIterable<Uint8Array>;
  /** Frees what it takes. */
  drop(): Promise<void>;
}

export interface BulkParts extends AsyncDisposable {
  /** Reads a part to its end. Several parts may have one location: the frames of a compressed image, in order. */
  take(location: string, type: MediaType, body: AsyncIterable<Uint8Array>): Promise<void>;
  at(location: string): readonly BulkPart[] | undefined;
  /** Nobody else needs what is at this location. */
  drop(location: string): Promise<void>;
}

/** Parts up to this many bytes stay in memory, as long as all of them together stay below the second number and there is room for bodies. */
const smallPart = 262_144;
const smallParts = 33_554_432;
/** Parts that wait at one time: each large one is a file. */
const mostParts = 100_000;

/** A place for the parts of one request; large ones lie in a folder that is gone afterwards. @param hold takes those in memory */
export const createBulkParts = (hold: Hold): BulkParts => {
  const parts = new Map<string, BulkPart[]>();
  let folder: Promise<string> | undefined;
  let count = 0;
  let inMemory = 0;
  const makeFolder = () => {
    folder ??= mkdtemp(join(tmpdir(), 'concord-stow-'));
    return folder;
  };
  const forget = (length: number) => {
    inMemory -= length;
    count -= 1;
  };
  return {
    async take(location, type, body) {
      count += 1;
      if (count > mostParts) throw new HttpProblem('too-large', `More than ${mostParts} parts of bulk data wait.`);
      const own = holdWithin(hold);
      const room = own.takeUpTo(Math.min(smallPart, smallParts - inMemory));
      const start = await firstBytes(body, room);
      const isHeld = start.rest === undefined;
      own.give(isHeld ? room - start.bytes.length : room);
      const dropped = () => {
        forget(isHeld ? start.bytes.length : 0);
        own[Symbol.dispose]();
      };
      const part: BulkPart = isHeld
        ? held(type, start.bytes, dropped)
        : await written(type, join(await makeFolder(), String(count)), start, dropped);
      if (isHeld) inMemory += part.length;
      const there = parts.get(location);
      if (there === undefined) parts.set(location, [part]);
      else there.push(part);
    },
    at: (location) => parts.get(location),
    async drop(location) {
      for (const part of parts.get(location) ?? []) await part.drop();
      parts.delete(location);
    },
    async [Symbol.asyncDispose]() {
      parts.clear();
      if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
    },
  };
};

interface Start {
  readonly bytes: Buffer;
  /** What follows; undefined where that was all. */
  readonly rest: AsyncIterator<Uint8Array> | undefined;
}

const firstBytes = async (body: AsyncIterable<Uint8Array>, most: number): Promise<Start> => {
  const iterator = body[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length <= most) {
    const next = await iterator.next();
    if (next.done) return { bytes: Buffer.concat(chunks), rest: undefined };
    chunks.push(Buffer.from(next.value)); // a view of a chunk would keep all of it
    length += next.value.length;
  }
  return { bytes: Buffer.concat(chunks), rest: iterator };
};

const held = (type: MediaType, bytes: Buffer, dropped: () => void): BulkPart => ({
  type,
  length: bytes.length,
  stream: async function* () {
    yield bytes;
  },
  drop: async () => dropped(),
});

const written = async (type: MediaType, path: string, start: Start, dropped: () => void): Promise<BulkPart> => {
  const file: FileHandle = await open(path, 'wx', 0o600);
  let length = start.bytes.length;
  try {
    await file.write(start.bytes);
    for (let next = await start.rest?.next(); next && !next.done; next = await start.rest?.next()) {
      await file.write(next.value);
      length += next.value.length;
    }
  } finally {
    await file.close();
  }
  const drop = async () => {
    dropped();
    await rm(path, { force: true });
  };
  return { type, length, stream: () => createReadStream(path, { highWaterMark: 262_144 }), drop };
};
