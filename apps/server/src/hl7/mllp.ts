// Messages framed on a stream of bytes: 0BH before, 1CH 0DH behind. HL7 v2 Minimal Lower Layer Protocol.

const startBlock = 0x0b;
const endBlock = 0x1c;
const carriageReturn = 0x0d;

/** Bytes of one message, and of what stands between two. */
export interface MllpLimits {
  readonly message: number;
  readonly between: number;
}
export const mllpLimits: MllpLimits = { message: 1_048_576, between: 65_536 };

export class MllpError extends Error {
  override readonly name = 'MllpError';
}

/** @throws MllpError where a message, or what is none, has no end */
export async function* readFrames(
  source: AsyncIterable<Uint8Array>,
  limits: MllpLimits = mllpLimits,
): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] | undefined;
  let size = 0;
  let between = 0;
  const add = (part: Uint8Array): void => {
    size += part.length;
    if (size > limits.message) throw new MllpError(`a message has more than ${limits.message} bytes`);
    parts?.push(part);
  };
  for await (const chunk of source) {
    let at = 0;
    while (at < chunk.length) {
      if (!parts) {
        const start = chunk.indexOf(startBlock, at);
        between += (start < 0 ? chunk.length : start) - at;
        if (between > limits.between) throw new MllpError('what comes is no message');
        if (start < 0) break;
        [parts, size, between, at] = [[], 0, 0, start + 1];
      }
      const end = chunk.indexOf(endBlock, at);
      // A second start in a message that has no end: the sender began anew.
      const again = chunk.subarray(at, end < 0 ? chunk.length : end).lastIndexOf(startBlock);
      if (again >= 0) [parts, size, at] = [[], 0, at + again + 1];
      add(chunk.subarray(at, end < 0 ? chunk.length : end));
      if (end < 0) break;
      const message = Buffer.concat(parts);
      parts = undefined;
      at = end + 1;
      yield message;
    }
  }
}

/** An answer as it goes out. */
export const framed = (text: string): Buffer =>
  Buffer.concat([Buffer.of(startBlock), Buffer.from(text, 'utf8'), Buffer.of(endBlock, carriageReturn)]);
