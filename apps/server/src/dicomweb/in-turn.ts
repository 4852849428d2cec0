// A stream whose bytes may lie in memory that is used again: nothing is asked for before what came last is on its way.
import { Readable } from 'node:stream';
import { type AnyChunks, chunksInTurn } from '@concord/network';

/**
 * For `pipe` into a socket or an HTTP answer. The next chunk is asked for when the one before was taken: a chunk of 64 KiB or
 * more, which fills their buffer, when the operating system has it; a shorter one at once, so it must be memory of its own.
 */
export function streamInTurn(chunks: AnyChunks): Readable {
  const source = chunksInTurn(chunks);
  const stream = new Readable({
    // Nothing is kept waiting in here, so nothing is asked for ahead.
    highWaterMark: 0,
    read() {
      source.next().then(
        ({ done, value }) => stream.push(done ? null : value),
        (error: Error) => stream.destroy(error),
      );
    },
    destroy(error, callback) {
      (source.return?.() ?? Promise.resolve()).then(
        () => callback(error),
        () => callback(error),
      );
    },
  });
  return stream;
}
