// Which operations a SOP Class has, as far as its name says it. PS3.4
import { describeUid } from '@concord/dicom';

const byName: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\bFIND\b|Query$|Query SOP Class/, ['C-FIND']],
  [/\bMOVE\b/, ['C-MOVE']],
  [/\bGET\b/, ['C-GET']],
  [/^Verification/, ['C-ECHO']],
  [/Storage Commitment/, ['N-ACTION', 'N-EVENT-REPORT']],
  [/Performed Procedure Step/, ['N-CREATE', 'N-SET']],
  [/Logging/, ['N-ACTION']],
  [/^Printer SOP Class/, ['N-GET', 'N-EVENT-REPORT']],
  [/^Print Job/, ['N-GET', 'N-EVENT-REPORT']],
  [/^Presentation LUT/, ['N-CREATE', 'N-DELETE']],
  [/Print Management|Film|Image Box|Annotation Box/, ['N-CREATE', 'N-SET', 'N-ACTION', 'N-DELETE']],
  [/Storage/, ['C-STORE']],
];

/** Empty where the name does not say it. */
export const operationsOfClass = (uid: string): readonly string[] =>
  byName.find(([pattern]) => pattern.test(describeUid(uid)?.name ?? ''))?.[1] ?? [];
