// Pixels of a picture file that DICOM has no transfer syntax for: PNG, GIF, progressive JPEG. PS3.18 Table 10.5.2-1.
import { ImagingError } from '../imaging-error.ts';
import { pixelDescription, type StreamDescription } from '../stream-description.ts';
import { loadSharp } from './sharp.ts';

/** The frames of a picture file, decoded. Transparency is left out, as DICOM has none. */
export interface ReadPicture {
  /** Of the Image Pixel Description Macro, by keyword. */
  readonly attributes: StreamDescription['attributes'];
  readonly frames: number;
  /** Of all frames, one behind the other: little endian cells, samples of a pixel side by side. */
  readonly pixels: Uint8Array;
}

/** The most pixels of a picture, all of its frames together: what memory is bounded by. */
const mostPixels = 1 << 26;

/**
 * @param before is told how many bytes the pixels will take; what it throws is thrown, and nothing is decoded
 * @throws ImagingError 'corrupt' where it is no picture that can be read, 'too-large'
 */
export const readPicture = async (
  bytes: Uint8Array,
  before: (pixelBytes: number) => void = () => undefined,
): Promise<ReadPicture> => {
  const sharp = await loadSharp();
  const open = () => sharp(bytes, { animated: true, ignoreIcc: true, limitInputPixels: false, failOn: 'warning' });
  if (bytes.length === 0) return unreadable();
  const known = await open().metadata().catch(unreadable);
  const { width, pages = 1, pageHeight = known.height, space = '', bitsPerSample = 8, channels } = known;
  if (width * known.height > mostPixels) throw new ImagingError('too-large', `${width} x ${known.height}`);
  if (pages > 1 && pageHeight * pages !== known.height) throw new ImagingError('corrupt', 'frames of different height');
  const isGray = space === 'b-w' || space === 'grey16' || channels < 3;
  const isDeep = bitsPerSample === 16;
  before(width * known.height * (isGray ? 1 : 3) * (isDeep ? 2 : 1));
  const picture = open()
    .removeAlpha()
    .toColourspace(isGray ? (isDeep ? 'grey16' : 'b-w') : isDeep ? 'rgb16' : 'srgb');
  const { data, info } = await picture
    .raw({ depth: isDeep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(unreadable);
  const attributes = pixelDescription({
    rows: pageHeight,
    columns: info.width,
    samplesPerPixel: info.channels,
    photometricInterpretation: info.channels === 1 ? 'MONOCHROME2' : 'RGB',
    precision: isDeep ? 16 : 8,
  });
  return { attributes, frames: pages, pixels: data };
};

const unreadable = (cause?: unknown): never => {
  throw new ImagingError('corrupt', 'no picture that can be read', { cause });
};
