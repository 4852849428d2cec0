// A ZIP file of whole files, stored without compression: images hardly shrink, and most are compressed already.
// PKWARE APPNOTE 4.3.

/** What this form of ZIP, without its 64-bit extension, can hold. */
export const zipLimits = { bytes: 0xffff_ffff, files: 0xffff } as const;

const localHeaderSignature = 0x04034b50;
const centralHeaderSignature = 0x02014b50;
const endSignature = 0x06054b50;
/** Names are UTF-8. */
const flags = 0x0800;
const version = 20;
/** 1980-01-01, the earliest that can be said: when a file was downloaded is of no use. */
const date = 0x0021;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 of ISO 3309. */
export const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffffffff;
  for (let index = 0; index < bytes.length; index += 1) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
};

/** Little endian numbers one after the other: `[size in bytes, value]`. */
const fields = (...values: readonly (readonly [2 | 4, number])[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(values.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of values) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
};

type Fields = readonly (readonly [2 | 4, number])[];

/** The part that the local and the central header have in common. */
const description = (crc: number, size: number, nameLength: number): Fields => [
  [2, flags],
  [2, 0],
  [2, 0],
  [2, date],
  [4, crc],
  [4, size],
  [4, size],
  [2, nameLength],
  [2, 0],
];

/** The entry of a file in the directory at the end. */
const directoryEntry = (shared: Fields, offset: number) =>
  fields(
    [4, centralHeaderSignature],
    [2, version],
    [2, version],
    ...shared,
    [2, 0],
    [2, 0],
    [2, 0],
    [4, 0],
    [4, offset],
  );

/** Files are kept as Blobs, which browsers may put on disk, so that a large study need not fit in memory. */
export class Zip {
  readonly #files: Blob[] = [];
  readonly #directory: Uint8Array<ArrayBuffer>[] = [];
  #offset = 0;
  #directoryBytes = 0;

  /** Adds a file; false where it does not fit into `zipLimits` any more. */
  add(name: string, content: Uint8Array<ArrayBuffer>): boolean {
    const nameBytes = new TextEncoder().encode(name);
    const shared = description(crc32(content), content.length, nameBytes.length);
    const local = fields([4, localHeaderSignature], [2, version], ...shared);
    const entry = directoryEntry(shared, this.#offset);
    const end = this.#offset + local.length + nameBytes.length + content.length;
    const directoryBytes = this.#directoryBytes + entry.length + nameBytes.length;
    if (end + directoryBytes > zipLimits.bytes || this.#files.length >= zipLimits.files) return false;
    this.#files.push(new Blob([local, nameBytes, content]));
    this.#directory.push(entry, nameBytes);
    this.#offset = end;
    this.#directoryBytes = directoryBytes;
    return true;
  }

  finish(): Blob {
    const count = this.#files.length;
    const sizes: Fields = [
      [2, count],
      [2, count],
      [4, this.#directoryBytes],
      [4, this.#offset],
    ];
    const end = fields([4, endSignature], [2, 0], [2, 0], ...sizes, [2, 0]);
    return new Blob([...this.#files, ...this.#directory, end], { type: 'application/zip' });
  }
}
