// An instance in another transfer syntax, made while it is sent. PS3.18 8.7.3.4, PS3.10 7.1.
import {
  DicomError,
  explicitVrLittleEndian,
  fileMetaInformation,
  readDataSet,
  transferSyntax,
  writeDataSetChunks,
} from '@concord/dicom';
import { ImagingError } from '@concord/imaging';
import { transcodeInstance } from '@concord/imaging/node';
import type { ByteRange, StoredInstance } from '../archive/archive.ts';
import { noPicture } from './imaging-problem.ts';
import type { DicomwebParts } from './parts.ts';
import { type PixelElement, pixelElement } from './pixel-element.ts';
import { instanceOffers, keptUncompressed } from './stored-form.ts';

type Bytes = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * The Part 10 file in `target`, as it is asked for. The first frame is converted before this resolves, so that an instance
 * no codec can read is still a problem and not a broken body.
 * @throws HttpProblem not-acceptable, which says what could be had instead
 */
export const convertedInstance = async (
  instance: StoredInstance,
  target: string,
  parts: DicomwebParts,
): Promise<AsyncIterable<Uint8Array>> => {
  try {
    return file(instance, target, await dataSetIn(instance, target, parts), parts);
  } catch (error) {
    if (!(error instanceof ImagingError) && !(error instanceof DicomError)) throw error;
    return noPicture(error, {
      text: 'The instance cannot be converted',
      offers: instanceOffers(instance.transferSyntaxUid).filter(({ asStored }) => asStored),
    });
  }
};

async function* file(
  { sopClassUid, sopInstanceUid }: StoredInstance,
  transferSyntaxUid: string,
  pieces: readonly Bytes[],
  { implementation }: DicomwebParts,
): AsyncGenerator<Uint8Array, void> {
  yield fileMetaInformation({
    sopClassUid,
    sopInstanceUid,
    transferSyntaxUid,
    implementationClassUid: implementation.classUid,
    implementationVersionName: implementation.versionName,
  });
  for (const piece of pieces) yield* piece;
}

/** Three ways: no pixels, pixels that only get another header, frames that go through a codec. */
const dataSetIn = async (instance: StoredInstance, target: string, parts: DicomwebParts): Promise<readonly Bytes[]> => {
  const { archive, imaging } = parts;
  const { transferSyntaxUid } = instance;
  const header = await archive.header(instance);
  const ranges = await archive.frames(instance);
  const element = ranges.length === 0 ? undefined : pixelElement(header, instance);
  if (element === undefined) return [writeDataSetChunks(header, withoutPixels(target))];
  if (target === explicitVrLittleEndian && keptUncompressed(transferSyntaxUid)) {
    const [start, end] = extent(ranges);
    return [
      writeDataSetChunks(header, target),
      [elementHeader(element, end - start)],
      archive.dataSetBytes(instance, { start, end }),
      (end - start) % 2 === 1 ? [new Uint8Array(1)] : [],
      await following(instance, ranges, parts),
    ];
  }
  const frame = (number: number) => archive.frame(instance, number);
  const { dataSet } = await transcodeInstance(imaging, { header, transferSyntaxUid, frame }, { target });
  return [dataSet, await following(instance, ranges, parts)];
};

/** Only images can be compressed. @throws ImagingError unsupported-image */
const withoutPixels = (target: string): string => {
  if (target === explicitVrLittleEndian) return target;
  throw new ImagingError('unsupported-image', 'it has no pixel data');
};

/** Tag, VR and a length of 32 bits: PS3.5 7.1.2. @throws ImagingError too-large */
const elementHeader = ({ tag, vr }: PixelElement, length: number): Uint8Array => {
  if (length > 0xfffffffe) throw new ImagingError('too-large', 'uncompressed pixel data of more than 4 GiB');
  const header = Buffer.alloc(12);
  header.writeUInt16LE(tag >>> 16, 0);
  header.writeUInt16LE(tag & 0xffff, 2);
  header.write(vr, 4, 'latin1');
  header.writeUInt32LE(length + (length % 2), 8);
  return header;
};

type Frames = readonly (readonly ByteRange[])[];

/** First and one past the last byte of all frames, within the data set. */
const extent = (ranges: Frames): [start: number, end: number] => [
  ranges[0]?.[0]?.offset ?? 0,
  Math.max(...(ranges.at(-1) ?? []).map(({ offset, length }) => offset + length)),
];

const maximumFollowing = 16_777_216;
const sequenceDelimitation = Buffer.from('feffdde000000000', 'hex');

/** Elements behind the pixel data, which a header does not have: padding, signatures. */
const following = async (
  instance: StoredInstance,
  ranges: Frames,
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
