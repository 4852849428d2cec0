// The distances that were measured, image by image, for as long as the viewer is open.
import { useState } from 'react';
import { type Line, withLine } from './measurement.ts';

/** Images whose lines are kept; of more, those that were measured first lose theirs. */
const mostImages = 200;
const none: readonly Line[] = [];

/** @param image what the lines belong to */
export const useMeasured = (image: string) => {
  const [all, setAll] = useState<ReadonlyMap<string, readonly Line[]>>(new Map());
  const change = (work: (lines: readonly Line[]) => readonly Line[]) =>
    setAll((before) => {
      const changed = new Map(before);
      changed.set(image, work(before.get(image) ?? none));
      const [oldest] = changed.keys();
      if (changed.size > mostImages && oldest !== undefined) changed.delete(oldest);
      return changed;
    });
  return {
    lines: all.get(image) ?? none,
    add: (line: Line) => change((lines) => withLine(lines, line)),
    takeAway: () => change((lines) => lines.slice(0, -1)),
  };
};
