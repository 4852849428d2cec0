// What the tables leave to prose: macros that a module includes for one kind of content only. PS3.3 Table C.17-5.
import type { Condition } from '../../packages/dicom/src/iod/condition.ts';

/** The macros of Document Content by Value Type (0040,A040): their attributes stand in the table as if always required. */
const valueTypes: Readonly<Record<string, readonly string[]>> = {
  '0040A300': ['NUM'],
  '0040A168': ['CODE'],
  '00081199': ['COMPOSITE', 'IMAGE', 'WAVEFORM'],
  '00700022': ['SCOORD', 'SCOORD3D'],
  '00700023': ['SCOORD', 'SCOORD3D'],
  '30060024': ['SCOORD3D'],
  '0040A130': ['TCOORD'],
  '0040A132': ['TCOORD'],
  '0040A138': ['TCOORD'],
  '0040A13A': ['TCOORD'],
  '0040A050': ['CONTAINER'],
};
const contentModules: ReadonlySet<string> = new Set(['sr-document-content']);
const valueType = '0040A040';
const conceptName = '0040A043';
const byReference = '0040DB73';

/** Tables of a palette may be segmented instead. PS3.3 C.7.9.2 */
const segmented: Readonly<Record<string, string>> = {
  '00281201': '/00281221',
  '00281202': '/00281222',
  '00281203': '/00281223',
};

/** The condition a row lacks, and its tags as seen from the item; undefined for rows that are as they should be. */
export function missingCondition(moduleId: string, path: readonly string[], tag: string): Condition | undefined {
  const instead = moduleId === 'image-pixel' && path.length === 0 ? segmented[tag] : undefined;
  if (instead) return ['not', ['present', instead]];
  if (!contentModules.has(moduleId) || path.some((step) => step !== '0040A730')) return undefined;
  // The root of a document always has a title. PS3.3 C.17.3.2.1
  if (tag === conceptName && path.length === 0) return ['present', valueType];
  if (tag === valueType && path.length > 0) return ['not', ['present', byReference]];
  const values = valueTypes[tag];
  return values && ['is', valueType, 0, values];
}

/** Macros of PS3.3 C.8.13.5 whose conditions of types 1C and 2C the tables leave out: all have the same. */
const ofOriginalFrames: ReadonlySet<string> = new Set([
  'mr-echo',
  'mr-averages',
  'mr-diffusion',
  'mr-receive-coil',
  'mr-transmit-coil',
  'mr-velocity-encoding',
]);

/** The condition of a row of type 1C or 2C that comes without one: `Required if Frame Type Value 1 of this frame is ORIGINAL`. */
export const unstatedCondition = (macroId: string): Condition | undefined =>
  ofOriginalFrames.has(macroId) ? ['is', '~00089007', 1, ['ORIGINAL']] : undefined;

/** Sequences whose items hold the same again: the content tree of a document. */
export const isRecursive = (moduleId: string, tag: string): boolean =>
  contentModules.has(moduleId) && tag === '0040A730';
