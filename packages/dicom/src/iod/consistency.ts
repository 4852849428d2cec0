// Attributes that contradict each other, whatever the IOD. PS3.3 C.7.6.3, C.7.6.2; PS3.5 8.

import type { DataSet } from '../data-set.ts';
import type { ValidationFinding } from './finding.ts';

const round = 1e-3;

interface Contradiction {
  readonly path: string;
  readonly section: string;
  /** What is wrong, or undefined. */
  readonly find: (dataSet: DataSet) => string | undefined;
}

const contradictions: readonly Contradiction[] = [
  {
    path: 'HighBit',
    section: 'PS3.3 C.7.6.3.1',
    find: (dataSet) => {
      const [high, stored] = [dataSet.number('HighBit'), dataSet.number('BitsStored')];
      return high === undefined || stored === undefined || high === stored - 1
        ? undefined
        : `${high}, but Bits Stored is ${stored}`;
    },
  },
  {
    path: 'BitsStored',
    section: 'PS3.5 8.1.1',
    find: (dataSet) => {
      const [stored, allocated] = [dataSet.number('BitsStored'), dataSet.number('BitsAllocated')];
      return stored === undefined || allocated === undefined || stored <= allocated
        ? undefined
        : `${stored}, but Bits Allocated is ${allocated}`;
    },
  },
  { path: 'PixelData', section: 'PS3.3 C.7.6.3.1.4', find: pixelDataLength },
  { path: 'ImageOrientationPatient', section: 'PS3.3 C.7.6.2.1.1', find: orientation },
];

/** Bytes the pixel cells take, for native pixel data; undefined where the attributes do not say. PS3.5 8.1.1 */
function pixelBytes(dataSet: DataSet): number | undefined {
  const [rows, columns] = [dataSet.number('Rows'), dataSet.number('Columns')];
  const [samples, bits] = [dataSet.number('SamplesPerPixel'), dataSet.number('BitsAllocated')];
  if (rows === undefined || columns === undefined || samples === undefined || bits === undefined) return undefined;
  const half = dataSet.string('PhotometricInterpretation') === 'YBR_FULL_422' ? 2 / 3 : 1;
  const frames = dataSet.number('NumberOfFrames') ?? 1;
  const bytes = Math.ceil((rows * columns * samples * bits * half * frames) / 8);
  return bytes + (bytes % 2);
}

function pixelDataLength(dataSet: DataSet): string | undefined {
  const element = dataSet.element('PixelData');
  if (!element || element.fragments || element.length === 0xffffffff) return undefined;
  const expected = pixelBytes(dataSet);
  return expected === undefined || expected === element.length
    ? undefined
    : `${element.length} bytes, the image attributes make ${expected}`;
}

function orientation(dataSet: DataSet): string | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, ...more] = dataSet.numbers('ImageOrientationPatient');
  if (more.length > 0 || dataSet.numbers('ImageOrientationPatient').length < 6) return undefined;
  if (Math.abs(Math.hypot(a, b, c) - 1) > round || Math.abs(Math.hypot(d, e, f) - 1) > round)
    return 'the direction cosines of a row or a column are no unit vector';
  return Math.abs(a * d + b * e + c * f) > round ? 'rows and columns are not at a right angle' : undefined;
}

/** Every contradiction found. */
export function consistency(dataSet: DataSet): readonly ValidationFinding[] {
  return contradictions.flatMap(({ path, section, find }) => {
    const message = find(dataSet);
    return message === undefined
      ? []
      : [{ path, rule: 'consistency' as const, severity: 'error' as const, message, section }];
  });
}
