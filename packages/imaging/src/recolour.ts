// A whole image in another photometric interpretation: everything grey with white for the highest value, or everything RGB. PS3.3 C.7.6.3.1.2.
import type { DataSet } from '@concord/dicom';
import type { ImageDescription } from './image-description.ts';
import { ImagingError } from './imaging-error.ts';
import { hasEmbeddedOverlays } from './overlay.ts';
import type { RecolourStep } from './recolour-frame.ts';
import { type Rendering, renderingOf } from './rendering.ts';
import { markDerived } from './transcode.ts';

/** What every image may be asked to become. */
export type RecolourTarget = 'MONOCHROME2' | 'RGB';

/** How an image becomes one of another photometric interpretation. */
export interface Recolouring {
  /** Something is lost: what comes out is another instance. */
  readonly lossy: boolean;
  /** The image that comes out, uncompressed. */
  readonly image: ImageDescription;
  /** What is done with a frame (`recolouredFrame`); plain data. @param number from 1 */
  step(number: number): RecolourStep;
  /** The header up to Pixel Data; the one given is not touched. @param newSopInstanceUid of what comes out where that is lossy */
  header(newSopInstanceUid?: string): DataSet;
}

/**
 * Undefined where the image is so already.
 * @throws ImagingError 'unsupported-image' where it cannot become that without saying something else
 */
export function recolouring(header: DataSet, image: ImageDescription, target: RecolourTarget): Recolouring | undefined {
  const { photometricInterpretation: term } = image;
  if (term === target) return undefined;
  if (image.format !== 'integer' || image.bitsAllocated > 16 || image.bitsAllocated % 8 !== 0)
    throw new ImagingError('unsupported-image', `${term} of ${image.bitsAllocated} bits cannot become ${target}`);
  if (target === 'RGB') return toRgbImage(header, image);
  return term === 'MONOCHROME1' ? inverted(header, image) : toGrayImage(header, image);
}

const paletteAttributes = [
  ...['RedPaletteColorLookupTableDescriptor', 'GreenPaletteColorLookupTableDescriptor'],
  ...['BluePaletteColorLookupTableDescriptor', 'PaletteColorLookupTableUID'],
  ...['RedPaletteColorLookupTableData', 'GreenPaletteColorLookupTableData', 'BluePaletteColorLookupTableData'],
  ...['SegmentedRedPaletteColorLookupTableData', 'SegmentedGreenPaletteColorLookupTableData'],
  'SegmentedBluePaletteColorLookupTableData',
];
/** What says how grey values are shown, or what they were. */
const grayAttributes = [
  ...['WindowCenter', 'WindowWidth', 'WindowCenterWidthExplanation', 'VOILUTFunction', 'VOILUTSequence'],
  ...['RescaleSlope', 'RescaleIntercept', 'RescaleType', 'ModalityLUTSequence', 'PresentationLUTShape'],
  ...['PixelPaddingValue', 'PixelPaddingRangeLimit', 'SmallestPixelValueInSeries', 'LargestPixelValueInSeries'],
];
const extremes = ['SmallestImagePixelValue', 'LargestImagePixelValue'];

function described(image: ImageDescription, term: RecolourTarget): ImageDescription {
  const depth = { bitsAllocated: 8, bitsStored: 8, highBit: 7, pixelRepresentation: 0 } as const;
  const samplesPerPixel = term === 'RGB' ? 3 : 1;
  return { ...image, ...depth, samplesPerPixel, photometricInterpretation: term, planarConfiguration: 0 };
}

function eightBitHeader(header: DataSet, image: ImageDescription, drop: readonly string[]): DataSet {
  const changed = header.clone();
  for (const keyword of [...paletteAttributes, ...extremes, ...drop, 'PixelData', 'DigitalSignaturesSequence'])
    changed.delete(keyword);
  changed.set('SamplesPerPixel', image.samplesPerPixel);
  changed.set('PhotometricInterpretation', image.photometricInterpretation);
  if (image.samplesPerPixel === 3) changed.set('PlanarConfiguration', 0);
  else changed.delete('PlanarConfiguration');
  changed.set('BitsAllocated', 8);
  changed.set('BitsStored', 8);
  changed.set('HighBit', 7);
  changed.set('PixelRepresentation', 0);
  return changed;
}

/** What a frame needs to be drawn without what lies over it. */
function bare(header: DataSet, image: ImageDescription, number: number): Rendering {
  const { shutter: _shutter, iccProfile: _iccProfile, ...rendering } = renderingOf(header, image, number);
  return { ...rendering, overlays: [] };
}

/** Values as they lie, where nothing changes on their way to the screen. */
const showsItsValues = ({ modality, windows, voiLuts, presentation }: Rendering, image: ImageDescription): boolean =>
  image.bitsStored === 8 &&
  image.pixelRepresentation === 0 &&
  modality.kind === 'identity' &&
  windows.length === 0 &&
  voiLuts.length === 0 &&
  presentation.kind === 'shape';

function toRgbImage(header: DataSet, image: ImageDescription): Recolouring {
  const made = described(image, 'RGB');
  const isGray = image.photometricInterpretation.startsWith('MONOCHROME');
  const asStored = isGray && showsItsValues(renderingOf(header, image, 1), image);
  const lossy = isGray && !asStored;
  const isInverse = image.photometricInterpretation === 'MONOCHROME1';
  return {
    lossy,
    image: made,
    step: (number) =>
      asStored ? { kind: 'thrice', inverse: isInverse } : { kind: 'RGB', rendering: bare(header, image, number) },
    header(newSopInstanceUid) {
      const changed = eightBitHeader(header, made, isGray ? grayAttributes : []);
      if (lossy) {
        const description = 'Grey levels through their window, as RGB';
        markDerived(changed, newSopInstanceUid, { description, purpose: 'processedSource' });
      }
      return changed;
    },
  };
}

function toGrayImage(header: DataSet, image: ImageDescription): Recolouring {
  const made = described(image, 'MONOCHROME2');
  return {
    lossy: true,
    image: made,
    step: (number) => ({ kind: 'gray', rendering: bare(header, image, number) }),
    header(newSopInstanceUid) {
      const changed = eightBitHeader(header, made, [...grayAttributes, 'ICCProfile', 'ColorSpace']);
      if (changed.has('UltrasoundColorDataPresent')) changed.set('UltrasoundColorDataPresent', 0);
      const description = 'Colour as grey levels of its luminance';
      markDerived(changed, newSopInstanceUid, { description, purpose: 'processedSource' });
      return changed;
    },
  };
}

/** Tables and values of single frames would have to be turned round as well: nobody could tell whether they still say the same. */
function checkInvertible(header: DataSet, image: ImageDescription): void {
  const tables = ['ModalityLUTSequence', 'VOILUTSequence', 'SharedFunctionalGroupsSequence'].find(
    (keyword) => header.items(keyword).length > 0,
  );
  if (tables) throw new ImagingError('unsupported-image', `MONOCHROME1 with ${tables} cannot become MONOCHROME2`);
  if (hasEmbeddedOverlays(header, image))
    throw new ImagingError('unsupported-image', 'MONOCHROME1 with overlays in its cells cannot become MONOCHROME2');
}

/** The same values the other way round, and windows with them: every pixel is shown as before. */
function inverted(header: DataSet, image: ImageDescription): Recolouring {
  checkInvertible(header, image);
  const signed = image.pixelRepresentation === 1;
  const sum = signed ? -1 : 2 ** image.bitsStored - 1;
  const made: ImageDescription = { ...image, photometricInterpretation: 'MONOCHROME2' };
  return {
    lossy: false,
    image: made,
    step: () => ({ kind: 'turned round', sum, bits: image.bitsAllocated === 8 ? 8 : 16 }),
    header() {
      const changed = header.clone();
      for (const keyword of ['PixelData', 'DigitalSignaturesSequence']) changed.delete(keyword);
      changed.set('PhotometricInterpretation', 'MONOCHROME2');
      mirror(changed, sum);
      return changed;
    },
  };
}

function mirror(header: DataSet, sum: number): void {
  const slope = header.number('RescaleSlope') ?? 1;
  const intercept = header.number('RescaleIntercept') ?? 0;
  // A linear window reaches half a step further below its centre than above. PS3.3 C.11.2.1.2.1.
  const step = (header.string('VOILUTFunction') ?? 'LINEAR') === 'LINEAR' ? 1 : 0;
  const centres = header.numbers('WindowCenter');
  if (centres.length > 0)
    header.set(
      'WindowCenter',
      centres.map((centre) => slope * sum + 2 * intercept - centre + step),
    );
  for (const keyword of ['PixelPaddingValue', 'PixelPaddingRangeLimit']) {
    const value = header.number(keyword);
    if (value !== undefined) header.set(keyword, sum - value);
  }
  const [smallest, largest] = extremes.map((keyword) => header.number(keyword));
  if (smallest !== undefined) header.set('LargestImagePixelValue', sum - smallest);
  if (largest !== undefined) header.set('SmallestImagePixelValue', sum - largest);
  if (header.string('PresentationLUTShape') === 'INVERSE') header.set('PresentationLUTShape', 'IDENTITY');
}
