// Where each frame of pixel data lies: native frames by their size, encapsulated ones by offset table or by fragment. PS3.5 8.2, A.4.
import type { ByteRange } from './content.ts';
import type { DataSet } from './data-set.ts';
import { DicomError } from './error.ts';
import type { Vr } from './vr.ts';

/** Float Pixel Data, Double Float Pixel Data or Pixel Data of the outermost level, by place. PS3.3 C.7.6.3, C.7.6.24. */
export interface PixelDataPlace {
  readonly tag: number;
  readonly vr: Vr;
  /** Of the value, in bytes from the start of the data set; in a deflated one, of what it inflates to. */
  readonly offset: number;
  /** In bytes; undefined where it is encapsulated. */
  readonly length: number | undefined;
  /** The value fields of the items, the Basic Offset Table first; [] where it is native. */
  readonly fragments: readonly ByteRange[];
  /** True in Explicit VR Big Endian, where OW is swapped by words of 16 bits, whatever a cell has. PS3.5 8.1.1. */
  readonly bigEndian?: boolean;
}

const extendedOffsetTable = 0x7fe00001;
const extendedLengths = 0x7fe00002;

/** Samples for each pixel that are really stored where colour is subsampled. PS3.3 C.7.6.3.1.2. */
const subsampled: ReadonlyMap<string, number> = new Map([
  ['YBR_FULL_422', 2],
  ['YBR_PARTIAL_422', 2],
  ['YBR_PARTIAL_420', 1.5],
]);

/**
 * Bits of one native frame; 0 where the header does not say. Pixels that share their colour are pairs: where a frame has an odd
 * number of columns, which the standard forbids, each row is filled up to whole pairs unless the `length` bytes are too few for that.
 */
function frameBits(header: DataSet, length: number): number {
  const rows = header.number('Rows') ?? 0;
  const columns = header.number('Columns') ?? 0;
  const bits = header.number('BitsAllocated') ?? 0;
  const shared = subsampled.get(header.string('PhotometricInterpretation') ?? '');
  if (shared === undefined) return rows * columns * bits * (header.number('SamplesPerPixel') ?? 1);
  const runOn = rows * columns * bits * shared;
  const isRunOn = length * 8 <= runOn * frameCount(header) + 8; // and a byte of padding
  return isRunOn ? runOn : rows * (columns + (columns % 2)) * bits * shared;
}

/** What a frame begins and ends at: a byte, or the whole words of big endian OW, in which its first and last cell stand behind their neighbours. */
const grainBits = ({ vr, bigEndian }: PixelDataPlace, header: DataSet): 8 | 16 =>
  bigEndian === true && vr !== 'OB' && (header.number('BitsAllocated') ?? 0) % 16 !== 0 ? 16 : 8;

const frameCount = (header: DataSet): number => Math.max(1, Math.trunc(header.number('NumberOfFrames') ?? 1));

/**
 * The runs of bytes of each frame, from the start of the data set. Only as many frames as the value has room for.
 * A frame of 1-bit pixels that does not begin at a byte has the byte it begins in; bits (frame x size) mod 8 of that belong to the one before.
 * In big endian OW the same goes for words of 16 bits where cells are not made of whole ones.
 */
function nativeFrames(place: PixelDataPlace, length: number, header: DataSet): ByteRange[][] {
  const { offset } = place;
  const bits = frameBits(header, length);
  const grain = grainBits(place, header);
  const most = bits === 0 ? 1 : Math.ceil((length * 8) / bits);
  const count = Math.min(frameCount(header), Math.max(1, most));
  const frames: ByteRange[][] = [];
  for (let frame = 0; frame < count; frame += 1) {
    const begins = Math.floor((frame * bits) / grain) * (grain / 8);
    const ends = bits === 0 ? length : Math.min(length, Math.ceil(((frame + 1) * bits) / grain) * (grain / 8));
    frames.push([{ offset: offset + begins, length: ends - begins }]);
  }
  return frames;
}

/**
 * Bytes that the header asks of native pixel data, without the byte that pads it; undefined where it is encapsulated, or the header
 * does not say. PS3.5 8.1.1.
 */
export function nativeLength({ length }: PixelDataPlace, header: DataSet): number | undefined {
  const bits = length === undefined ? 0 : frameBits(header, length);
  return bits > 0 ? Math.ceil((bits * frameCount(header)) / 8) : undefined;
}

/** The 64-bit offsets of the Extended Offset Table; undefined where there is none. PS3.3 C.7.6.3.1.8. */
function extendedOffsets(header: DataSet): number[] | undefined {
  if (header.element(extendedOffsetTable)?.reference) return undefined;
  const table = header.bytes(extendedOffsetTable);
  return table && table.length > 0 ? readOffsets(table, 8) : undefined;
}

function readOffsets(table: Uint8Array, size: 4 | 8): number[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  return Array.from({ length: Math.floor(table.length / size) }, (_, index) =>
    size === 4 ? view.getUint32(index * 4, true) : Number(view.getBigUint64(index * 8, true)),
  );
}

/** Fragments by frame, or undefined where the table does not point at fragments in ascending order. */
function byOffsets(
  offsets: readonly number[],
  fragments: readonly ByteRange[],
  count: number,
): ByteRange[][] | undefined {
  const [first] = fragments;
  if (!first || offsets.length < count) return undefined;
  const starts = new Map(fragments.map(({ offset }, index) => [offset - first.offset, index]));
  // Offsets count from the first fragment's item tag, so does this map: both leave the same header out.
  const indexes = offsets.slice(0, count).map((offset) => starts.get(offset));
  const ascending = indexes.every(
    (index, frame) => index !== undefined && (frame === 0 || index > (indexes[frame - 1] ?? -1)),
  );
  if (indexes[0] !== 0 || !ascending) return undefined;
  return indexes.map((index, frame) => fragments.slice(index, indexes[frame + 1] ?? fragments.length));
}

/** Lengths of the Extended Offset Table, without what pads a frame to an even length. */
function trimmed(frames: ByteRange[][], header: DataSet): ByteRange[][] {
  const table = header.element(extendedLengths)?.reference ? undefined : header.bytes(extendedLengths);
  if (!table || table.length < 8 * frames.length) return frames;
  const lengths = readOffsets(table, 8);
  return frames.map((runs, frame) => {
    const [run, ...more] = runs;
    const length = lengths[frame] ?? 0;
    return run && more.length === 0 && length > 0 && length <= run.length ? [{ offset: run.offset, length }] : runs;
  });
}

/** How the code stream of a frame begins: JPEG and JPEG-LS, JPEG 2000, JP2 (not allowed, but met), JPEG XL. */
const beginnings: readonly (readonly number[])[] = [
  [0xff, 0xd8, 0xff],
  [0xff, 0x4f, 0xff, 0x51],
  [0, 0, 0, 12, 0x6a, 0x50],
  [0xff, 0x0a],
];

/** Fragments by frame where each frame can be seen to begin; undefined where there are not as many beginnings as frames. */
function byBeginnings(fragments: readonly ByteRange[], count: number, peek: Peek): ByteRange[][] | undefined {
  const frames: ByteRange[][] = [];
  for (const fragment of fragments) {
    const first = peek({ offset: fragment.offset, length: Math.min(6, fragment.length) });
    const begins = beginnings.some((bytes) => bytes.every((byte, at) => first[at] === byte));
    if (begins) frames.push([]);
    // Bytes before the first beginning belong to no frame: nothing is left out in silence.
    else if (frames.length === 0) return undefined;
    frames[frames.length - 1]?.push(fragment);
  }
  return frames.length === count ? frames : undefined;
}

/** Reads a few bytes at a place, counted as the ranges are. */
export type Peek = (range: ByteRange) => Uint8Array;

function encapsulatedFrames(
  { fragments }: PixelDataPlace,
  header: DataSet,
  offsetTable: Uint8Array | undefined,
  peek: Peek | undefined,
): ByteRange[][] {
  const [, ...data] = fragments;
  const count = frameCount(header);
  if (data.length === 0) return [];
  if (count === 1) return [data];
  // One fragment a frame needs no table, and survives a wrong one.
  if (data.length === count)
    return trimmed(
      data.map((fragment) => [fragment]),
      header,
    );
  const offsets =
    extendedOffsets(header) ?? (offsetTable && offsetTable.length > 0 ? readOffsets(offsetTable, 4) : undefined);
  const frames = (offsets && byOffsets(offsets, data, count)) ?? (peek && byBeginnings(data, count, peek));
  if (frames) return frames;
  const table = offsets ? 'an offset table that does not fit them' : 'no offset table';
  throw new DicomError(
    'bad-frames',
    data[0]?.offset ?? -1,
    'PixelData',
    `${count} frames, ${data.length} fragments and ${table}`,
  );
}

/**
 * Where each frame lies: for every frame its runs of bytes, counted from the start of the data set (of what it inflates to, where it is deflated).
 * A native frame is one run; an encapsulated one has a run for each fragment, to be joined. Fewer frames than Number of Frames promises where
 * the value ends before: memory follows the bytes that are there.
 * @param offsetTable value of the first item, the Basic Offset Table; needed where a frame may have several fragments
 * @param peek reads the first bytes of a fragment: where no table fits, frames are told apart by how a code stream begins
 * @throws DicomError `bad-frames` where fragments cannot be told apart
 */
export function frameRanges(
  place: PixelDataPlace,
  header: DataSet,
  offsetTable?: Uint8Array,
  peek?: Peek,
): readonly (readonly ByteRange[])[] {
  return place.length === undefined
    ? encapsulatedFrames(place, header, offsetTable, peek)
    : nativeFrames(place, place.length, header);
}
