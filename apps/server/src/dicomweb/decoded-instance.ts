// An instance as Explicit VR Little Endian, made while it is sent: its header, then frame after frame, decoded.
// PS3.18 8.7.3.4, PS3.5 A.2, PS3.10 7.1.
import {
  type DataSet,
  DicomError,
  explicitVrLittleEndian,
  fileMetaInformation,
  readDataSet,
  transferSyntax,
  writeDataSetChunks,
} from '@concord/dicom';
import { decodedFrameBytes, describeImage, type ImageDescription, ImagingError } from '@concord/imaging';
import type { ByteRange, StoredInstance } from '../archive/archive.ts';
import { ahead } from './ahead.ts';
import { notAcceptable } from './media-types.ts';
import type { DicomwebParts } from './parts.ts';
import { type PixelElement, pixelElement } from './pixel-element.ts';
import { instanceOffers, keptUncompressed } from './stored-form.ts';

/** Frames that are decoded before their turn to be sent. */
const begunAhead = 3;

/** The most that a value of defined length can hold: PS3.5 7.1.1. */
const maximumValue = 0xfffffffe;

/** Pixels as they will be sent: one run of bytes. */
interface Pixels {
  readonly length: number;
  readonly photometricInterpretation?: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * The Part 10 file, as it is asked for. The first frame is decoded before this resolves, so that an instance no codec can
 * read is still a problem and not a broken body.
 * @throws HttpProblem not-acceptable, which says what could be had instead
 */
export const decodedInstance = async (
  instance: StoredInstance,
  parts: DicomwebParts,
): Promise<AsyncIterable<Uint8Array>> => {
  try {
    const header = await parts.archive.header(instance);
    const ranges = await parts.archive.frames(instance);
    const element = ranges.length === 0 ? undefined : pixelElement(header, instance);
    if (element === undefined) return file(instance, parts, [writeDataSetChunks(header, explicitVrLittleEndian)]);
    const pixels = await pixelsOf(instance, header, ranges, parts);
    if (pixels.photometricInterpretation !== undefined) describeDecoded(header, pixels.photometricInterpretation);
    return file(instance, parts, [
      writeDataSetChunks(header, explicitVrLittleEndian),
      [elementHeader(element, pixels.length)],
      pixels.bytes,
      pixels.length % 2 === 1 ? [new Uint8Array(1)] : [],
      await following(instance, ranges, parts),
    ]);
  } catch (error) {
    if (!(error instanceof ImagingError) && !(error instanceof DicomError)) throw error;
    const stored = instanceOffers(instance.transferSyntaxUid).filter(({ asStored }) => asStored);
    throw notAcceptable(stored, ['multipart', 'single'], `The instance cannot be decoded: ${error.message}`);
  }
};

async function* file(
  { sopClassUid, sopInstanceUid }: StoredInstance,
  { implementation }: DicomwebParts,
  pieces: readonly (Iterable<Uint8Array> | AsyncIterable<Uint8Array>)[],
): AsyncGenerator<Uint8Array, void> {
  yield fileMetaInformation({
    sopClassUid,
    sopInstanceUid,
    transferSyntaxUid: explicitVrLittleEndian,
    implementationClassUid: implementation.classUid,
    implementationVersionName: implementation.versionName,
  });
  for (const piece of pieces) yield* piece;
}

/** Tag, VR and a length of 32 bits: PS3.5 7.1.2. */
const elementHeader = ({ tag, vr }: PixelElement, length: number): Uint8Array => {
  const header = Buffer.alloc(12);
  header.writeUInt16LE(tag >>> 16, 0);
  header.writeUInt16LE(tag & 0xffff, 2);
  header.write(vr, 4, 'latin1');
  header.writeUInt32LE(length + (length % 2), 8);
  return header;
};

/** What decoding changes: samples are interleaved, and the colour transformation of the codec is undone. PS3.5 8.2. */
const describeDecoded = (header: DataSet, photometricInterpretation: string): void => {
  header.set('PhotometricInterpretation', photometricInterpretation);
  if ((header.number('SamplesPerPixel') ?? 1) > 1) header.set('PlanarConfiguration', 0);
  header.delete('ExtendedOffsetTable');
  header.delete('ExtendedOffsetTableLengths');
};

const pixelsOf = async (
  instance: StoredInstance,
  header: DataSet,
  ranges: readonly (readonly ByteRange[])[],
  parts: DicomwebParts,
): Promise<Pixels> => {
  if (!keptUncompressed(instance.transferSyntaxUid))
    return decodedPixels(instance, describeImage(header), ranges.length, parts);
  const [start, end] = extent(ranges);
  return { length: end - start, bytes: parts.archive.dataSetBytes(instance, { start, end }) };
};

const extent = (ranges: readonly (readonly ByteRange[])[]): [start: number, end: number] => [
  ranges[0]?.[0]?.offset ?? 0,
  Math.max(...ranges.slice(-1).flatMap((frame) => frame.map(({ offset, length }) => offset + length))),
];

const decodedPixels = async (
  instance: StoredInstance,
  image: ImageDescription,
  count: number,
  { archive, imaging }: DicomwebParts,
): Promise<Pixels> => {
  const { transferSyntaxUid } = instance;
  const frameLength =
    image.bitsAllocated === 1 ? Math.ceil((image.rows * image.columns) / 8) : decodedFrameBytes(image);
  if (frameLength * count > maximumValue)
    throw new ImagingError('too-large', 'the decoded pixels pass the largest length');
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const frames = ahead(numbers, begunAhead, async (frameNumber) => {
    const encoded = await archive.frame(instance, frameNumber);
    const bytes = await imaging.decode({ image, transferSyntaxUid, encoded, frameNumber });
    if (bytes.length === frameLength) return bytes;
    throw new ImagingError('header-mismatch', `frame ${frameNumber} has ${bytes.length} bytes, not ${frameLength}`);
  });
  const first = await frames.next();
  const bytes = async function* () {
    for (let next = first; !next.done; next = await frames.next()) yield next.value;
  };
  const { photometricInterpretation: before } = image;
  return {
    length: frameLength * count,
    photometricInterpretation: afterDecoding.get(before) ?? before,
    bytes: bytes(),
  };
};

/** How frames come out of the codecs, where it is not how they went in. */
const afterDecoding: ReadonlyMap<string, string> = new Map([
  ['YBR_RCT', 'RGB'],
  ['YBR_ICT', 'RGB'],
  ['YBR_FULL_422', 'YBR_FULL'],
  ['YBR_PARTIAL_420', 'YBR_FULL'],
  ['YBR_PARTIAL_422', 'YBR_FULL'],
  ['XYB', 'RGB'],
]);

const maximumFollowing = 16_777_216;
const sequenceDelimitation = Buffer.from('feffdde000000000', 'hex');

/** Elements behind the pixel data, which a header does not have: padding, signatures. */
const following = async (
  instance: StoredInstance,
  ranges: readonly (readonly ByteRange[])[],
  { archive }: DicomwebParts,
): Promise<Iterable<Uint8Array>> => {
  const syntax = transferSyntax(instance.transferSyntaxUid);
  const [, pixelEnd] = extent(ranges);
  const start = pixelEnd + (pixelEnd % 2);
  const length = instance.size - instance.dataSetOffset - start;
  if (syntax?.deflated === true || length <= 0 || length > maximumFollowing) return [];
  const bytes = Buffer.concat(await Array.fromAsync(archive.dataSetBytes(instance, { start, end: start + length })));
  const delimited = syntax?.encapsulated === true && bytes.indexOf(sequenceDelimitation) === 0;
  const rest = delimited ? bytes.subarray(sequenceDelimitation.length) : bytes;
  if (rest.length === 0 || (syntax?.encapsulated === true && !delimited)) return [];
  return writeDataSetChunks(readDataSet(rest, instance.transferSyntaxUid), explicitVrLittleEndian);
};
