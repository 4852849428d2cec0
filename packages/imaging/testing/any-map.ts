// Portable any-maps (PGM, PPM) of up to 16 bits: what the programs of image libraries read and write.
import { readFile, writeFile } from 'node:fs/promises';
import type { DecodedFrame } from '../src/codecs/codec.ts';

/** Writes unsigned samples of up to 8 bits as they are, and deeper ones spread over all of 16 bits. */
export async function writeAnyMap(path: string, frame: DecodedFrame): Promise<void> {
  const { rows, columns, samplesPerPixel, bitsStored, samples } = frame;
  const wide = bitsStored > 8;
  const head = `P${samplesPerPixel === 3 ? 6 : 5}\n${columns} ${rows}\n${wide ? 65_535 : 2 ** bitsStored - 1}\n`;
  const body = Buffer.alloc(samples.length * (wide ? 2 : 1));
  for (const [index, value] of samples.entries()) {
    if (wide) body.writeUInt16BE(Math.round((value * 65_535) / (2 ** bitsStored - 1)), index * 2);
    else body[index] = value;
  }
  await writeFile(path, Buffer.concat([Buffer.from(head), body]));
}

/** Reads the samples of a binary any-map: bytes, or words brought from all of 16 bits to `bitsStored`. */
export async function readAnyMapSamples(path: string, bitsStored = 16): Promise<Uint8Array | Uint16Array> {
  const bytes = await readFile(path);
  const head = /^P[56]\s+(?:#[^\n]*\s+)*\d+\s+\d+\s+(255|65535)\s/.exec(bytes.toString('latin1', 0, 400));
  if (!head) throw new Error(`${path} is no any-map of 8 or 16 bits`);
  const body = bytes.subarray(head[0].length);
  if (head[1] === '255') return Uint8Array.from(body);
  const scaled = (value: number) => Math.round((value * (2 ** bitsStored - 1)) / 65_535);
  return Uint16Array.from({ length: body.length / 2 }, (_, index) => scaled(body.readUInt16BE(index * 2)));
}
