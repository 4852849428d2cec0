// The files of a gzipped tar archive, one after the other. POSIX.1-2017 pax, "ustar Interchange Format"; RFC 1952.
import { createGunzip } from 'node:zlib';
import { CliError } from '../cli-error.ts';

export interface TarFile {
  /** As it stands in the archive, with `/`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What an archive may have at most; one that has more is refused before it is kept. */
export interface TarLimits {
  readonly files: number;
  /** Of one file, in bytes. */
  readonly fileBytes: number;
}

const defaultLimits: TarLimits = { files: 20_000, fileBytes: 128 * 1024 * 1024 };
const blockBytes = 512;

const broken = (why: string): CliError => new CliError('failed', `the archive cannot be read: ${why}`);

/** Regular files in the order of the archive; folders, links and extended headers are passed over. @throws CliError */
export async function* tarFiles(
  source: AsyncIterable<Uint8Array>,
  limits: TarLimits = defaultLimits,
): AsyncGenerator<TarFile, void> {
  const reader = createReader(unzipped(source));
  for (let count = 0; ; count += 1) {
    const header = await reader.take(blockBytes);
    if (header === undefined || header.every((byte) => byte === 0)) return;
    if (count === limits.files) throw broken(`more than ${limits.files} files`);
    const { name, size, isFile } = readHeader(header);
    if (size > limits.fileBytes) throw broken(`${size} bytes in one file`);
    const bytes = size === 0 ? new Uint8Array() : await reader.take(size);
    const padding = (blockBytes - (size % blockBytes)) % blockBytes;
    if (bytes === undefined || (padding > 0 && (await reader.take(padding)) === undefined))
      throw broken('it is cut off');
    if (isFile) yield { name, bytes };
  }
}

async function* unzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const gunzip = createGunzip();
  const feeding = feed(source, gunzip);
  feeding.catch((error: Error) => gunzip.destroy(error));
  try {
    yield* gunzip;
    await feeding;
  } catch (error) {
    throw broken(error instanceof Error ? error.message : String(error));
  }
}

async function feed(source: AsyncIterable<Uint8Array>, gunzip: ReturnType<typeof createGunzip>): Promise<void> {
  for await (const chunk of source) {
    if (!gunzip.write(chunk)) await new Promise((resolve) => gunzip.once('drain', resolve));
  }
  gunzip.end();
}

/** Bytes by count from chunks of any size; undefined where the source ended before the first of them. @throws CliError */
function createReader(source: AsyncGenerator<Uint8Array, void>) {
  let rest: Uint8Array = new Uint8Array();
  return {
    async take(count: number): Promise<Uint8Array | undefined> {
      const pieces: Uint8Array[] = [];
      for (let missing = count; missing > 0; ) {
        if (rest.length === 0) {
          const { value, done } = await source.next();
          if (done && pieces.length > 0) throw broken('it is cut off');
          if (done) return undefined;
          rest = value;
        }
        const piece = rest.subarray(0, missing);
        pieces.push(piece);
        missing -= piece.length;
        rest = rest.subarray(piece.length);
      }
      return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
    },
  };
}

/** Name and prefix, size in octal digits, type flag 0 or NUL for a regular file; the sum of the bytes is checked. */
function readHeader(header: Uint8Array): { name: string; size: number; isFile: boolean } {
  const text = (start: number, length: number): string => {
    const field = Buffer.from(header.subarray(start, start + length)).toString('latin1');
    const end = field.indexOf('\0');
    return end === -1 ? field : field.slice(0, end);
  };
  const octal = (start: number, length: number): number => {
    const digits = text(start, length).trim();
    if (!/^[0-7]{1,12}$/.test(digits)) throw broken('a header is damaged');
    return Number.parseInt(digits, 8);
  };
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (octal(148, 8) !== sum) throw broken('a header is damaged');
  const [prefix, flag] = [text(345, 155), text(156, 1)];
  const name = Buffer.from(prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`, 'latin1').toString('utf8');
  return { name, size: octal(124, 12), isFile: flag === '' || flag === '0' };
}
