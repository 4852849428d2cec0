// A drawn picture as a JP2 file: a JPEG 2000 code stream in boxes that say its size and colours. ISO/IEC 15444-1 Annex I, PS3.18 Table 8.7.4-1.
import { jpeg2000 } from '../codecs/jpeg-2000.ts';
import type { CodecModules } from '../codecs/modules.ts';
import type { RenderedFrame } from '../render.ts';
import { matrixProfile } from './matrix-profile.ts';

const reversibleSyntax = '1.2.840.10008.1.2.4.90';
const irreversibleSyntax = '1.2.840.10008.1.2.4.91';

/** Uncompressed to compressed size: 10 for the usual quality of 90, 50 for 50. */
const ratioFor = (quality: number): number => 100 - quality;

/** Length, type, content. ISO/IEC 15444-1 I.4. */
function box(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.reduce((sum, { length }) => sum + length, 0), 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, ...content]);
}

const signature = box('jP  ', Buffer.from('0d0a870a', 'hex'));
const text = (characters: string): Buffer => Buffer.from(characters, 'latin1');
const jp2Type = box('ftyp', text('jp2 '), Buffer.alloc(4), text('jp2 '));
/** Of part 2, which allows profiles with tables too. ISO/IEC 15444-2 M.8.2, M.11.7.3.2. */
const jpxType = box('ftyp', text('jpx '), Buffer.alloc(4), text('jpx jpxb'));

/** Height, width, components, bits less one, compression type 7; colours are known. ISO/IEC 15444-1 I.5.3.1. */
function imageHeader({ rows, columns, channels }: RenderedFrame): Uint8Array {
  const content = Buffer.alloc(14);
  content.writeUInt32BE(rows, 0);
  content.writeUInt32BE(columns, 4);
  content.writeUInt16BE(channels, 8);
  content.set([7, 7, 0, 0], 10);
  return box('ihdr', content);
}

const restricted = 2;
const anyProfile = 3;

/** Enumerated: grey (17) or sRGB (16); or a profile, restricted to curves and a matrix, or any. ISO/IEC 15444-1 I.5.3.3. */
const colours = ({ channels }: RenderedFrame, profile: Uint8Array | undefined, method: number): Uint8Array =>
  profile
    ? box('colr', Buffer.from([method, 0, 0]), profile)
    : box('colr', Buffer.from([1, 0, 0, 0, 0, 0, channels === 1 ? 17 : 16]));

/** What goes into the file beside the pixels. */
export interface Jp2Options {
  /** 100 loses nothing. */
  readonly quality: number;
  /** Absent: the pixels are grey or sRGB, and said to be. */
  readonly profile?: Uint8Array | undefined;
}

/** Throws ImagingError where the codec cannot be loaded. */
export async function jp2File(
  picture: RenderedFrame,
  { quality, profile }: Jp2Options,
  modules: CodecModules,
): Promise<Uint8Array> {
  const frame = {
    rows: picture.rows,
    columns: picture.columns,
    samplesPerPixel: picture.channels,
    samples: picture.pixels,
    photometricInterpretation: picture.channels === 1 ? 'MONOCHROME2' : 'RGB',
    bitsAllocated: 8,
    bitsStored: 8,
    pixelRepresentation: 0,
  } as const;
  const syntax = quality === 100 ? reversibleSyntax : irreversibleSyntax;
  const { bytes } = await jpeg2000.encode(frame, syntax, { ratio: Math.max(1, ratioFor(quality)) }, modules);
  const method = profile && !matrixProfile(profile) ? anyProfile : restricted;
  const header = box('jp2h', imageHeader(picture), colours(picture, profile, method));
  return Buffer.concat([signature, method === anyProfile ? jpxType : jp2Type, header, box('jp2c', bytes)]);
}
