// What opened media may cost this server. Every bound is on by default.

export interface MediaLimits {
  /** Files of one medium. */
  readonly files: number;
  /** Of a file's path, in characters, and of the folders in it. */
  readonly pathLength: number;
  readonly depth: number;
  /** Media that are open at one time, and uploads that are being made. */
  readonly open: number;
  /** Actions that wait for their turn. */
  readonly waiting: number;
  /** Ended actions that are remembered, and what is told of each in single lines. */
  readonly remembered: number;
  readonly notes: number;
  /** A medium that nobody asked for this long is closed, in ms. */
  readonly idleMs: number;
  /** Objects of one action that are on their way to the disk at a time. */
  readonly atOnce: number;
}

export const mediaLimits: MediaLimits = {
  files: 200_000,
  pathLength: 1024,
  depth: 16,
  open: 16,
  waiting: 16,
  remembered: 50,
  notes: 1000,
  idleMs: 8 * 3_600_000,
  atOnce: 4,
};
