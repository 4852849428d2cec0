// Transfer syntaxes: how a data set and its pixel data are encoded. PS3.5 chapter 10 and Annex A, PS3.6 Annex A.
import { syntaxes } from './transfer-syntax.generated.ts';

/** One transfer syntax. */
export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly keyword: string;
  readonly explicitVr: boolean;
  readonly littleEndian: boolean;
  /** Pixel Data comes in fragments. PS3.5 A.4 */
  readonly encapsulated: boolean;
  /** The whole data set is deflated. PS3.5 A.5 */
  readonly deflated: boolean;
  readonly retired: boolean;
  /** `JPEG`, `JPEG2000`, `RLE`, ...; undefined where the pixels are stored as they are. */
  readonly codec: string | undefined;
  readonly compression: 'none' | 'lossless' | 'lossy' | 'lossy-or-lossless' | 'by-reference';
  readonly kind: 'image' | 'video' | 'document';
}

/** The default transfer syntax. PS3.5 A.1. */
export const implicitVrLittleEndian = '1.2.840.10008.1.2';
/** PS3.5 A.2. */
export const explicitVrLittleEndian = '1.2.840.10008.1.2.1';
/** PS3.5 A.5. */
export const deflatedExplicitVrLittleEndian = '1.2.840.10008.1.2.1.99';
/** Retired; still found in old files. PS3.5 A.3. */
export const explicitVrBigEndian = '1.2.840.10008.1.2.2';

const compressions = ['none', 'lossless', 'lossy', 'lossy-or-lossless', 'by-reference'] as const;
const kinds = ['image', 'video', 'document'] as const;

/** Every transfer syntax of the standard that a data set can be encoded in, the retired ones included. */
export const transferSyntaxes: readonly TransferSyntax[] = syntaxes.split('\n').map((line) => {
  const [tail = '', keyword = '', name = '', flags = '', codec = '', compression, kind] = line.split('|');
  return {
    uid: `1.2.840.10008.1.2${tail}`,
    name,
    keyword,
    explicitVr: flags.includes('E'),
    littleEndian: flags.includes('L'),
    encapsulated: flags.includes('C'),
    deflated: flags.includes('D'),
    retired: flags.includes('R'),
    codec: codec || undefined,
    compression: compressions.find((c) => c === compression) ?? 'none',
    kind: kinds.find((k) => k === kind) ?? 'image',
  };
});

const byUid: ReadonlyMap<string, TransferSyntax> = new Map(transferSyntaxes.map((s) => [s.uid, s]));

/** The transfer syntax of a UID; undefined for a private or unknown one. */
export const transferSyntax = (uid: string): TransferSyntax | undefined => byUid.get(uid);
