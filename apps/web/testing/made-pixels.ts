// What made images of other kinds need: palettes, luminance and colour differences, overlays, single pixels.
import type { DataSet } from '@concord/dicom';

/** Red, green and blue of three entries. */
export const palette = (dataSet: DataSet): void => {
  for (const [colour, values] of Object.entries({ Red: [255, 0, 20], Green: [128, 0, 40], Blue: [0, 255, 60] })) {
    dataSet.set(`${colour}PaletteColorLookupTableDescriptor`, [3, 0, 16], 'US');
    const data = new Uint8Array(Uint16Array.from(values, (value) => value * 257).buffer);
    dataSet.set(`${colour}PaletteColorLookupTableData`, data, 'OW');
  }
};

/** Luminance and colour differences of white, red and black, as ITU-R BT.601 has them over the full range. */
export const ybr = [
  [255, 128, 128],
  [76, 85, 255],
  [0, 128, 128],
] as const;

/** Pairs of pixels with colour differences in common: Y, Y, Cb, Cr. PS3.3 C.7.6.3.1.2 */
export const subsampled = (dataSet: DataSet): void => {
  const pixels = dataSet.bytes('PixelData') ?? new Uint8Array();
  const bytes: number[] = [];
  for (let at = 0; at < pixels.length; at += 6)
    bytes.push(pixels[at] ?? 0, pixels[at + 3] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0);
  dataSet.set('PixelData', Uint8Array.from(bytes), 'OB');
};

export const eightBits = { BitsAllocated: 8, BitsStored: 8, HighBit: 7 };

/** An overlay over the second of three fields, in a group of its own. */
export const overlay =
  (changes: Readonly<Record<string, string | readonly number[] | number | null>> = {}, group = '6000') =>
  (dataSet: DataSet): void => {
    const set = (element: string, usual: string | number | readonly number[], vr: 'US' | 'CS' | 'SS'): void => {
      const value = element in changes ? changes[element] : usual;
      if (value !== null && value !== undefined) dataSet.set(`${group}${element}`, value, vr);
    };
    set('0010', 16, 'US');
    set('0011', 48, 'US');
    set('0040', 'G', 'CS');
    set('0050', [1, 1], 'SS');
    set('0100', 1, 'US');
    set('0102', 0, 'US');
    if (changes['0100'] !== undefined) return; // it lies in the pixel cells
    const row = [0, 0, 255, 255, 0, 0];
    dataSet.set(`${group}3000`, Uint8Array.from(Array.from({ length: 16 }, () => row).flat()), 'OB');
  };

/** Puts one value into the first pixel. */
export const outlier =
  (value: number) =>
  (dataSet: DataSet): void => {
    const bytes = dataSet.bytes('PixelData')?.slice() ?? new Uint8Array();
    new DataView(bytes.buffer).setUint16(0, value, true);
    dataSet.set('PixelData', bytes, 'OW');
  };
