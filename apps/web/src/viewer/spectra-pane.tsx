// The spectra of a spectroscopy object: a grid of curves, and the curve of one voxel over its axis.
import { Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { highestOf, peakOf, polyline, type Spectra, type SpectralAxis } from './spectra.ts';
import classes from './viewer.module.css';

/** Points of a curve in the grid, and alone. */
const [pointsInGrid, pointsAlone] = [150, 2000];

interface CurvesProps {
  readonly curves: readonly Float32Array[];
  readonly highest: number;
  readonly points: number;
}

const Curves = ({ curves, highest, points }: CurvesProps) => (
  <svg viewBox="0 0 1 1" preserveAspectRatio="none" className={classes.curves} aria-hidden>
    {curves.map((curve, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: curves have no identity beyond their place
      <polyline key={index} points={polyline(curve, highest, points)} />
    ))}
  </svg>
);

interface GridProps {
  readonly spectra: Spectra;
  readonly highest: number;
  readonly chosen: number;
  readonly onChoose: (voxel: number) => void;
}

const Grid = ({ spectra, highest, chosen, onChoose }: GridProps) => (
  <fieldset
    className={classes.voxels}
    style={{ gridTemplateColumns: `repeat(${spectra.columns}, minmax(0, 1fr))` }}
    aria-label="Voxels"
  >
    {Array.from({ length: spectra.rows * spectra.columns }, (_, voxel) => {
      const [row, column] = [Math.floor(voxel / spectra.columns), voxel % spectra.columns];
      return (
        <button
          key={`${row} ${column}`}
          type="button"
          className={classes.voxel}
          aria-label={`Voxel ${row + 1}, ${column + 1}`}
          aria-pressed={voxel === chosen}
          onClick={() => onChoose(voxel)}
        >
          <Curves curves={spectra.curvesOf(row, column)} highest={highest} points={pointsInGrid} />
        </button>
      );
    })}
  </fieldset>
);

const shown = (value: number, { unit }: SpectralAxis): string =>
  `${value.toFixed(unit === 'ppm' ? 2 : 0)}${unit && ` ${unit}`}`;

/** Numbers under the curve; high values stand to the left. */
const marks = 5;

const Alone = ({ spectra, chosen }: Pick<GridProps, 'spectra' | 'chosen'>) => {
  const { axis, columns, curvesOf } = spectra;
  const [row, column] = [Math.floor(chosen / columns), chosen % columns];
  const curves = curvesOf(row, column);
  const highest = Math.max(1e-30, ...curves.map((curve) => curve.reduce((most, value) => Math.max(most, value), 0)));
  const [first] = curves;
  return (
    <figure className={classes.spectrum} aria-label={`Spectrum of voxel ${row + 1}, ${column + 1}`}>
      <Curves curves={curves} highest={highest} points={pointsAlone} />
      <div className={classes.axis}>
        {Array.from({ length: marks }, (_, mark) => {
          const value = axis.to + ((axis.from - axis.to) * mark) / (marks - 1);
          return <span key={value}>{shown(value, axis)}</span>;
        })}
      </div>
      <figcaption>
        <Text size="sm" className="figures">
          Voxel {row + 1}, {column + 1}
          {first && ` · highest at ${shown(peakOf(first, axis), axis)}`}
        </Text>
      </figcaption>
    </figure>
  );
};

export const SpectraPane = ({ spectra }: { readonly spectra: Spectra }) => {
  const [chosen, setChosen] = useState(0);
  const highest = useMemo(() => highestOf(spectra), [spectra]);
  const voxel = Math.min(chosen, spectra.rows * spectra.columns - 1);
  return (
    <div className={classes.spectra}>
      <Grid spectra={spectra} highest={highest} chosen={voxel} onChoose={setChosen} />
      <Alone spectra={spectra} chosen={voxel} />
    </div>
  );
};
