// How one frame is to be shown, read from its data set: plain data that can be posted to a worker. PS3.4 N.2.
import type { DataSet } from '@concord/dicom';
import type { ImageDescription } from './image-description.ts';
import { ImagingError } from './imaging-error.ts';
import { type Lut, readLut } from './lut.ts';
import { type Overlay, readOverlays } from './overlay.ts';
import { type Palette, readPalette } from './palette.ts';
import { readShutter, type Shutter } from './shutter.ts';
import { type ModalityTransformation, modalityRange } from './stored-range.ts';
import { isValidWindow, type Window, type WindowFunction } from './window.ts';

/** What follows the VOI transformation. PS3.3 C.11.4, C.11.6. */
export type PresentationTransformation =
  | { readonly kind: 'shape'; readonly inverse: boolean }
  | { readonly kind: 'lut'; readonly lut: Lut };

/** Everything that turns one decoded frame into pixels to look at. */
export interface Rendering {
  readonly modality: ModalityTransformation;
  /** In the order of the data set; the first is applied unless another is chosen. */
  readonly windows: readonly Window[];
  readonly voiLuts: readonly Lut[];
  readonly presentation: PresentationTransformation;
  readonly palette?: Palette;
  /** True where the palette colours only the values it maps and the rest stays grey (supplemental palette). */
  readonly supplemental: boolean;
  /** Grey levels, once all else is done, are looked up in this one from its first entry to its last. PS3.3 A.33.3. */
  readonly pseudoColour?: Palette;
  /** Stored values outside of the image proper; they do not count when a window is made from the data. */
  readonly padding?: { readonly low: number; readonly high: number };
  readonly overlays: readonly Overlay[];
  readonly shutter?: Shutter;
  /** Height to width of one pixel. */
  readonly pixelAspectRatio: number;
  readonly iccProfile?: Uint8Array;
}

/** The item of a functional group macro that holds for a frame: its own, else the shared one. PS3.3 C.7.6.16. */
export function functionalGroup(header: DataSet, frameNumber: number, macro: string): DataSet | undefined {
  const own = header.items(`PerFrameFunctionalGroupsSequence[${frameNumber - 1}].${macro}`)[0];
  return own ?? header.items(`SharedFunctionalGroupsSequence[0].${macro}`)[0];
}

const isSigned = (image: ImageDescription): boolean => image.pixelRepresentation === 1;

/** Modality transformation of a module or of the Pixel Value Transformation macro. */
export function readModality(source: DataSet, signedInput: boolean): ModalityTransformation {
  const item = source.items('ModalityLUTSequence')[0];
  if (item) return { kind: 'lut', lut: readLut(item, signedInput) };
  const slope = source.number('RescaleSlope') ?? 1;
  const intercept = source.number('RescaleIntercept') ?? 0;
  if ((slope === 1 && intercept === 0) || slope === 0) return { kind: 'identity' };
  return { kind: 'rescale', slope, intercept };
}

const windowFunctions: readonly WindowFunction[] = ['LINEAR', 'LINEAR_EXACT', 'SIGMOID'];

/** The windows of a module or macro; those whose width the standard forbids are left out. */
export function readWindows(source: DataSet): readonly Window[] {
  const widths = source.numbers('WindowWidth');
  const explanations = source.strings('WindowCenterWidthExplanation');
  const said = source.string('VOILUTFunction');
  const how = windowFunctions.find((name) => name === said) ?? 'LINEAR';
  const windows = source.numbers('WindowCenter').map((center, index): Window => {
    const explanation = explanations[index];
    const plain = { center, width: widths[index] ?? Number.NaN, function: how };
    return explanation ? { ...plain, explanation } : plain;
  });
  return windows.filter(isValidWindow);
}

/** VOI tables. Their input is what the modality gives: signed where that can be negative. */
export function readVoiLuts(source: DataSet, signedInput: boolean): readonly Lut[] {
  return source.items('VOILUTSequence').map((item) => readLut(item, signedInput));
}

/** True where the output of the modality transformation, so the input of a VOI table, can be below 0. */
export const givesNegative = (modality: ModalityTransformation, image: ImageDescription): boolean =>
  modalityRange(modality, image)[0] < 0;

function readPresentation(header: DataSet, image: ImageDescription): PresentationTransformation {
  // The shape in an image repeats what its interpretation says: INVERSE belongs to MONOCHROME1. PS3.3 C.8.11.3.1.2.
  const inverse =
    image.photometricInterpretation === 'MONOCHROME1' || header.string('PresentationLUTShape') === 'INVERSE';
  return { kind: 'shape', inverse };
}

/** Padding of integers has the sign of the pixels, whatever its VR; that of IEEE 754 numbers is one of them. PS3.3 C.7.5.1.1.2, C.7.6.24, C.7.6.25. */
function readPadding(header: DataSet, image: ImageDescription): Rendering['padding'] {
  const kind = image.format === 'integer' ? '' : image.format === 'float' ? 'Float' : 'DoubleFloat';
  const value = header.number(`${kind}PixelPaddingValue`);
  if (value === undefined) return undefined;
  const limit = header.number(`${kind}PixelPaddingRangeLimit`) ?? value;
  const ofSign = (number: number): number => {
    const cell = number & 0xffff;
    return isSigned(image) && cell > 0x7fff ? cell - 0x10000 : isSigned(image) ? number : cell;
  };
  const [a, b] = image.format === 'integer' ? [ofSign(value), ofSign(limit)] : [value, limit];
  return { low: Math.min(a, b), high: Math.max(a, b) };
}

/** Height to width of one pixel, from the ratio itself or from spacings. PS3.3 C.7.6.3.1.7. */
function readAspectRatio(header: DataSet, frameNumber: number): number {
  const measures = functionalGroup(header, frameNumber, 'PixelMeasuresSequence');
  const candidates = [
    header.numbers('PixelAspectRatio'),
    header.numbers('PixelSpacing'),
    header.numbers('ImagerPixelSpacing'),
    header.numbers('NominalScannedPixelSpacing'),
    measures?.numbers('PixelSpacing') ?? [],
  ];
  for (const [vertical, horizontal] of candidates) {
    if (vertical === undefined || horizontal === undefined || vertical <= 0 || horizontal <= 0) continue;
    const ratio = vertical / horizontal;
    // Beyond this it is a wrong number rather than a pixel; stretching would only waste memory.
    if (ratio >= 1 / 64 && ratio <= 64) return ratio;
  }
  return 1;
}

/**
 * The profile of the image, or of the optical path of the frame (slides, PS3.3 C.8.12.5), where it is at hand: one of more than a
 * megabyte may have been left in the file.
 */
function readProfile(header: DataSet, frameNumber: number): Uint8Array | undefined {
  const group = functionalGroup(header, frameNumber, 'OpticalPathIdentificationSequence');
  const identifier = group?.string('OpticalPathIdentifier');
  const paths = header.items('OpticalPathSequence');
  const path = paths.find((item) => item.string('OpticalPathIdentifier') === identifier) ?? paths[0];
  const source = header.has('ICCProfile') ? header : path;
  return source?.element('ICCProfile')?.reference ? undefined : source?.bytes('ICCProfile');
}

/**
 * Reads how a frame is to be shown when no presentation state says otherwise.
 * Throws ImagingError 'bad-lut' where a table it needs is incomplete.
 */
export function renderingOf(header: DataSet, image: ImageDescription, frameNumber = 1): Rendering {
  const values = functionalGroup(header, frameNumber, 'PixelValueTransformationSequence') ?? header;
  const voi = functionalGroup(header, frameNumber, 'FrameVOILUTSequence') ?? header;
  const modality = readModality(values, isSigned(image));
  const isPalette = image.photometricInterpretation === 'PALETTE COLOR';
  const coloured = ['COLOR', 'MIXED'].includes(header.string('PixelPresentation') ?? '');
  const supplemental = image.photometricInterpretation === 'MONOCHROME2' && coloured;
  const palette = isPalette || supplemental ? readPalette(header, isSigned(image)) : undefined;
  // Indexes shown as grey levels would look like an image.
  if (isPalette && !palette) throw new ImagingError('bad-lut', 'PALETTE COLOR without a palette');
  const padding = readPadding(header, image);
  const shutter = readShutter(header);
  const iccProfile = image.samplesPerPixel === 3 || isPalette ? readProfile(header, frameNumber) : undefined;
  return {
    modality,
    windows: readWindows(voi),
    voiLuts: readVoiLuts(voi, givesNegative(modality, image)),
    presentation: readPresentation(header, image),
    ...(palette ? { palette } : {}),
    supplemental: supplemental && palette !== undefined,
    ...(padding ? { padding } : {}),
    overlays: readOverlays(header, image, frameNumber),
    ...(shutter ? { shutter } : {}),
    pixelAspectRatio: readAspectRatio(header, frameNumber),
    ...(iccProfile ? { iccProfile } : {}),
  };
}
