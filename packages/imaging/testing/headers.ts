// Data sets for tests, made from a description or an attribute at a time.
import { DataSet, type Value, type Vr } from '@concord/dicom';
import type { ImageDescription } from '../src/image-description.ts';

/** The Image Pixel module of a description. */
export function headerOf(image: ImageDescription): DataSet {
  const header = new DataSet();
  header.set('SamplesPerPixel', image.samplesPerPixel);
  header.set('PhotometricInterpretation', image.photometricInterpretation);
  if (image.samplesPerPixel > 1) header.set('PlanarConfiguration', image.planarConfiguration);
  if (image.numberOfFrames > 1) header.set('NumberOfFrames', image.numberOfFrames);
  header.set('Rows', image.rows);
  header.set('Columns', image.columns);
  header.set('BitsAllocated', image.bitsAllocated);
  header.set('BitsStored', image.bitsStored);
  header.set('HighBit', image.highBit);
  header.set('PixelRepresentation', image.pixelRepresentation);
  return header;
}

/** The same with more elements: keyword (or path) to value, or to value and VR. */
export function withElements(
  header: DataSet,
  elements: Readonly<Record<string, Value | { value: Value; vr: Vr }>>,
): DataSet {
  const copy = header.clone();
  for (const [path, given] of Object.entries(elements)) {
    if (typeof given === 'object' && given !== null && 'vr' in given) copy.set(path, given.value, given.vr);
    else copy.set(path, given);
  }
  return copy;
}

/** A lookup table as the item of a sequence. */
export function lutItem(
  firstMapped: number,
  bits: number,
  entries: readonly number[],
  vr: 'US' | 'SS' = 'US',
): DataSet {
  const item = new DataSet();
  item.set('LUTDescriptor', [entries.length % 65536, firstMapped, bits], vr);
  item.set('LUTData', entries, 'US');
  return item;
}
