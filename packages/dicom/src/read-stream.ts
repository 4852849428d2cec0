// Reading from a stream: the driver that feeds the parser. Values above a threshold are passed over, not held.
import { defaultLimits } from './limits.ts';
import { FileReader, type Part10File, type ReadOptions } from './part10.ts';
import { Source } from './source.ts';

/** Bytes handed to the parser at once; what it drops again when a value is left by reference is never more. */
const slice = 16384;

/** Something that takes bytes as they come: the reader of a file, or of a data set. */
export interface Taker {
  readonly source: Source;
  readonly done: boolean;
  readonly skip: number;
  dropped(count: number): void;
  run(): void;
}

/** Gives a chunk to a parser, all but what it leaves by reference. @throws DicomError */
export function feed(taker: Taker, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length && !taker.done; ) {
    if (taker.skip > 0) {
      const over = Math.min(taker.skip, chunk.length - at);
      taker.dropped(over);
      at += over;
      continue;
    }
    const piece = chunk.subarray(at, at + slice);
    taker.source.append(piece);
    at += piece.length;
    taker.run();
  }
}

/**
 * Reads a file from chunks, cut anywhere. Stops pulling once `stopBefore` is reached.
 * @throws DicomError as `readPart10`; what the source throws
 */
export async function readStream(chunks: AsyncIterable<Uint8Array>, options: ReadOptions = {}): Promise<Part10File> {
  const reader = new FileReader(Source.growing(0, options.limits?.held ?? defaultLimits.held), options);
  for await (const chunk of chunks) {
    feed(reader, chunk);
    if (reader.done) break;
  }
  if (!reader.done) {
    reader.ended = true;
    reader.run();
  }
  return reader.result();
}
