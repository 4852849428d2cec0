// Drawing a line with the measuring tool: a draft while the button is down, then kept.
import { useRef, useState } from 'react';
import { type Line, shortest } from './measurement.ts';
import { imagePoint, type Matrix, type Point } from './view.ts';

interface Measuring {
  /** From the image as it is shown to the pane. */
  readonly matrix: Matrix;
  /** Height to width of one pixel. */
  readonly pixelAspectRatio: number;
  readonly onLine: (line: Line) => void;
}

export const useMeasuring = ({ matrix, pixelAspectRatio, onLine }: Measuring) => {
  const [draft, setDraft] = useState<Line>();
  // The button may go up before the page was drawn again.
  const now = useRef<{ readonly began: Point; readonly line: Line | undefined }>(undefined);
  const stored = (at: Point): Point => {
    const { x, y } = imagePoint(matrix, at);
    return { x, y: y / pixelAspectRatio };
  };
  return {
    draft,
    /** At a point of the pane. */
    begin: (at: Point) => {
      now.current = { began: at, line: undefined };
    },
    /** So far from there, in CSS pixels. */
    drag: (x: number, y: number) => {
      if (!now.current) return;
      const { began } = now.current;
      const line = { from: stored(began), to: stored({ x: began.x + x, y: began.y + y }) };
      now.current = { began, line };
      setDraft(line);
    },
    end: () => {
      const line = now.current?.line;
      now.current = undefined;
      setDraft(undefined);
      if (line && Math.hypot(line.to.x - line.from.x, line.to.y - line.from.y) >= shortest) onLine(line);
    },
  };
};
