// Which image stands for a study or a series, and which frame for an image. PS3.18 10.4.1.1.4.
import type { StoredInstance } from '../archive/archive.ts';

export type SomeInstances = readonly [StoredInstance, ...StoredInstance[]];

/** From 1. */
export const middle = (count: number): number => Math.max(1, Math.ceil(count / 2));

/** The middle one of those that are images; the middle of a series shows more of the body than its ends. */
export const representative = (instances: SomeInstances): StoredInstance => {
  const first = instances.find(({ rows }) => rows !== undefined) ?? instances[0];
  const images = instances.filter(
    ({ rows, seriesInstanceUid }) => rows && seriesInstanceUid === first.seriesInstanceUid,
  );
  return images[middle(images.length) - 1] ?? first;
};
