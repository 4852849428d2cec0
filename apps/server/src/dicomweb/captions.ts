// What the annotation parameter writes over a picture: who it is of, and how it was made. PS3.18 8.3.5.1.1.
import type { DataSet } from '@concord/dicom';
import type { Captions } from '@concord/imaging';

export type Annotation = 'patient' | 'technique';

/** The keywords of the standard; all of them are done here. */
export const annotations: readonly Annotation[] = ['patient', 'technique'];

/** The lines for an image; none that would be empty. Undefined where there are none. */
export const captionsOf = (
  header: DataSet,
  wanted: readonly Annotation[],
  frameNumber: number,
): Captions | undefined => {
  const upper = wanted.includes('patient') ? patientLines(header) : [];
  const lower = wanted.includes('technique') ? techniqueLines(header, frameNumber) : [];
  return upper.length + lower.length === 0 ? undefined : { upper, lower };
};

const joined = (...values: readonly (string | undefined)[]): string =>
  values.filter((value) => value !== undefined && value !== '').join('  ');

const labelled = (label: string, value: string | undefined): string | undefined =>
  value === undefined || value === '' ? undefined : `${label} ${value}`;

/** `20260102` as `2026-01-02`; anything else as it is. */
const date = (value: string | undefined): string | undefined => value?.replace(/^(\d{4})(\d\d)(\d\d)$/u, '$1-$2-$3');

/** The alphabetic group: family name, a comma, the others. */
const name = (value: string | undefined): string | undefined => {
  const [family = '', ...others] = (value ?? '').split('=', 1)[0]?.split('^') ?? [];
  const given = others.filter((part) => part !== '').join(' ');
  return given === '' ? family : `${family}, ${given}`;
};

const lines = (...all: readonly string[]): readonly string[] => all.filter((line) => line !== '');

const patientLines = (header: DataSet): readonly string[] =>
  lines(
    joined(name(header.string('PatientName'))),
    joined(labelled('ID', header.string('PatientID'))),
    joined(labelled('*', date(header.string('PatientBirthDate'))), header.string('PatientSex')),
  );

const techniqueLines = (header: DataSet, frameNumber: number): readonly string[] =>
  lines(
    joined(date(header.string('StudyDate')), header.string('StudyDescription')),
    joined(header.string('Modality'), header.string('SeriesDescription')),
    joined(
      labelled('Series', header.string('SeriesNumber')),
      labelled('Image', header.string('InstanceNumber')),
      (header.number('NumberOfFrames') ?? 1) > 1 ? `Frame ${frameNumber}` : undefined,
    ),
    joined(
      labelled('Position', header.numbers('ImagePositionPatient').map(String).join(' / ')),
      labelled('kV', header.string('KVP')),
    ),
  );
