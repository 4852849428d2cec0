// Lossy compression of images when they come: one entry of `compressIncoming`.
import { BadValue, choice, integer, readAeTitle, readFields, within } from './kinds.ts';

export interface CompressionRule {
  /** Only what this calling AE title sends; absent: what anybody sends. */
  readonly from?: string;
  /** Only images of this modality; absent: of all. */
  readonly modality?: string;
  /** Of JPEG, 1 to 94. */
  readonly quality: number;
  /** Whether what is kept goes by the UID that came, or is an instance of its own. */
  readonly sopInstanceUid: 'keep' | 'new';
}

const quality = integer({ default: 90, minimum: 1, maximum: 94, text: 'of JPEG' });
const sopInstanceUid = choice({ default: 'new', choices: ['keep', 'new'], text: 'of what is kept' });

/** Throws BadValue. */
export const readCompressionRule = (value: unknown): CompressionRule => {
  const fields = readFields(value, ['from', 'modality', 'quality', 'sopInstanceUid']);
  const [from, modality] = [fields.get('from'), fields.get('modality')];
  if (modality !== undefined && (typeof modality !== 'string' || !/^[A-Z0-9 _]{1,16}$/.test(modality)))
    throw new BadValue(`modality must be such as US, not ${JSON.stringify(modality)}`);
  return {
    ...(from !== undefined && { from: within('from', () => readAeTitle(from)) }),
    ...(typeof modality === 'string' && { modality }),
    quality: within('quality', () => quality.read(fields.get('quality') ?? quality.default)),
    sopInstanceUid: within('sopInstanceUid', () =>
      sopInstanceUid.read(fields.get('sopInstanceUid') ?? sopInstanceUid.default),
    ),
  };
};
