// Pixel data of a store request: in which transfer syntax it is kept, and what its stream says of the image where the metadata does not.
// PS3.18 10.5.2, Table 10.5.2-1.
import { type DataSet, DicomError, explicitVrLittleEndian, transferSyntax } from '@concord/dicom';
import { codecOf, describeJpeg, describeJpeg2000, ImagingError } from '@concord/imaging';
import { readPicture } from '@concord/imaging/node';
import type { BulkPart } from './bulk-parts.ts';
import { type Hold, holdWithin } from './held-bodies.ts';
import { frameMediaTypes } from './media-types.ts';
import { describeMp4, describeMpeg2 } from './video-description.ts';

/** The bytes of one frame, or of all. */
export interface PixelPart {
  readonly length: number;
  stream(): AsyncIterable<Uint8Array>;
}

export interface KeptPixels {
  readonly transferSyntaxUid: string;
  readonly parts: readonly PixelPart[];
}

/** What a stream or a picture tells. */
interface Told {
  readonly transferSyntaxUid: string | undefined;
  readonly attributes: Readonly<Record<string, number | string>>;
  readonly frames?: number;
  readonly start?: number;
}

const octets = 'application/octet-stream';
/** No transfer syntax holds these: their pixels are decoded. */
const pictures: ReadonlySet<string> = new Set(['image/png', 'image/gif']);
/** Bytes in which a stream has to have said what it is. */
const headLength = 1_048_576;
/** A picture file, and the pixels of all pictures of an instance, in bytes. */
const mostHeld = 268_435_456;

/**
 * Completes the description of the image in `dataSet`. @param hold takes the pixels of pictures, which are decoded
 * @throws DicomError, ImagingError where parts and metadata make no image; HttpProblem where there is no room for the pixels
 */
export const keepPixels = async (dataSet: DataSet, parts: readonly BulkPart[], hold: Hold): Promise<KeptPixels> => {
  const [first] = parts;
  const type = first?.type.type ?? octets;
  if (first === undefined || type === octets) return { transferSyntaxUid: syntaxOfOctets(first), parts };
  if (pictures.has(type)) return decoded(dataSet, parts, { hold });
  const isComplete = described.every((keyword) => dataSet.has(keyword));
  const named = namedSyntax(dataSet, first);
  const told = isComplete && named !== undefined ? undefined : await whatIsTold(type, first, isComplete);
  const transferSyntaxUid = named ?? (told ? told.transferSyntaxUid : defaultSyntax(first));
  if (transferSyntaxUid === undefined && type === 'image/jpeg')
    return decoded(dataSet, parts, { hold, lossyMethod: 'ISO_10918_1' });
  if (transferSyntaxUid === undefined) throw noSyntax(first);
  if (!isComplete && told !== undefined) complete(dataSet, told);
  if (!isComplete) noteLoss(dataSet, transferSyntaxUid, parts);
  return { transferSyntaxUid, parts: await Promise.all(parts.map((part) => codeStream(type, part))) };
};

const noSyntax = ({ type }: BulkPart) =>
  new DicomError(
    'unknown-transfer-syntax',
    -1,
    'PixelData',
    `${type.type} with transfer-syntax=${type.parameters.get('transfer-syntax') ?? ''}`,
  );

const syntaxOfOctets = (part: BulkPart | undefined): string => {
  const said = part?.type.parameters.get('transfer-syntax');
  return said === undefined || transferSyntax(said)?.encapsulated === false ? explicitVrLittleEndian : said;
};

/** Without which pixels are none. PS3.3 Table C.7-11c. */
const described = ['SamplesPerPixel', 'PhotometricInterpretation', 'Rows', 'Columns', 'BitsAllocated', 'BitsStored'];

/** As the part says, or the metadata. PS3.18 8.7.3.5.2, Table 8.7.3-5. */
const namedSyntax = (dataSet: DataSet, { type }: BulkPart): string | undefined => {
  const uids = [
    type.parameters.get('transfer-syntax'),
    dataSet.string('(0002,0010)') ?? dataSet.string('AvailableTransferSyntaxUID'),
  ];
  return uids.find((uid) => uid !== undefined && frameMediaTypes.get(uid) === mediaTypeOf(type.type));
};

/** What the media type means by itself. */
const defaultSyntax = ({ type }: BulkPart): string | undefined =>
  type.parameters.has('transfer-syntax')
    ? undefined
    : [...frameMediaTypes].find(([, mediaType]) => mediaType === mediaTypeOf(type.type))?.[0];

const mediaTypeOf = (type: string): string => (type === 'video/mpeg' ? 'video/mpeg2' : type);

/** A video in a wrapping that is not looked into has been described by the metadata, or cannot be kept. */
const whatIsTold = async (type: string, part: BulkPart, isComplete: boolean): Promise<Told | undefined> => {
  const video = type === 'video/mp4' ? describeMp4 : mediaTypeOf(type) === 'video/mpeg2' ? describeMpeg2 : undefined;
  if (video !== undefined) {
    return video(part.stream()).catch((error: unknown) => {
      if (isComplete && error instanceof ImagingError) return undefined;
      throw error;
    });
  }
  if (type === 'image/jpeg') return describeJpeg(await beginning(part, headLength));
  if (type === 'image/jp2') return describeJpeg2000(await beginning(part, headLength));
  if (type === 'image/jpx') return describeJpeg2000(await beginning(part, headLength), 2);
  return undefined;
};

const beginning = async (part: PixelPart, most: number): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of part.stream()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
};

/** What the metadata leaves out; what it says stands. */
const complete = (dataSet: DataSet, { attributes, frames = 1 }: Told): void => {
  const all = frames > 1 ? { ...attributes, NumberOfFrames: frames } : attributes;
  for (const [keyword, value] of Object.entries(all)) if (!dataSet.has(keyword)) dataSet.set(keyword, value);
};

/** An image that lost something says so. PS3.3 C.7.6.1.1.5. */
const noteLoss = (dataSet: DataSet, transferSyntaxUid: string, parts: readonly PixelPart[]): void => {
  const method =
    codecOf(transferSyntaxUid)?.lossyMethod ?? videoMethods.get(frameMediaTypes.get(transferSyntaxUid) ?? '');
  if (method !== undefined) sayLossy(dataSet, method, parts);
};

const videoMethods: ReadonlyMap<string, string> = new Map([
  ['video/mpeg2', 'ISO_13818_2'],
  ['video/mp4', 'ISO_14496_10'],
  ['video/h265', 'ISO_23008_2'],
]);

const sayLossy = (dataSet: DataSet, method: string, parts: readonly PixelPart[]): void => {
  if (dataSet.string('LossyImageCompression') !== undefined) return;
  const number = (keyword: string): number => dataSet.number(keyword) ?? 1;
  const cells = number('Rows') * number('Columns') * number('SamplesPerPixel') * number('NumberOfFrames');
  const compressed = parts.reduce((sum, { length }) => sum + length, 0);
  dataSet.set('LossyImageCompression', '01');
  dataSet.set('LossyImageCompressionMethod', method);
  dataSet.set('LossyImageCompressionRatio', ((cells * number('BitsAllocated')) / 8 / compressed).toFixed(2));
};

/** The pixels of picture files, of which each may hold several frames. */
const decoded = async (
  dataSet: DataSet,
  parts: readonly BulkPart[],
  { hold, lossyMethod }: { readonly hold: Hold; readonly lossyMethod?: string },
): Promise<KeptPixels> => {
  const pixels: Uint8Array[] = [];
  let frames = 0;
  let held = 0;
  for (const part of parts) {
    using file = holdWithin(hold);
    file.take(Math.min(part.length, mostHeld));
    const picture = await readPicture(await beginning(part, mostHeld), (bytes) => {
      held += bytes;
      if (held > mostHeld) throw new ImagingError('too-large', `${held} bytes of pixels`);
      hold.take(bytes);
    });
    const differs =
      frames > 0 && Object.entries(picture.attributes).some(([name, value]) => valueAt(dataSet, name) !== value);
    if (differs) throw new ImagingError('contradiction', 'pictures of different form');
    for (const [keyword, value] of Object.entries(picture.attributes)) dataSet.set(keyword, value);
    if (picture.attributes.SamplesPerPixel === 1) dataSet.delete('PlanarConfiguration');
    pixels.push(picture.pixels);
    frames += picture.frames;
  }
  if (frames > 1) dataSet.set('NumberOfFrames', frames);
  dataSet.set('PixelData', new Uint8Array(), 'OW');
  if (lossyMethod !== undefined) sayLossy(dataSet, lossyMethod, parts);
  const kept = pixels.map((bytes) => ({
    length: bytes.length,
    stream: async function* () {
      yield bytes;
    },
  }));
  return { transferSyntaxUid: explicitVrLittleEndian, parts: kept };
};

const valueAt = (dataSet: DataSet, keyword: string): string | number | undefined =>
  keyword === 'PhotometricInterpretation' ? dataSet.string(keyword) : dataSet.number(keyword);

/** Without the boxes of a JP2 file: PS3.5 8.2.4 wants the code stream alone. */
const codeStream = async (type: string, part: PixelPart): Promise<PixelPart> => {
  if (type !== 'image/jp2' && type !== 'image/jpx') return part;
  const head = await beginning(part, headLength);
  const { start } = describeJpeg2000(head);
  if (start === 0) return part;
  const box = head.readUInt32BE(start - 8);
  const length = box < 8 ? part.length - start : Math.min(box - 8, part.length - start);
  return { length, stream: () => between(part.stream(), start, start + length) };
};

async function* between(chunks: AsyncIterable<Uint8Array>, start: number, end: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of chunks) {
    const cut = chunk.subarray(Math.max(0, start - at), Math.max(0, end - at));
    at += chunk.length;
    if (cut.length > 0) yield cut;
    if (at >= end) return;
  }
}
