// Playing a stack: image after image at a rate, waiting where the next one has not come yet.
import { useEffect, useRef } from 'react';

interface Cine {
  readonly playing: boolean;
  /** Images per second. */
  readonly rate: number;
  /** True where the next image can be shown; the film waits for it instead of leaving images out. */
  readonly canAdvance: () => boolean;
  readonly advance: () => void;
}

export const useCine = (cine: Cine): void => {
  const now = useRef(cine);
  now.current = cine;
  useEffect(() => {
    if (!cine.playing) return;
    let due = performance.now();
    let frame = 0;
    const tick = (time: number) => {
      frame = requestAnimationFrame(tick);
      const { rate, canAdvance, advance } = now.current;
      if (time < due || !canAdvance()) return;
      // A slow moment is not made up for: the film goes on at its rate.
      due = Math.max(due + 1000 / rate, time - 1000 / rate);
      advance();
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [cine.playing]);
};
