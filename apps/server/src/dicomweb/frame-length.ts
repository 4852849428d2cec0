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
    const needed = nativeFrameBytes(describeImage(header));
    if (length < needed) throw new ImagingError('truncated', `${length} bytes of ${needed}`);
  } catch (error) {
    const offers = instanceOffers(instance.transferSyntaxUid).filter(({ asStored }) => asStored);
    noPicture(error, { text: 'The frame cannot be sent', offers });
  }
};

/** Two of three values where colour is subsampled. PS3.3 C.7.6.3.1.2. */
const nativeFrameBytes = (image: ImageDescription): number => {
  const share = image.photometricInterpretation === 'YBR_FULL_422' ? 2 / 3 : 1;
  return Math.floor((image.rows * image.columns * image.samplesPerPixel * image.bitsAllocated * share) / 8);
};
