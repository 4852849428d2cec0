// The lines a reader has drawn on an image, with their lengths, over the canvas.
import type { DataSet } from '@concord/dicom';
import { type Line, lengthOf, shownLength } from './measurement.ts';
import { type Matrix, panePoint } from './view.ts';
import classes from './viewer.module.css';

interface MeasuredLinesProps {
  readonly lines: readonly Line[];
  readonly dataSet: DataSet;
  readonly frame: number;
  /** From the image as it is shown to the pane. */
  readonly matrix: Matrix;
  /** Height to width of one pixel. */
  readonly pixelAspectRatio: number;
}

interface MeasuredProps extends Omit<MeasuredLinesProps, 'lines'> {
  readonly line: Line;
}

const Measured = ({ line, dataSet, frame, matrix, pixelAspectRatio }: MeasuredProps) => {
  const [from, to] = [line.from, line.to].map(({ x, y }) => panePoint(matrix, { x, y: y * pixelAspectRatio }));
  if (!from || !to) return null;
  const right = to.x >= from.x ? to : from;
  return (
    <g>
      <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
      {[from, to].map(({ x, y }) => (
        <circle key={`${x} ${y}`} cx={x} cy={y} r={3} />
      ))}
      <text x={right.x + 8} y={right.y - 6}>
        {shownLength(lengthOf(line, dataSet, frame))}
      </text>
    </g>
  );
};

export const MeasuredLines = ({ lines, ...rest }: MeasuredLinesProps) =>
  lines.length === 0 ? null : (
    <svg className={classes.measured} aria-label="Measurements" role="img">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity beyond their place
        <Measured key={index} line={line} {...rest} />
      ))}
    </svg>
  );
