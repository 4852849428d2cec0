// The calibration of this screen to the Grayscale Standard Display Function: what was measured, and the correction it gives. PS3.14.
import { displayCorrection, ImagingError, indexOf, standardLuminance } from '@concord/imaging';
import { isObject, listOf, numberOf } from '../json.ts';

/** What a luminance meter showed of one driving level. */
export interface Measurement {
  /** 0 to 255. */
  readonly level: number;
  /** cd/m2, without the light of the room. */
  readonly luminance: number;
}

export interface Calibration {
  readonly measurements: readonly Measurement[];
  /** Light of the room that the screen reflects, cd/m2. */
  readonly ambientLight: number;
  /** ISO 8601. */
  readonly measuredAt: string;
}

const levels = 256;
/** The eighteen levels of PS3.14 Annex C. */
export const measuredLevels: readonly number[] = Array.from({ length: 18 }, (_, index) => index * 15);

/** Luminances of all levels, straight between those that were measured. Throws ImagingError where the ends are missing. */
const luminancesOf = ({ measurements }: Pick<Calibration, 'measurements'>): readonly number[] => {
  const points = measurements.toSorted((one, other) => one.level - other.level);
  if (points[0]?.level !== 0 || points.at(-1)?.level !== levels - 1)
    throw new ImagingError('bad-request', 'the first and the last level have to be measured');
  let next = 1;
  return Array.from({ length: levels }, (_, level) => {
    while (next < points.length - 1 && (points[next]?.level ?? 0) < level) next += 1;
    const [from, to] = [points[next - 1], points[next]];
    if (!from || !to || to.level === from.level) return from?.luminance ?? 0;
    return from.luminance + ((level - from.level) / (to.level - from.level)) * (to.luminance - from.luminance);
  });
};

/** The driving level for each P-Value. Throws ImagingError where the luminances do not rise. */
export const correctionOf = (calibration: Omit<Calibration, 'measuredAt'>): readonly number[] =>
  Array.from(displayCorrection({ luminances: luminancesOf(calibration), ambientLight: calibration.ambientLight }));

/** How far the screen is from the standard at worst, as a share of the luminance wanted: without and with the correction. */
export const deviationOf = (
  calibration: Omit<Calibration, 'measuredAt'>,
): { readonly without: number; readonly with: number } => {
  const seen = luminancesOf(calibration).map((luminance) => luminance + calibration.ambientLight);
  const [lowest = 0, highest = 1] = [seen[0], seen.at(-1)];
  const correction = correctionOf(calibration);
  const worst = (levelOf: (value: number) => number) =>
    Math.max(
      ...seen.map((_, value) => {
        const wanted = standardLuminance(value / (levels - 1), lowest, highest);
        return Math.abs((seen[levelOf(value)] ?? 0) - wanted) / wanted;
      }),
    );
  return { without: worst((value) => value), with: worst((value) => correction[value] ?? 0) };
};

/** Just noticeable differences between the darkest and the brightest level. PS3.14 7 */
export const noticeableSteps = ({ measurements, ambientLight }: Omit<Calibration, 'measuredAt'>): number => {
  const seen = measurements.map(({ luminance }) => luminance + ambientLight);
  return Math.floor(indexOf(Math.max(...seen)) - indexOf(Math.min(...seen)));
};

/** What was kept, where it still gives a correction. */
export const readCalibration = (text: string | null): Calibration | undefined => {
  try {
    const kept: unknown = JSON.parse(text ?? '');
    if (!isObject(kept) || typeof kept.measuredAt !== 'string') return undefined;
    const measurements = listOf(kept.measurements)
      .filter(isObject)
      .map((each) => ({ level: numberOf(each, 'level') ?? -1, luminance: numberOf(each, 'luminance') ?? Number.NaN }));
    const calibration = {
      measurements,
      ambientLight: numberOf(kept, 'ambientLight') ?? 0,
      measuredAt: kept.measuredAt,
    };
    correctionOf(calibration);
    return calibration;
  } catch {
    return undefined;
  }
};
