// The secret that pseudonyms are derived from: made once, kept in the data folder, readable by the server alone.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

const length = 32; // bytes

/** Asked for again and again, read once. Throws what `node:fs` throws; a file that is too short is none of ours. */
export function createSecret(file: string): () => Uint8Array {
  let secret: Uint8Array | undefined;
  return () => {
    secret ??= read(file) ?? make(file);
    return secret;
  };
}

function read(file: string): Uint8Array | undefined {
  try {
    const bytes = readFileSync(file);
    if (bytes.length < length) throw new Error(`${file} is no secret: it has ${bytes.length} bytes`);
    return bytes;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function make(file: string): Uint8Array {
  const bytes = randomBytes(length);
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return bytes;
}
