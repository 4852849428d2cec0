// What changes in a data set when its pixel data goes to another transfer syntax. PS3.5 8.2, PS3.3 C.7.6.1.1.5, C.12.4.1.1.
import { DataSet } from '@concord/dicom';
import { mostInOnePrecinct } from './codecs/jpeg-2000-components.ts';
import { type CodecEntry, codecOf } from './codecs/table.ts';
import type { ImageDescription, PhotometricInterpretation } from './image-description.ts';
import { ImagingError } from './imaging-error.ts';

const deflatedDataSet = '1.2.840.10008.1.2.1.99';
const rle = '1.2.840.10008.1.2.5';
const deflatedFrame = '1.2.840.10008.1.2.8.1';
const baseline = '1.2.840.10008.1.2.4.50';
const extended = '1.2.840.10008.1.2.4.51';
const nearLossless = '1.2.840.10008.1.2.4.81';

/** True for syntaxes that keep whole cells; all others keep the stored values alone. */
export const keepsCells = ({ transferSyntaxUid, encapsulated }: CodecEntry): boolean =>
  !encapsulated || transferSyntaxUid === rle || transferSyntaxUid === deflatedFrame;

const isWavelet = (name: string): boolean => name === 'JPEG 2000' || name === 'HTJ2K';

/** Why an image cannot be put into a syntax; undefined where it can. */
export function obstacle(image: ImageDescription, target: string): string | undefined {
  const entry = codecOf(target);
  if (!entry) return `${target} is not known`;
  if (target === deflatedDataSet || target === '1.2.840.10008.1.2.1.98') return 'data sets are not deflated here';
  if (!entry.encapsulated) return undefined;
  if (!entry.encodes) return `nothing here writes ${entry.codec.name} (${target})`;
  if (keepsCells(entry)) return image.bitsAllocated * image.samplesPerPixel > 15 * 8 ? 'too many segments' : undefined;
  const { bitsStored, samplesPerPixel, photometricInterpretation: term, pixelRepresentation } = image;
  if (image.format !== 'integer' || bitsStored > 16) return 'pixels of more than 16 bits';
  if (samplesPerPixel !== 1 && samplesPerPixel !== 3) return `${samplesPerPixel} samples per pixel`;
  if (image.bitsAllocated === 1 && !isWavelet(entry.codec.name)) return 'pixels of one bit';
  if (isWavelet(entry.codec.name)) {
    if (samplesPerPixel === 3 && bitsStored > 8 && Math.max(image.rows, image.columns) > mostInOnePrecinct)
      return `colour of more than 8 bits and ${mostInOnePrecinct} pixels`;
    if (pixelRepresentation === 1 && bitsStored <= 8) return 'signed bytes';
  }
  if (entry.lossless) return undefined;
  // An index next to another is no colour next to another, and one bit cannot be a little wrong.
  if (term === 'PALETTE COLOR' || bitsStored === 1) return 'indexes and masks cannot lose anything';
  if (target === baseline && (bitsStored > 8 || pixelRepresentation === 1)) return 'JPEG baseline holds unsigned bytes';
  if (target === nearLossless && bitsStored < 8)
    return 'near-lossless values of fewer than 8 bits: most readers take them for others';
  if (target === extended && (samplesPerPixel > 1 || bitsStored > 12 || pixelRepresentation === 1)) {
    return 'JPEG extended holds grey images of up to 12 unsigned bits';
  }
  return undefined;
}

/** Throws ImagingError 'unsupported-image' or 'unsupported-syntax' where the conversion cannot be done. */
export function checkTarget(image: ImageDescription, target: string): CodecEntry {
  const entry = codecOf(target);
  if (!entry || (entry.encapsulated && !entry.encodes)) throw new ImagingError('unsupported-syntax', `to ${target}`);
  const reason = obstacle(image, target);
  if (reason) throw new ImagingError('unsupported-image', `to ${target}: ${reason}`);
  return entry;
}

/** What was found out while the frames were converted. */
export interface Conversion {
  readonly source: string;
  readonly target: string;
  /** Of the encoded (or native) frames. */
  readonly photometricInterpretation: PhotometricInterpretation;
  /** False where a pixel may have changed. */
  readonly reversible: boolean;
  /** Bytes of all frames without compression, and as they are now. */
  readonly nativeBytes: number;
  readonly encodedBytes: number;
  /** Needed where the conversion loses something: the new instance; that of the source where this one is not kept. */
  readonly newSopInstanceUid?: string;
}

/** Code streams of bytes stand in cells of bytes, others in cells of words: readers compare the two, and no code stream fills larger ones. PS3.5 8.2.1, 8.2.3, 8.2.4. */
function setCells(header: DataSet, image: ImageDescription, target: string): void {
  const entry = codecOf(target);
  if (!entry || keepsCells(entry)) return;
  if (image.bitsAllocated > 8) header.set('BitsAllocated', image.bitsStored <= 8 ? 8 : 16);
  header.set('HighBit', image.bitsStored - 1);
}

/** Coded concepts of images that are made here, each with the number of its context group. PS3.16 CID 7202, 7203 */
export const derivationCodes = {
  lossyCompression: { contextGroup: '7203', value: '113040', meaning: 'Lossy Compression' },
  uncompressedPredecessor: { contextGroup: '7202', value: '121320', meaning: 'Uncompressed predecessor' },
  lossyPredecessor: { contextGroup: '7202', value: '121330', meaning: 'Lossy compressed predecessor' },
  processedSource: { contextGroup: '7202', value: '121322', meaning: 'Source image for image processing operation' },
} as const;

/** What a derived image has its source for. */
type Purpose = 'uncompressedPredecessor' | 'lossyPredecessor' | 'processedSource';

/** A coded concept as the item of a sequence. */
function concept({ value, meaning }: (typeof derivationCodes)[keyof typeof derivationCodes]): DataSet {
  const item = new DataSet();
  item.set('CodeValue', value);
  item.set('CodingSchemeDesignator', 'DCM');
  item.set('CodeMeaning', meaning);
  return item;
}

/** The instance that this one was made from, as PS3.3 C.7.6.1.1.4 names it. */
function sourceImage(header: DataSet, purpose: Purpose): DataSet {
  const item = new DataSet();
  item.set('ReferencedSOPClassUID', header.string('SOPClassUID') ?? null);
  item.set('ReferencedSOPInstanceUID', header.string('SOPInstanceUID') ?? null);
  item.set('PurposeOfReferenceCodeSequence', [concept(derivationCodes[purpose])]);
  return item;
}

/** A ratio as Decimal String, two digits behind the point. */
const ratioText = ({ nativeBytes, encodedBytes }: Conversion): string =>
  Math.max(0.01, nativeBytes / Math.max(1, encodedBytes)).toFixed(2);

const appended = (values: readonly string[], value: string): readonly string[] => [
  ...values.filter((known) => known !== ''),
  value,
];

/** Text to add to Derivation Description, within its 1024 characters. */
function describe(header: DataSet, text: string): void {
  const before = header.string('DerivationDescription');
  header.set('DerivationDescription', (before ? `${before}; ${text}` : text).slice(0, 1024));
}

/** Marks the header as that of a new instance made from the one it is of. Throws 'bad-request' without its UID. PS3.3 C.7.6.1.1.2. */
export function markDerived(
  header: DataSet,
  newSopInstanceUid: string | undefined,
  { description, purpose }: { readonly description: string; readonly purpose: Purpose },
): void {
  if (!newSopInstanceUid)
    throw new ImagingError('bad-request', 'a lossy conversion makes a new instance and needs its UID');
  // What takes the place of its source under the same UID has no predecessor that anybody could ask for.
  if (newSopInstanceUid !== header.string('SOPInstanceUID'))
    header.set('SourceImageSequence', [...header.items('SourceImageSequence'), sourceImage(header, purpose)]);
  describe(header, description);
  header.set('SOPInstanceUID', newSopInstanceUid);
  const [, ...rest] = header.strings('ImageType');
  header.set('ImageType', ['DERIVED', ...(rest.length > 0 ? rest : ['PRIMARY'])]);
}

function markLossy(header: DataSet, conversion: Conversion): void {
  const entry = codecOf(conversion.target);
  const before = header.string('LossyImageCompression') === '01';
  const description = `${entry?.codec.name ?? 'Lossy'} compression ${ratioText(conversion)}:1`;
  const purpose = before ? 'lossyPredecessor' : 'uncompressedPredecessor';
  markDerived(header, conversion.newSopInstanceUid, { description, purpose });
  const derivations = header.items('DerivationCodeSequence');
  header.set('DerivationCodeSequence', [...derivations, concept(derivationCodes.lossyCompression)]);
  header.set('LossyImageCompression', '01');
  const earlier = (keyword: 'LossyImageCompressionRatio' | 'LossyImageCompressionMethod') =>
    before ? header.strings(keyword) : [];
  header.set('LossyImageCompressionRatio', appended(earlier('LossyImageCompressionRatio'), ratioText(conversion)));
  const method = entry?.lossyMethod ?? '';
  header.set('LossyImageCompressionMethod', appended(earlier('LossyImageCompressionMethod'), method));
}

/** A syntax that is lossy by itself leaves its mark in the data set, also when the pixels are unpacked again. */
function keepLossyMark(header: DataSet, source: string): void {
  const method = codecOf(source)?.lossyMethod;
  const always = source === baseline || /\.4\.(51|53|55|81)$/.test(source);
  if (!always || method === undefined || header.string('LossyImageCompression') === '01') return;
  header.set('LossyImageCompression', '01');
  if (!header.has('LossyImageCompressionMethod')) header.set('LossyImageCompressionMethod', method);
}

/** An icon in the syntax of the image would have to be converted with it; it is only a convenience. PS3.3 C.7.6.1.1.6. */
function dropEncodedIcon(header: DataSet): void {
  if (header.element('IconImageSequence[0].PixelData')?.fragments) header.delete('IconImageSequence');
}

const nativeOnly = ['ExtendedOffsetTable', 'ExtendedOffsetTableLengths', 'PixelData'] as const;

/**
 * The header (the data set up to Pixel Data) for a converted instance; the one given is not touched. Signatures do not
 * hold any longer and are left out. Throws ImagingError 'bad-request' where a lossy conversion has no new UID.
 */
export function transcodedHeader(header: DataSet, image: ImageDescription, conversion: Conversion): DataSet {
  const changed = header.clone();
  for (const keyword of nativeOnly) changed.delete(keyword);
  changed.delete('DigitalSignaturesSequence');
  dropEncodedIcon(changed);
  keepLossyMark(changed, conversion.source);
  changed.set('PhotometricInterpretation', conversion.photometricInterpretation);
  if (image.samplesPerPixel > 1) changed.set('PlanarConfiguration', 0);
  setCells(changed, image, conversion.target);
  if (!conversion.reversible) markLossy(changed, conversion);
  return changed;
}
