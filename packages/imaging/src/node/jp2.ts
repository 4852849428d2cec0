// A drawn picture as a JP2 file: a JPEG 2000 code stream in boxes that say its size and colours. ISO/IEC 15444-1 Annex I, PS3.18 Table 8.7.4-1.
import { jpeg2000 } from '../codecs/jpeg-2000.ts';
import type { CodecModules } from '../codecs/modules.ts';
import type { RenderedFrame } from '../render.ts';

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
const fileType = box('ftyp', Buffer.from('jp2 ', 'latin1'), Buffer.alloc(4), Buffer.from('jp2 ', 'latin1'));

/** Height, width, components, bits less one, compression type 7; colours are known. ISO/IEC 15444-1 I.5.3.1. */
function imageHeader({ rows, columns, channels }: RenderedFrame): Uint8Array {
  const content = Buffer.alloc(14);
  content.writeUInt32BE(rows, 0);
  content.writeUInt32BE(columns, 4);
  content.writeUInt16BE(channels, 8);
  content.set([7, 7, 0, 0], 10);
  return box('ihdr', content);
}

/** Enumerated: grey (17) or sRGB (16). ISO/IEC 15444-1 I.5.3.3. */
const colours = ({ channels }: RenderedFrame): Uint8Array =>
  box('colr', Buffer.from([1, 0, 0, 0, 0, 0, channels === 1 ? 17 : 16]));

/** `quality` 100 loses nothing. Throws ImagingError where the codec cannot be loaded. */
export async function jp2File(picture: RenderedFrame, quality: number, modules: CodecModules): Promise<Uint8Array> {
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
  const header = box('jp2h', imageHeader(picture), colours(picture));
  return Buffer.concat([signature, fileType, header, box('jp2c', bytes)]);
}
