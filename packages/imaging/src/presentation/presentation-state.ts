// A softcopy presentation state, as it applies to one frame: what replaces the image's own transformations. PS3.3 C.11, PS3.4 N.2.
import type { DataSet } from '@concord/dicom';
import { cielabToRgb } from '../cielab.ts';
import type { ImageDescription } from '../image-description.ts';
import { type Lut, readLut } from '../lut.ts';
import { type Overlay, readOverlays, type Shade } from '../overlay.ts';
import { type Palette, readPalette } from '../palette.ts';
import {
  givesNegative,
  type PresentationTransformation,
  type Rendering,
  readModality,
  readVoiLuts,
  readWindows,
} from '../rendering.ts';
import { readShutter, type Shutter } from '../shutter.ts';
import { type ModalityTransformation, modalityRange } from '../stored-range.ts';
import { type Window, windowOfRange } from '../window.ts';
import { type GraphicLayer, readLayers } from './annotation.ts';
import {
  type DisplayedArea,
  readDisplayedArea,
  readSpatialTransformation,
  type SpatialTransformation,
} from './displayed-area.ts';
import { type FrameIdentity, isFor, refersTo } from './reference.ts';

/** The SOP Classes of states that this package applies. */
export const presentationStateClasses = {
  grayscale: '1.2.840.10008.5.1.4.1.1.11.1',
  color: '1.2.840.10008.5.1.4.1.1.11.2',
  pseudoColor: '1.2.840.10008.5.1.4.1.1.11.3',
  blending: '1.2.840.10008.5.1.4.1.1.11.4',
} as const;

/** A state for one frame; plain data. */
export interface PresentationState {
  readonly label?: string;
  readonly description?: string;
  readonly modality: ModalityTransformation;
  /** The only window or table; absent: everything the modality can give. */
  readonly window?: Window;
  readonly voiLut?: Lut;
  readonly presentation: PresentationTransformation;
  /** Pseudo-colour: the palette that grey values are looked up in at the end. */
  readonly palette?: Palette;
  /** Those that the state activates, of the image or its own. */
  readonly overlays: readonly Overlay[];
  readonly shutter?: Shutter;
  readonly area?: DisplayedArea;
  readonly spatial: SpatialTransformation;
  readonly layers: readonly GraphicLayer[];
  readonly iccProfile?: Uint8Array;
}

/** The image that a state is applied to. */
export interface PresentedImage extends FrameIdentity {
  readonly header: DataSet;
  readonly image: ImageDescription;
}

function readPresentation(state: DataSet): PresentationTransformation {
  const item = state.items('PresentationLUTSequence')[0];
  if (item) return { kind: 'lut', lut: readLut(item, false) };
  return { kind: 'shape', inverse: state.string('PresentationLUTShape') === 'INVERSE' };
}

function readVoi(
  state: DataSet,
  frame: FrameIdentity,
  signedInput: boolean,
): Pick<PresentationState, 'window' | 'voiLut'> {
  const item = state.items('SoftcopyVOILUTSequence').find((candidate) => isFor(candidate, frame));
  if (!item) return {};
  const [voiLut] = readVoiLuts(item, signedInput);
  if (voiLut) return { voiLut };
  const [window] = readWindows(item);
  return window ? { window } : {};
}

/** What is drawn on a layer: its recommended grey level and colour, each made from the other where only that is given. PS3.3 C.10.7. */
function shadeOf({ gray, cielab }: GraphicLayer): Shade | undefined {
  if (gray === undefined && cielab === undefined) return undefined;
  const level = Math.round((gray ?? cielab?.[0] ?? 0xffff) / 257);
  return { gray: level, colour: cielab ? cielabToRgb(cielab) : [level, level, level] };
}

/** The state decides which planes are shown: those of the image that it names a layer for, and those it brings. */
function activeOverlays(
  state: DataSet,
  layers: readonly GraphicLayer[],
  { header, image, frameNumber }: PresentedImage,
): readonly Overlay[] {
  const bitmap = state.number('ShutterOverlayGroup');
  const own = readOverlays(state, image, frameNumber);
  const ownGroups = new Set(own.map(({ group }) => group));
  const ofImage = readOverlays(header, image, frameNumber).flatMap((overlay) => {
    const activationLayer = state.string(overlay.group * 0x10000 + 0x1001);
    return activationLayer && !ownGroups.has(overlay.group) ? [{ ...overlay, activationLayer }] : [];
  });
  const place = (overlay: Overlay): number => layers.findIndex(({ name }) => name === overlay.activationLayer);
  const shaded = (overlay: Overlay): Overlay => {
    const layer = layers[place(overlay)];
    const shade = layer && shadeOf(layer);
    return shade ? { ...overlay, shade } : overlay;
  };
  // The plane of a bitmap shutter is needed, though it is no overlay to be seen.
  return [...ofImage, ...own]
    .filter(({ group, activationLayer }) => activationLayer !== undefined || group === bitmap)
    .map(shaded)
    .sort((a, b) => place(a) - place(b));
}

/**
 * Reads a state for a frame; undefined where the state does not refer to it.
 * Throws ImagingError 'bad-lut' where a table is incomplete.
 */
export function readPresentationState(state: DataSet, presented: PresentedImage): PresentationState | undefined {
  if (!refersTo(state, presented)) return undefined;
  const signed = presented.image.pixelRepresentation === 1;
  const modality = readModality(state, signed);
  const label = state.string('ContentLabel');
  const description = state.string('ContentDescription');
  const shutter = readShutter(state);
  const area = readDisplayedArea(state, presented);
  const palette = readPalette(state, false);
  const layers = readLayers(state, presented);
  const iccProfile = state.element('ICCProfile')?.reference ? undefined : state.bytes('ICCProfile');
  return {
    ...(label === undefined ? {} : { label }),
    ...(description === undefined ? {} : { description }),
    modality,
    ...readVoi(state, presented, givesNegative(modality, presented.image)),
    presentation: readPresentation(state),
    ...(palette ? { palette } : {}),
    overlays: activeOverlays(state, layers, presented),
    ...(shutter ? { shutter } : {}),
    ...(area ? { area } : {}),
    spatial: readSpatialTransformation(state),
    layers,
    ...(iccProfile ? { iccProfile } : {}),
  };
}

/** True where the state subtracts a mask: its pixels need another frame first. PS3.3 C.11.13. */
export const subtractsMask = (state: DataSet): boolean => state.items('MaskSubtractionSequence').length > 0;

/** Replaces what an image says of its own display by what the state says. */
export function presentedRendering(own: Rendering, state: PresentationState, image: ImageDescription): Rendering {
  const { shutter: _shutter, palette, iccProfile, ...rest } = own;
  const isColour = image.samplesPerPixel > 1 || image.photometricInterpretation === 'PALETTE COLOR';
  const full = windowOfRange(...modalityRange(state.modality, image));
  const profile = state.iccProfile ?? iccProfile;
  return {
    ...rest,
    ...(isColour && palette ? { palette } : {}),
    supplemental: false,
    modality: state.modality,
    windows: state.voiLut ? [] : [state.window ?? full],
    voiLuts: state.voiLut ? [state.voiLut] : [],
    presentation: state.presentation,
    ...(state.palette && !isColour ? { pseudoColour: state.palette } : {}),
    overlays: state.overlays,
    ...(state.shutter ? { shutter: state.shutter } : {}),
    pixelAspectRatio: state.area?.pixelAspectRatio ?? own.pixelAspectRatio,
    ...(profile ? { iccProfile: profile } : {}),
  };
}
