// One code stream of several components, put together from one for each: their packets, only in another order. ISO/IEC 15444-1 A.4, A.5, A.6, B.12.
import { ImagingError } from '../imaging-error.ts';

const marker = { sot: 0xff90, sod: 0xff93, eoc: 0xffd9, siz: 0xff51, cod: 0xff52, tlm: 0xff55, com: 0xff64 } as const;

/** B.12.1.3 and B.12.1.5: resolution, position, component, layer; and component, position, resolution, layer. */
const progression = { rpcl: 2, cprl: 4 } as const;

/** Beyond this many rows or columns a resolution has more than one precinct where nothing else is said. A.6.1. */
export const mostInOnePrecinct = 32_768;

interface Parts {
  /** Of the main header, each with its marker, in their order. */
  readonly segments: readonly Uint8Array[];
  /** What the tile-parts hold: packets, nothing else. */
  readonly packets: readonly Uint8Array[];
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const markerOf = (segment: Uint8Array): number => viewOf(segment).getUint16(0);
const unlike = (what: string): never => {
  throw new ImagingError('unsupported-image', `code streams cannot be put together: ${what}`);
};

/** Of a code stream as our encoders write it: one tile. */
function partsOf(stream: Uint8Array): Parts {
  const view = viewOf(stream);
  const segments: Uint8Array[] = [];
  let at = 2;
  for (; view.getUint16(at) !== marker.sot; at += 2 + view.getUint16(at + 2))
    segments.push(stream.subarray(at, at + 2 + view.getUint16(at + 2)));
  const packets: Uint8Array[] = [];
  while (at + 14 <= stream.length && view.getUint16(at) === marker.sot) {
    const length = view.getUint32(at + 6) || stream.length - 2 - at;
    if (view.getUint16(at + 4) !== 0 || view.getUint16(at + 12) !== marker.sod) unlike('more than one tile');
    packets.push(stream.subarray(at + 14, at + length));
    at += length;
  }
  return { segments, packets };
}

/** SIZ with as many components, all of them like the first. A.5.1. */
function sizeOf(segment: Uint8Array, components: number): Uint8Array {
  const first = segment.subarray(40, 43);
  const size = new Uint8Array(40 + 3 * components);
  size.set(segment.subarray(0, 40));
  for (let index = 0; index < components; index += 1) size.set(first, 40 + 3 * index);
  viewOf(size).setUint16(2, size.length - 2);
  viewOf(size).setUint16(38, components);
  return size;
}

/** COD with this order of packets, and without a transformation between components. A.6.1. */
function styleOf(segment: Uint8Array, order: number): Uint8Array {
  if (((segment[4] ?? 0) & 1) !== 0) unlike('precincts');
  const style = Uint8Array.from(segment);
  style[5] = order;
  style[8] = 0;
  return style;
}

/** TLM with an index of 16 bits and a length of 32 for each tile-part. A.7.1. */
function lengthsOf(tileParts: readonly Uint8Array[]): Uint8Array {
  const segment = new Uint8Array(6 + 6 * tileParts.length);
  const view = viewOf(segment);
  view.setUint16(0, marker.tlm);
  view.setUint16(2, segment.length - 2);
  segment[5] = 0x60;
  for (const [index, { length }] of tileParts.entries()) view.setUint32(8 + 6 * index, length);
  return segment;
}

/** SOT, SOD and the packets. A.4.2. */
function tilePart(packets: readonly Uint8Array[], index: number, count: number): Uint8Array {
  const whole = new Uint8Array(14 + packets.reduce((sum, { length }) => sum + length, 0));
  const view = viewOf(whole);
  view.setUint16(0, marker.sot);
  view.setUint16(2, 10);
  view.setUint32(6, whole.length);
  view.setUint8(10, index);
  view.setUint8(11, count);
  view.setUint16(12, marker.sod);
  let at = 14;
  for (const bytes of packets) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Quantisation and capabilities have to hold for all components, because they are said once. */
function checkAlike([first, ...others]: readonly Parts[]): void {
  const said = ({ segments }: Parts) =>
    segments.filter((segment) => ![marker.tlm, marker.com].some((each) => each === markerOf(segment))).join(';');
  for (const other of others) {
    if (first && (said(other) !== said(first) || other.packets.length !== first.packets.length))
      unlike('headers differ');
  }
}

/**
 * The code stream of an image from those of its components, in their order, each encoded alike: one tile, one precinct for each
 * resolution, in one tile-part or in one for each resolution. Nothing is transformed between components.
 * @throws ImagingError 'unsupported-image' where they are not alike
 */
export function joinComponents(streams: readonly Uint8Array[]): Uint8Array {
  const components = streams.map(partsOf);
  const [first] = components;
  if (!first) return unlike('there are none');
  checkAlike(components);
  const byResolution = first.packets.length > 1;
  const tileParts = first.packets.map((_, index) =>
    tilePart(
      components.map(({ packets }) => packets[index] ?? new Uint8Array()),
      index,
      first.packets.length,
    ),
  );
  const segments = first.segments.map((segment) => {
    if (markerOf(segment) === marker.siz) return sizeOf(segment, streams.length);
    if (markerOf(segment) === marker.cod) return styleOf(segment, byResolution ? progression.rpcl : progression.cprl);
    return markerOf(segment) === marker.tlm ? lengthsOf(tileParts) : segment;
  });
  return joined([Uint8Array.of(0xff, 0x4f), ...segments, ...tileParts, Uint8Array.of(0xff, 0xd9)]);
}
