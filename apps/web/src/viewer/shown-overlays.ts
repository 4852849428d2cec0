// Which overlay planes a viewer draws over an image: graphics that are whole and lie where they say. PS3.3 C.9.2, PS3.5 8.1.2.
import type { DataSet } from '@concord/dicom';
import { type DecodedFrame, eachOverlayPixel, type ImageDescription, type Overlay } from '@concord/imaging';

/** Which groups are drawn. */
export type OverlayChoice = 'every group' | 'first group' | 'none';

const firstGroup = 0x6000;
/** Bits of a mask: what the first group covers, and what any other does. */
const [byFirst, byOther] = [1, 2] as const;
const maskOf: Readonly<Record<OverlayChoice, number>> = {
  'every group': byFirst | byOther,
  'first group': byFirst,
  none: 0,
};

/** An embedded plane must lie in a bit that no sample uses. */
const isUnused = (position: number, { bitsAllocated, bitsStored, highBit }: ImageDescription): boolean =>
  (bitsAllocated === 8 || bitsAllocated === 16) &&
  position < bitsAllocated &&
  (position > highBit || position <= highBit - bitsStored);

/** Graphics only: a region of interest is for computing with. What lacks its size, or begins outside of the image, is left out. */
export const shownOverlays = (
  overlays: readonly Overlay[],
  header: DataSet,
  image: ImageDescription,
): readonly Overlay[] =>
  overlays.filter(({ group, originRow, originColumn, bits }) => {
    const has = (element: number): boolean => header.number(group * 0x10000 + element) !== undefined;
    return (
      header.string(group * 0x10000 + 0x0040) === 'G' &&
      has(0x0010) &&
      has(0x0011) &&
      originRow >= 1 &&
      originColumn >= 1 &&
      (bits.kind === 'plane' || isUnused(bits.position, image))
    );
  });

/** One byte for each pixel of the image, which says what covers it; undefined where nothing does. */
export const overlayMask = (overlays: readonly Overlay[], frame: DecodedFrame): Uint8Array | undefined => {
  const mask = new Uint8Array(frame.rows * frame.columns);
  let any = false;
  for (const overlay of overlays) {
    const bit = overlay.group === firstGroup ? byFirst : byOther;
    eachOverlayPixel(overlay, frame, (pixel) => {
      mask[pixel] = (mask[pixel] ?? 0) | bit;
      any = true;
    });
  }
  return any ? mask : undefined;
};

/** Whether a pixel with this byte of a mask is drawn. */
export const isCovered = (byte: number, choice: OverlayChoice): boolean => (byte & maskOf[choice]) !== 0;
