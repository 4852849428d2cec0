// A run of what a deflated data set inflates to. PS3.5 A.5.
import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { StoreError } from '../objects/object-store.ts';

/** Inflated again from the start each time. Throws StoreError 'cut-short'. */
export async function inflatedRun(
  deflated: AsyncIterable<Uint8Array>,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const run = Buffer.alloc(length);
  let at = 0;
  for await (const chunk of Readable.from(deflated).compose(createInflateRaw())) {
    const piece: Buffer = chunk;
    const from = Math.max(0, offset - at);
    const to = Math.min(piece.length, offset + length - at);
    if (from < to) piece.copy(run, at + from - offset, from, to);
    at += piece.length;
  }
  // To leave the loop early would destroy the streams in it, and one of them raises that where nobody can catch it.
  if (at >= offset + length) return run;
  throw new StoreError('cut-short', `at byte ${at}`);
}
