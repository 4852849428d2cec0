// The greatest object that is taken: of a larger one the bytes stop here, before they fill a disk. PS3.2 A.4.4.2, PS3.4 B.2.3

/** An object of more bytes than are taken. */
export class TooLargeError extends Error {
  constructor(largest: number) {
    super(`larger than ${largest} bytes`);
    this.name = 'TooLargeError';
  }
}

/** The data set as it is; throws TooLargeError where it goes on beyond so many bytes. Chunks are passed on, not held. */
export async function* within(dataSet: AsyncIterable<Uint8Array>, largest: number): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of dataSet) {
    length += chunk.length;
    if (length > largest) throw new TooLargeError(largest);
    yield chunk;
  }
}
