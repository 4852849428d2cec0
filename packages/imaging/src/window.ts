// The linear and sigmoid windows of the VOI LUT module. PS3.3 C.11.2.1.2, C.11.2.1.3.

/** LINEAR is meant where the function is absent. */
export type WindowFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';

/** Center and width in the units that the modality transformation gives (Hounsfield units for CT). */
export interface Window {
  readonly center: number;
  readonly width: number;
  readonly function?: WindowFunction;
  readonly explanation?: string;
}

/** A window whose width the standard allows: at least 1 for LINEAR, above 0 otherwise. */
export const isValidWindow = ({ center, width, function: how = 'LINEAR' }: Window): boolean =>
  Number.isFinite(center) && Number.isFinite(width) && (how === 'LINEAR' ? width >= 1 : width > 0);

/** Maps a value to 0 (darkest) .. 1 (brightest). */
export function windowed({ center, width, function: how = 'LINEAR' }: Window, value: number): number {
  if (how === 'SIGMOID') return 1 / (1 + Math.exp((-4 * (value - center)) / width));
  const middle = how === 'LINEAR' ? center - 0.5 : center;
  const range = how === 'LINEAR' ? width - 1 : width;
  if (value <= middle - range / 2) return 0;
  if (value > middle + range / 2) return 1;
  return (value - middle) / range + 0.5;
}

/** The window that spreads `low`..`high` over all grey levels. */
export const windowOfRange = (low: number, high: number): Window => ({
  center: (low + high) / 2,
  width: Math.max(high - low, Number.MIN_VALUE * 2 ** 52),
  function: 'LINEAR_EXACT',
});
