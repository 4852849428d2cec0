// Blocks written in the background, for an index whose thread does not write them: what waits while a write runs shares the next one.
import { writev as writevCallback } from 'node:fs';
import { promisify } from 'node:util';
import type { Blocks, BlockWriter } from '../../database/blocks.ts';

const writevAsync = promisify(writevCallback);

interface Waiting extends Pick<Blocks, 'position' | 'pieces'> {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Writing {
  waiting: Waiting[];
  /** What a write has failed with: nothing may follow it. */
  torn: unknown;
  running: Promise<void> | undefined;
}

const lengthOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

/** Those that lie one behind the other, from the first on. */
function takeRun(waiting: Waiting[]): readonly Waiting[] {
  let end = waiting[0]?.position ?? 0;
  let count = 0;
  for (const { position, pieces } of waiting) {
    if (position !== end) break;
    end += lengthOf(pieces);
    count += 1;
  }
  return waiting.splice(0, count);
}

async function writeRun(descriptor: number, run: readonly Waiting[]): Promise<void> {
  const pieces = run.flatMap((each) => each.pieces);
  const length = lengthOf(pieces);
  // A write that is cut short is made again from its beginning: its blocks are where they were.
  for (let tries = 0; tries < 3; tries += 1)
    if ((await writevAsync(descriptor, pieces, run[0]?.position ?? 0)).bytesWritten === length) return;
  throw new Error(`could not write ${length} bytes in one piece`);
}

async function writeAll(descriptor: number, writing: Writing): Promise<void> {
  while (writing.waiting.length > 0) {
    const run = takeRun(writing.waiting);
    try {
      if (writing.torn) throw writing.torn;
      await writeRun(descriptor, run);
      for (const { resolve } of run) resolve();
    } catch (error) {
      writing.torn = error;
      for (const { reject } of run) reject(error);
    }
  }
}

export function createBackgroundBlocks(): BlockWriter {
  const files = new Map<number, Writing>();
  return {
    write({ descriptor, position, pieces }) {
      const file: Writing = files.get(descriptor) ?? { waiting: [], torn: undefined, running: undefined };
      files.set(descriptor, file);
      const durable = new Promise<void>((resolve, reject) => {
        file.waiting.push({ position, pieces, resolve, reject });
      });
      durable.catch(() => undefined);
      file.running ??= writeAll(descriptor, file).finally(() => {
        file.running = undefined;
      });
      return { durable };
    },
    async release(descriptor) {
      await files.get(descriptor)?.running;
      files.delete(descriptor);
    },
  };
}
