// The Grayscale Standard Display Function: luminances, just-noticeable differences, densities on film. PS3.14.
import { ImagingError } from './imaging-error.ts';

/** Coefficients of PS3.14 7.1: luminance from the JND index. */
const numerator = [-1.3011877, 8.0242636e-2, 1.3646699e-1, -2.5468404e-2, 1.3635334e-3] as const;
const denominator = [-2.584019e-2, -1.0320229e-1, 2.874562e-2, -3.1978977e-3, 1.2992634e-4] as const;
/** Coefficients of PS3.14 7.1: the JND index from luminance. */
const inverse = [
  71.498068, 94.593053, 41.912053, 9.8247004, 0.28175407, -1.1878455, -0.18014349, 0.14710899, -0.017046845,
] as const;

/** The range that the function is defined for, in cd/m2 and in JND indexes. */
export const luminanceRange = { lowest: 0.05, highest: 4000 } as const;
const indexRange = { lowest: 1, highest: 1023 } as const;

/** Value of a polynomial, its constant first. */
const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

/** Luminance in cd/m2 of a JND index, 1..1023. Outside of that the nearest end is taken. */
export function luminanceOf(index: number): number {
  const x = Math.log(Math.min(indexRange.highest, Math.max(indexRange.lowest, index)));
  const above = polynomial(numerator, x);
  const below = polynomial([1, ...denominator], x);
  return 10 ** (above / below);
}

/** JND index of a luminance in cd/m2. Outside of the function's range the nearest end is taken. */
export function indexOf(luminance: number): number {
  const { lowest, highest } = luminanceRange;
  return polynomial(inverse, Math.log10(Math.min(highest, Math.max(lowest, luminance))));
}

/** Luminance that a P-Value, as a share 0..1 of the highest, should be seen at between two luminances (cd/m2). */
export function standardLuminance(share: number, lowest: number, highest: number): number {
  const [from, to] = [indexOf(lowest), indexOf(highest)];
  return luminanceOf(from + share * (to - from));
}

/** How a film or paper is looked at, and what it can show. PS3.3 C.13.3, PS3.14 7.2, 7.3. */
export interface Hardcopy {
  /** Optical densities: `minimum` is white, `maximum` black. */
  readonly minimum: number;
  readonly maximum: number;
  /** Luminance L0 of the light box or of light reflected by the bare paper, cd/m2. */
  readonly illumination: number;
  /** Luminance La of the room's light reflected by film, cd/m2; 0 for paper, where L0 is all there is. */
  readonly reflectedAmbientLight: number;
}

/** Optical density for a P-Value as a share 0..1 of the highest. */
export function standardDensity(share: number, film: Hardcopy): number {
  const { illumination, reflectedAmbientLight } = film;
  const seen = (density: number): number => reflectedAmbientLight + illumination * 10 ** -density;
  const luminance = standardLuminance(share, seen(film.maximum), seen(film.minimum));
  const density = -Math.log10((luminance - reflectedAmbientLight) / illumination);
  return Math.min(film.maximum, Math.max(film.minimum, density));
}

/** Density for a share 0..1 under Presentation LUT Shape LIN OD: it falls evenly. PS3.3 C.11.6.1.2. */
export const linearDensity = (share: number, { minimum, maximum }: Pick<Hardcopy, 'minimum' | 'maximum'>): number =>
  maximum - share * (maximum - minimum);

/** What was measured of a display: the luminance of each driving level, rising. */
export interface CharacteristicCurve {
  /** cd/m2 without ambient light, for levels 0, 1, 2, ...; at least two. */
  readonly luminances: readonly number[];
  /** Luminance of the room's light reflected by the screen, cd/m2. */
  readonly ambientLight: number;
}

/**
 * The correction of a display: for P-Values 0..`count`-1 the driving level that comes nearest to the standard luminance.
 * Throws ImagingError 'bad-request' where the curve does not rise.
 */
export function displayCorrection({ luminances, ambientLight }: CharacteristicCurve, count = 256): Uint16Array {
  const seen = luminances.map((luminance) => luminance + ambientLight);
  const rises = seen.every((luminance, level) => level === 0 || luminance >= (seen[level - 1] ?? 0));
  const [lowest, highest] = [seen[0], seen.at(-1)];
  if (
    seen.length < 2 ||
    seen.length > 65536 ||
    !rises ||
    lowest === undefined ||
    !(highest !== undefined && highest > lowest)
  ) {
    throw new ImagingError('bad-request', 'the measured luminances do not rise');
  }
  let level = 0;
  return Uint16Array.from({ length: count }, (_, value) => {
    const wanted = standardLuminance(value / (count - 1), lowest, highest);
    while (level + 1 < seen.length && (seen[level + 1] ?? 0) <= wanted) level += 1;
    const next = seen[level + 1];
    return next !== undefined && next - wanted < wanted - (seen[level] ?? 0) ? level + 1 : level;
  });
}
