// The Pixel Data element: encapsulated with offset table, fragments and delimiter, or native. PS3.5 A.1-A.4, 7.1.

const itemTag = [0xfe, 0xff, 0x00, 0xe0];
const delimiterTag = [0xfe, 0xff, 0xdd, 0xe0];
const elementHeader = [0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff];
const maximumOffset = 0xffffffff;

const even = (length: number): number => length + (length & 1);

/** The eight bytes before a value: tag and length. */
function itemHeader(tag: readonly number[], length: number): Uint8Array {
  const header = new Uint8Array(8);
  header.set(tag);
  new DataView(header.buffer).setUint32(4, length, true);
  return header;
}

/** Where each frame's fragment begins, counted from the first fragment; undefined where 32 bits do not suffice. */
function offsetsOf(frameLengths: readonly number[]): readonly number[] | undefined {
  let offset = 0;
  const offsets = frameLengths.map((length) => {
    const start = offset;
    offset += 8 + even(length);
    return start;
  });
  return (offsets.at(-1) ?? 0) > maximumOffset ? undefined : offsets;
}

/**
 * The element's header and its Basic Offset Table: with offsets where the lengths of all frames are known, else empty,
 * which the standard allows. Explicit VR Little Endian, as every encapsulated syntax is.
 */
export function pixelDataStart(frameLengths: readonly number[] = []): Uint8Array {
  const offsets = offsetsOf(frameLengths) ?? [];
  const start = new Uint8Array(elementHeader.length + 8 + offsets.length * 4);
  start.set(elementHeader);
  start.set(itemHeader(itemTag, offsets.length * 4), elementHeader.length);
  const view = new DataView(start.buffer, elementHeader.length + 8);
  offsets.forEach((offset, index) => {
    view.setUint32(index * 4, offset, true);
  });
  return start;
}

/** One frame as one fragment: header, bytes, and a byte of padding where the length is odd. */
export function pixelDataFragment(frame: Uint8Array): readonly Uint8Array[] {
  const header = itemHeader(itemTag, even(frame.length));
  return frame.length & 1 ? [header, frame, new Uint8Array(1)] : [header, frame];
}

/** The Sequence Delimitation Item that ends the element. */
export const pixelDataEnd = (): Uint8Array => itemHeader(delimiterTag, 0);

/** Bytes of the whole element for frames of these lengths. */
export const encapsulatedLength = (frameLengths: readonly number[]): number =>
  pixelDataStart(frameLengths).length + frameLengths.reduce((sum, length) => sum + 8 + even(length), 0) + 8;

/** What the header of a native element has to say. */
export interface NativeElement {
  readonly tag: 0x7fe00008 | 0x7fe00009 | 0x7fe00010;
  readonly vr: 'OB' | 'OW' | 'OF' | 'OD';
  readonly explicitVr: boolean;
  readonly littleEndian: boolean;
  /** Even, at most 2 ** 32 - 2. */
  readonly length: number;
}

/** The header of a native Pixel Data element. */
export function nativePixelDataHeader({ tag, vr, explicitVr, littleEndian, length }: NativeElement): Uint8Array {
  const header = new Uint8Array(explicitVr ? 12 : 8);
  const view = new DataView(header.buffer);
  view.setUint16(0, tag >>> 16, littleEndian);
  view.setUint16(2, tag & 0xffff, littleEndian);
  if (explicitVr) header.set([vr.charCodeAt(0), vr.charCodeAt(1)], 4);
  view.setUint32(header.length - 4, length, littleEndian);
  return header;
}
