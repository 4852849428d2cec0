// Which values an image of a given depth can hold, as they are stored and in the units of the modality. PS3.3 C.7.6.3, C.11.1.
import { type Lut, lookUp, maximumOf } from './lut.ts';

/** From stored values to the units of the modality. PS3.3 C.11.1. */
export type ModalityTransformation =
  | { readonly kind: 'identity' }
  | { readonly kind: 'rescale'; readonly slope: number; readonly intercept: number }
  | { readonly kind: 'lut'; readonly lut: Lut };

/** The part of a description that says which stored values there can be. */
export interface StoredDepth {
  readonly bitsStored: number;
  readonly pixelRepresentation: 0 | 1;
}

/** Lowest and highest stored value of the depth. */
export function storedRangeOf({ bitsStored, pixelRepresentation }: StoredDepth): readonly [number, number] {
  const half = pixelRepresentation === 1 ? 2 ** (bitsStored - 1) : 0;
  return [-half, 2 ** bitsStored - 1 - half];
}

/** Modality value of a stored value. */
export function modalityValue(modality: ModalityTransformation, stored: number): number {
  if (modality.kind === 'identity') return stored;
  return modality.kind === 'rescale' ? stored * modality.slope + modality.intercept : lookUp(modality.lut, stored);
}

/** Lowest and highest value that a modality transformation can give for the depth. */
export function modalityRange(modality: ModalityTransformation, depth: StoredDepth): readonly [number, number] {
  if (modality.kind === 'lut') return [0, maximumOf(modality.lut)];
  const [a, b] = storedRangeOf(depth).map((stored) => modalityValue(modality, stored));
  return [Math.min(a ?? 0, b ?? 0), Math.max(a ?? 0, b ?? 0)];
}
