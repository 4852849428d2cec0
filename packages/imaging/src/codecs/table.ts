// Which codec reads and writes which transfer syntax. PS3.5 Annex A, PS3.6 A.
import type { Codec } from './codec.ts';
import { deflated } from './deflated.ts';
import { htj2k } from './htj2k.ts';
import { jpeg } from './jpeg.ts';
import { jpeg2000 } from './jpeg-2000.ts';
import { jpegLs } from './jpeg-ls.ts';
import { jpegXl } from './jpeg-xl.ts';
import { nativeBigEndian, nativeLittleEndian } from './native.ts';
import { rle } from './rle.ts';

/** What this package can do with a transfer syntax. */
export interface CodecEntry {
  readonly transferSyntaxUid: string;
  readonly codec: Codec;
  /** Frames lie in fragments of their own, not side by side in one value. */
  readonly encapsulated: boolean;
  /** True where a frame may be written in this syntax by this package. */
  readonly encodes: boolean;
  /** True where the syntax promises that nothing is lost; false where streams of it may be lossy. */
  readonly lossless: boolean;
  /** Lossy Image Compression Method (0028,2114) for a lossy frame. PS3.3 C.7.6.1.1.5.1. */
  readonly lossyMethod?: string;
}

const native = (transferSyntaxUid: string, codec = nativeLittleEndian): CodecEntry => ({
  transferSyntaxUid,
  codec,
  encapsulated: false,
  encodes: false,
  lossless: true,
});
const reads = (last: string, codec: Codec, how: { lossless: boolean; lossyMethod?: string }): CodecEntry => ({
  transferSyntaxUid: `1.2.840.10008.1.2.${last}`,
  codec,
  encapsulated: true,
  encodes: false,
  ...how,
});
const writes = (last: string, codec: Codec, how: { lossless: boolean; lossyMethod?: string }): CodecEntry => ({
  ...reads(last, codec, how),
  encodes: true,
});
const lossless = { lossless: true };
const lossy = (lossyMethod: string) => ({ lossless: false, lossyMethod });

/** Every transfer syntax whose frames this package decodes. */
export const codecTable: readonly CodecEntry[] = [
  native('1.2.840.10008.1.2'),
  native('1.2.840.10008.1.2.1'),
  native('1.2.840.10008.1.2.1.98'),
  native('1.2.840.10008.1.2.1.99'),
  native('1.2.840.10008.1.2.2', nativeBigEndian),
  writes('5', rle, lossless),
  writes('8.1', deflated, lossless),
  writes('4.50', jpeg, lossy('ISO_10918_1')),
  writes('4.51', jpeg, lossy('ISO_10918_1')),
  reads('4.53', jpeg, lossy('ISO_10918_1')),
  reads('4.55', jpeg, lossy('ISO_10918_1')),
  writes('4.57', jpeg, lossless),
  writes('4.70', jpeg, lossless),
  writes('4.80', jpegLs, lossless),
  writes('4.81', jpegLs, lossy('ISO_14495_1')),
  writes('4.90', jpeg2000, lossless),
  writes('4.91', jpeg2000, lossy('ISO_15444_1')),
  reads('4.92', jpeg2000, lossless),
  reads('4.93', jpeg2000, lossy('ISO_15444_2')),
  writes('4.110', jpegXl, lossless),
  reads('4.111', jpegXl, lossy('ISO_18181_1')),
  writes('4.112', jpegXl, lossy('ISO_18181_1')),
  writes('4.201', htj2k, lossless),
  writes('4.202', htj2k, lossless),
  writes('4.203', htj2k, lossy('ISO_15444_15')),
];

const byUid = new Map(codecTable.map((entry) => [entry.transferSyntaxUid, entry]));

/** The entry of a transfer syntax; undefined where frames of it cannot be decoded here (video, JPIP, private ones). */
export const codecOf = (transferSyntaxUid: string): CodecEntry | undefined => byUid.get(transferSyntaxUid);

/** The compressed syntaxes that are written here and lose nothing. */
export const losslessCompressions: readonly string[] = codecTable
  .filter(({ encapsulated, encodes, lossless: reversible }) => encapsulated && encodes && reversible)
  .map(({ transferSyntaxUid }) => transferSyntaxUid);
