// The correction of the screen as a filter that the browser applies last of all, behind every interpolation. PS3.14.
import { useMemo } from 'react';
import { correctionOf } from './calibration.ts';
import { useCalibration } from './kept-calibration.ts';

const id = 'display-correction';

/** The CSS of what shows P-Values; empty where the screen is not calibrated. */
export const useCorrectionStyle = (): { readonly filter?: string } =>
  useCalibration() === undefined ? {} : { filter: `url(#${id})` };

/** Stands once on a page; draws nothing itself. */
export const CorrectionFilter = () => {
  const calibration = useCalibration();
  const values = useMemo(
    () =>
      calibration &&
      correctionOf(calibration)
        .map((level) => (level / 255).toFixed(5))
        .join(' '),
    [calibration],
  );
  if (values === undefined) return null;
  return (
    <svg width="0" height="0" aria-hidden="true" style={{ position: 'absolute' }}>
      <filter id={id} colorInterpolationFilters="sRGB" x="0" y="0" width="100%" height="100%">
        <feComponentTransfer>
          <feFuncR type="discrete" tableValues={values} />
          <feFuncG type="discrete" tableValues={values} />
          <feFuncB type="discrete" tableValues={values} />
        </feComponentTransfer>
      </filter>
    </svg>
  );
};
