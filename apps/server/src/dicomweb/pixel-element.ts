// The element that holds an image's pixels, told from the header that ends before it. PS3.3 C.7.6.3, C.7.6.24, C.7.6.25.
import { type DataSet, tagOf, transferSyntax, type Vr } from '@concord/dicom';
import type { StoredInstance } from '../archive/archive.ts';

export interface PixelElement {
  readonly keyword: 'PixelData' | 'FloatPixelData' | 'DoubleFloatPixelData';
  readonly tag: number;
  readonly vr: Vr;
}

/** Undefined where the instance has no pixels. Bits Stored is absent where cells are IEEE 754 numbers. */
export const pixelElement = (header: DataSet, instance: StoredInstance): PixelElement | undefined => {
  const bitsAllocated = header.number('BitsAllocated');
  if (bitsAllocated === undefined || !header.has('Rows') || !header.has('Columns')) return undefined;
  const whole = header.number('BitsStored') !== undefined;
  if (!whole && bitsAllocated === 32) return { keyword: 'FloatPixelData', tag: tagOf('FloatPixelData'), vr: 'OF' };
  if (!whole && bitsAllocated === 64) {
    return { keyword: 'DoubleFloatPixelData', tag: tagOf('DoubleFloatPixelData'), vr: 'OD' };
  }
  const bytes = transferSyntax(instance.transferSyntaxUid)?.encapsulated === true || bitsAllocated <= 8;
  return { keyword: 'PixelData', tag: tagOf('PixelData'), vr: bytes ? 'OB' : 'OW' };
};
