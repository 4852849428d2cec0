// The data set of an image that goes out in another photometric interpretation, frame by frame. PS3.5 8.2.
import { type DataSet, explicitVrLittleEndian, writeDataSet } from '@concord/dicom';
import { type ImageDescription, ImagingError, nativePixelDataHeader, type Recolouring } from '@concord/imaging';
import type { StoredInstance } from './archive.ts';
import { type ConversionParts, swappedVr } from './conversion.ts';

export interface RecolouredImage {
  readonly change: Recolouring;
  /** As it goes out, up to Pixel Data. */
  readonly header: DataSet;
  /** The image as it is kept. */
  readonly image: ImageDescription;
  /** Uncompressed, little endian. */
  readonly syntax: string;
}

/** The first frame is made before anything is given: one that cannot be read fails before anything is sent. */
export async function* recolouredDataSet(
  instance: StoredInstance,
  { change, header, image, syntax }: RecolouredImage,
  { archive, imaging }: ConversionParts,
): AsyncGenerator<Uint8Array> {
  const { transferSyntaxUid } = instance;
  const vr = await swappedVr(instance, archive);
  const made = async (number: number): Promise<Uint8Array> => {
    const encoded = await archive.frame(instance, number);
    return imaging.recolour({
      image,
      transferSyntaxUid,
      encoded,
      frameNumber: number,
      ...vr,
      step: change.step(number),
    });
  };
  const first = await made(1);
  const length = first.length * image.numberOfFrames;
  const padded = length + (length % 2);
  if (padded > 0xfffffffe) throw new ImagingError('too-large', 'native pixel data of more than 4 GiB');
  const explicitVr = syntax === explicitVrLittleEndian;
  const vrOfPixels = explicitVr && change.image.bitsAllocated <= 8 ? 'OB' : 'OW';
  yield writeDataSet(header, syntax);
  yield nativePixelDataHeader({ tag: 0x7fe00010, vr: vrOfPixels, explicitVr, littleEndian: true, length: padded });
  yield first;
  for (let number = 2; number <= image.numberOfFrames; number += 1) yield await made(number);
  if (padded > length) yield new Uint8Array(1);
}
