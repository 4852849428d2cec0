// Whether an uncompressed frame has all its cells, so that a part of one never passes for it. PS3.5 8.1.1.
import { transferSyntax } from '@concord/dicom';
import { describeImage, type ImageDescription, ImagingError } from '@concord/imaging';
import type { Archive, StoredInstance } from '../archive/archive.ts';
import { noPicture } from './imaging-problem.ts';
import { instanceOffers } from './stored-form.ts';

/**
 * Asks the header only where the length is suspicious: no multiple of Rows x Columns, but for a byte of padding.
 * @throws HttpProblem not-acceptable, which says how the instance can be had
 */
export const checkFrameLength = async (
  instance: StoredInstance,
  length: number,
  archive: Pick<Archive, 'header'>,
): Promise<void> => {
  if (transferSyntax(instance.transferSyntaxUid)?.encapsulated !== false) return;
  const cells = (instance.rows ?? 0) * (instance.columns ?? 0);
  if (length >= cells && length % cells <= 1) return;
  const header = await archive.header(instance);
  try {
    const needed = nativeFrameBytes(describeImage(header), length);
    if (length < needed) throw new ImagingError('truncated', `${length} bytes of ${needed}`);
  } catch (error) {
    const offers = instanceOffers(instance.transferSyntaxUid).filter(({ asStored }) => asStored);
    noPicture(error, { text: 'The frame cannot be sent', offers });
  }
};

/** Two values for each pixel where pairs of pixels share their colour; rows of an odd number of columns may be filled up to pairs. PS3.3 C.7.6.3.1.2. */
const nativeFrameBytes = (image: ImageDescription, length: number): number => {
  const { rows, columns, bitsAllocated } = image;
  const ofPixels = (count: number, samples: number): number => Math.floor((count * samples * bitsAllocated) / 8);
  if (!/^YBR_(?:FULL|PARTIAL)_422$/u.test(image.photometricInterpretation))
    return ofPixels(rows * columns, image.samplesPerPixel);
  const runOn = ofPixels(rows * columns, 2);
  return length <= runOn + 1 ? runOn : ofPixels(rows * (columns + (columns % 2)), 2);
};
