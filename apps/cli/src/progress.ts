// A progress bar on the terminal; nothing where notes go to a file or a pipe.
import type { Surroundings } from './surroundings.ts';

export interface Progress {
  /** `done` of the total given at the start, and a few words beside the bar. */
  readonly show: (done: number, words: string) => void;
  /** Removes the bar from the terminal. */
  readonly end: () => void;
}

const interval = 100; // ms between two drawings
const barWidth = 30;
const eraseLine = '\r\u001b[2K';

/** A bar for `total` steps; of an infinite total only the count is shown. `now` gives milliseconds. */
export function progress(
  { columns, draw }: Pick<Surroundings, 'columns' | 'draw'>,
  total: number,
  now = performance.now.bind(performance),
): Progress {
  if (columns === undefined) return { show: () => {}, end: () => {} };
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    show(done, words) {
      if (now() - drawnAt < interval && done < total) return;
      drawnAt = now();
      const filled = Math.round((barWidth * done) / Math.max(total, 1));
      const bar = Number.isFinite(total) ? `[${'#'.repeat(filled).padEnd(barWidth, '-')}] ${done}/${total}` : done;
      draw(eraseLine + `${bar} ${words}`.slice(0, columns - 1));
    },
    end: () => draw(eraseLine),
  };
}
