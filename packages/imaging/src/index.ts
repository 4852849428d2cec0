// What other packages may use: pixel data from encoded frames to pixels on a screen. Runs in browsers and in Node.js.
export type { DecodedFrame, EncodedFrame, EncodeOptions } from './codecs/codec.ts';
export {
  type CodecLoader,
  type CodecModuleName,
  type CodecModuleSource,
  type CodecModules,
  createCodecModules,
  type EmscriptenFactory,
} from './codecs/modules.ts';
export { type CodecEntry, codecOf, codecTable, losslessCompressions } from './codecs/table.ts';
export { dataWindow, estimatedWindow } from './data-window.ts';
export {
  encapsulatedLength,
  nativePixelDataHeader,
  pixelDataEnd,
  pixelDataFragment,
  pixelDataStart,
} from './encapsulate.ts';
export { type DecodeOptions, decodeFrame, frameBytes } from './frames.ts';
export type { GrayscaleChoice } from './grayscale.ts';
export { type GrayscalePipeline, grayscalePipeline } from './grayscale-pipeline.ts';
export {
  type CharacteristicCurve,
  displayCorrection,
  type Hardcopy,
  indexOf,
  linearDensity,
  luminanceOf,
  standardDensity,
  standardLuminance,
} from './gsdf.ts';
export {
  checkImage,
  decodedFrameBytes,
  defaultImageLimits,
  describeImage,
  type ImageDescription,
  type ImageLimits,
  type PhotometricInterpretation,
} from './image-description.ts';
export { ImagingError, type ImagingFault, imagingFaults } from './imaging-error.ts';
export { type Lut, lookUp, readLut } from './lut.ts';
export { eachOverlayPixel, type Overlay, readOverlays } from './overlay.ts';
export { type Palette, readPalette } from './palette.ts';
export type { GraphicLayer, GraphicObject, TextObject } from './presentation/annotation.ts';
export { annotationSvg, type Canvas } from './presentation/annotation-svg.ts';
export { type BlendedFrame, type BlendingPosition, blendFrames, blendingPosition } from './presentation/blending.ts';
export type { Captions } from './presentation/caption-svg.ts';
export { readSpatialTransformation, type SpatialTransformation } from './presentation/displayed-area.ts';
export { type MaskSubtraction, readMask, subtracted } from './presentation/mask.ts';
export { mapped, type Placement } from './presentation/placement.ts';
export { areParallel, around, type Between, type Plane, readPlane } from './presentation/plane.ts';
export { type PresentedFrame, presentFrame, presentSamples } from './presentation/present.ts';
export {
  type PresentationState,
  presentationStateClasses,
  presentedRendering,
  readPresentationState,
  subtractsMask,
} from './presentation/presentation-state.ts';
export { type FrameIdentity, refersTo } from './presentation/reference.ts';
export { type Recolouring, type RecolourTarget, recolouring } from './recolour.ts';
export type { RecolourStep } from './recolour-frame.ts';
export { type RenderedFrame, type RenderOptions, renderFrame, renderSamples } from './render.ts';
export { type Rendering, readModality, readVoiLuts, readWindows, renderingOf } from './rendering.ts';
export type { Samples } from './samples.ts';
export { readShutter, type Shutter } from './shutter.ts';
export { type ModalityTransformation, modalityValue } from './stored-range.ts';
export {
  describeJpeg,
  describeJpeg2000,
  pixelDescription,
  type StreamDescription,
} from './stream-description.ts';
export { type Conversion, checkTarget, derivationCodes, obstacle, transcodedHeader } from './transcode.ts';
export { isValidWindow, type Window, type WindowFunction, windowed, windowOfRange } from './window.ts';
