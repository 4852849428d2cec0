// A file on disk as a byte source, the way a program under Node.js would make one.
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ByteSourceSync } from '../src/index.ts';

/** Reads a file where it is asked to, and counts. Close it. */
export class FileSource implements ByteSourceSync {
  /** Bytes read so far. */
  count = 0;
  readonly #descriptor: number;
  #buffer = new Uint8Array(1 << 16);

  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
  }

  read(offset: number, length: number): Uint8Array {
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(length);
    const read = readSync(this.#descriptor, this.#buffer, 0, length, offset);
    this.count += read;
    return this.#buffer.subarray(0, read);
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

/** A new folder, and what removes it. */
export function temporaryFolder(): Disposable & { readonly file: (name: string) => string } {
  const folder = mkdtempSync(join(tmpdir(), 'concord-dicom-'));
  return {
    file: (name) => join(folder, name),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
