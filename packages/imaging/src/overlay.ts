// Overlay planes: bits of their own, or unused bits of the pixel cells. PS3.3 C.9.2, PS3.5 8.1.2.
import type { DataSet } from '@concord/dicom';
import type { DecodedFrame } from './codecs/codec.ts';
import type { ImageDescription } from './image-description.ts';
import { swapBytes } from './samples.ts';

/** Levels of 0..255, for grey pictures and for coloured ones. */
export interface Shade {
  readonly gray: number;
  readonly colour: readonly [number, number, number];
}

/** One plane, as it lies over one frame. */
export interface Overlay {
  /** 0x6000, 0x6002, ... 0x601E. */
  readonly group: number;
  readonly rows: number;
  readonly columns: number;
  /** Place of the first bit, 1\1 being the first pixel of the image; may lie outside of it. */
  readonly originRow: number;
  readonly originColumn: number;
  /** Graphics, or region of interest. */
  readonly type: 'G' | 'R';
  readonly label?: string;
  /** The layer that a presentation state shows it on; absent: hidden there. PS3.3 C.11.7. */
  readonly activationLayer?: string;
  /** What that layer is drawn in; absent: white. */
  readonly shade?: Shade;
  /** Eight bits in a byte, the first in the lowest; or the bit of each pixel cell. */
  readonly bits:
    | { readonly kind: 'plane'; readonly bytes: Uint8Array; readonly offset: number }
    | { readonly kind: 'embedded'; readonly position: number };
}

const groups = Array.from({ length: 16 }, (_, index) => 0x6000 + index * 2);
const tagIn = (group: number, element: number): number => group * 0x10000 + element;

/** False where the group came in big endian, seen from a number of it whose two bytes differ. */
function isLittleEndian(header: DataSet, group: number): boolean {
  for (const element of [0x0100, 0x0010, 0x0011]) {
    const [first, second] = header.bytes(tagIn(group, element)) ?? [];
    if (first !== second) return first === (header.number(tagIn(group, element)) ?? 0) % 256;
  }
  return true;
}

/** Overlay Data as bytes with the first bit lowest, whatever words they came in. */
function planeBytes(header: DataSet, group: number): Uint8Array | undefined {
  const tag = tagIn(group, 0x3000);
  // A plane that was left in the file is not worth failing the image for.
  const bytes = header.element(tag)?.reference ? undefined : header.bytes(tag);
  if (!bytes || bytes.length === 0) return undefined;
  return header.element(tag)?.vr === 'OW' && !isLittleEndian(header, group) ? swapBytes(bytes, 2) : bytes;
}

/** Which of the overlay's own frames lies over a frame of the image; undefined where none does. PS3.3 C.9.3. */
function overlayFrame(header: DataSet, group: number, frameNumber: number): number | undefined {
  const count = header.number(tagIn(group, 0x0015));
  if (count === undefined) return 0;
  const index = frameNumber - (header.number(tagIn(group, 0x0051)) ?? 1);
  return index >= 0 && index < count ? index : undefined;
}

/** The bit of the pixel cells that is the plane; undefined where there is none, or where it belongs to the stored values. PS3.5 8.1.2. */
function embeddedBit(header: DataSet, image: ImageDescription, group: number): number | undefined {
  if ((header.number(tagIn(group, 0x0100)) ?? 1) <= 1) return undefined;
  const bit = header.number(tagIn(group, 0x0102)) ?? 0;
  const isStored = bit <= image.highBit && bit > image.highBit - image.bitsStored;
  return isStored || bit >= image.bitsAllocated ? undefined : bit;
}

/** True where planes of any frame lie in unused bits of the cells, which go where only stored values stay. */
export const hasEmbeddedOverlays = (header: DataSet, image: ImageDescription): boolean =>
  groups.some((group) => !planeBytes(header, group) && embeddedBit(header, image, group) !== undefined);

function readOverlay(header: DataSet, image: ImageDescription, group: number, frameNumber: number) {
  const bytes = planeBytes(header, group);
  const position = bytes ? undefined : embeddedBit(header, image, group);
  const isEmbedded = position !== undefined;
  const rows = header.number(tagIn(group, 0x0010)) ?? (isEmbedded ? image.rows : 0);
  const columns = header.number(tagIn(group, 0x0011)) ?? (isEmbedded ? image.columns : 0);
  const index = overlayFrame(header, group, frameNumber);
  if (rows < 1 || columns < 1 || index === undefined) return undefined;
  const bits = bytes ? planeBits(bytes, index * rows * columns, rows * columns) : isEmbedded && embedded(position);
  if (!bits) return undefined;
  const [originRow = 1, originColumn = 1] = header.numbers(tagIn(group, 0x0050));
  const label = header.string(tagIn(group, 0x1500)) ?? header.string(tagIn(group, 0x0022));
  const activationLayer = header.string(tagIn(group, 0x1001));
  const overlay: Overlay = {
    group,
    rows,
    columns,
    originRow,
    originColumn,
    type: header.string(tagIn(group, 0x0040)) === 'R' ? 'R' : 'G',
    ...(label ? { label } : {}),
    ...(activationLayer ? { activationLayer } : {}),
    bits,
  };
  return overlay;
}

const embedded = (position: number): Overlay['bits'] => ({ kind: 'embedded', position });

/** The bytes that hold `count` bits from bit `offset` on, so that a long multi-frame overlay is not carried around. */
const planeBits = (bytes: Uint8Array, offset: number, count: number): Overlay['bits'] => ({
  kind: 'plane',
  bytes: bytes.subarray(Math.floor(offset / 8), Math.ceil((offset + count) / 8)),
  offset: offset % 8,
});

/** The overlays of a data set that lie over a frame, in the order of their groups; incomplete ones are left out. */
export function readOverlays(header: DataSet, image: ImageDescription, frameNumber: number): readonly Overlay[] {
  return groups.flatMap((group) => {
    if (!header.has(tagIn(group, 0x0010)) && !header.has(tagIn(group, 0x0102))) return [];
    return readOverlay(header, image, group, frameNumber) ?? [];
  });
}

/** What an overlay lies over; cells are needed only by planes in their unused bits. */
export type OverlaidFrame = Pick<DecodedFrame, 'rows' | 'columns' | 'samplesPerPixel' | 'cells'>;

/** Whether a bit of the plane is set; row and column count from 0 within the plane. */
function bitReader(overlay: Overlay, frame: OverlaidFrame): (row: number, column: number) => boolean {
  const { bits, columns } = overlay;
  if (bits.kind === 'plane') {
    return (row, column) => {
      const bit = bits.offset + row * columns + column;
      return (((bits.bytes[bit >>> 3] ?? 0) >>> (bit & 7)) & 1) === 1;
    };
  }
  const cells = frame.cells;
  if (!cells || frame.samplesPerPixel !== 1) return () => false;
  return (row, column) => (((cells[row * frame.columns + column] ?? 0) >>> bits.position) & 1) === 1;
}

/** Calls `draw` with the index of every pixel of the frame that the overlay covers. */
export function eachOverlayPixel(overlay: Overlay, frame: OverlaidFrame, draw: (pixel: number) => void): void {
  const isSet = bitReader(overlay, frame);
  const top = overlay.originRow - 1;
  const left = overlay.originColumn - 1;
  const lastRow = Math.min(overlay.rows, frame.rows - top);
  const lastColumn = Math.min(overlay.columns, frame.columns - left);
  for (let row = Math.max(0, -top); row < lastRow; row += 1) {
    for (let column = Math.max(0, -left); column < lastColumn; column += 1) {
      if (isSet(row, column)) draw((row + top) * frame.columns + column + left);
    }
  }
}
