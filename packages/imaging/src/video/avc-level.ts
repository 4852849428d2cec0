// What decoder a stream needs: the lowest level whose limits hold it. ISO/IEC 14496-10 Annex A, Table A-1.

/** Level, macroblocks a second and in a frame, and thousands of bits a second (Baseline). */
const levels = [
  [10, 1_485, 99, 64],
  [11, 3_000, 396, 192],
  [12, 6_000, 396, 384],
  [13, 11_880, 396, 768],
  [20, 11_880, 396, 2_000],
  [21, 19_800, 792, 4_000],
  [22, 20_250, 1_620, 4_000],
  [30, 40_500, 1_620, 10_000],
  [31, 108_000, 3_600, 14_000],
  [32, 216_000, 5_120, 20_000],
  [40, 245_760, 8_192, 20_000],
  [41, 245_760, 8_192, 50_000],
  [42, 522_240, 8_704, 50_000],
  [50, 589_824, 22_080, 135_000],
  [51, 983_040, 36_864, 240_000],
  [52, 2_073_600, 36_864, 240_000],
] as const;

/** The largest frame of the highest level here, in macroblocks. */
export const mostMacroblocks = 36_864;

export interface AvcDemand {
  /** Of a frame, in macroblocks of 16 x 16. */
  readonly across: number;
  readonly down: number;
  /** The most frames a second. */
  readonly rate: number;
  readonly bitsPerSecond: number;
}

/** level_idc; the highest where frames come faster than any level has it. Neither side is longer than the root of eight frames (A.3.1). */
export function avcLevel({ across, down, rate, bitsPerSecond }: AvcDemand): number {
  const size = across * down;
  const fits = levels.find(
    ([, speed, frame, kilobits]) =>
      size <= frame &&
      Math.max(across, down) ** 2 <= 8 * frame &&
      size * rate <= speed &&
      bitsPerSecond <= kilobits * 1000,
  );
  return (fits ?? [52])[0];
}
