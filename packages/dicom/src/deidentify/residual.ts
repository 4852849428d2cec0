// Whether values that identify are left in a data set that should no longer hold them.

import type { DataSet } from '../data-set.ts';
import { foldText } from '../matching/fold.ts';
import { formatPath, type Step } from '../path.ts';
import { isUid } from '../uid/uid.ts';
import { vrTraits } from '../vr.ts';

/** A place where an identifying value was found again. */
export interface Residue {
  readonly path: string;
  /** Which kind of value it is, never the value itself. */
  readonly kind: 'name' | 'identifier' | 'uid';
}

/** Values to look for, folded. */
export interface Known {
  readonly names: ReadonlySet<string>;
  readonly identifiers: ReadonlySet<string>;
  readonly uids: ReadonlySet<string>;
}

/** Identifiers by keyword, besides every person's name and every replaced UID. */
const identifying: ReadonlySet<number> = new Set([
  0x00080050, // AccessionNumber
  0x00100020, // PatientID
  0x00101000, // OtherPatientIDs
  0x00101040, // PatientAddress
  0x00102154, // PatientTelephoneNumbers
  0x00104000, // PatientComments
  0x00380010, // AdmissionID
]);
const shortestName = 3;
const shortestIdentifier = 4;
const largestBinary = 1 << 20;

/** Parts of names, and the identifiers, of the original data set. */
export function knownValues(original: DataSet, uids: Iterable<string>): Known {
  const names = new Set<string>();
  const identifiers = new Set<string>();
  const collect = (dataSet: DataSet): void => {
    for (const { tag, vr } of dataSet.elements()) {
      for (const item of dataSet.items(tag)) collect(item);
      const words = (value: string): string[] => foldText(value).split(/[\s^=,;]+/);
      if (vr === 'PN')
        for (const value of dataSet.strings(tag))
          for (const word of words(value)) if (word.length >= shortestName) names.add(word);
      if (identifying.has(tag))
        for (const value of dataSet.strings(tag))
          if (value.trim().length >= shortestIdentifier) identifiers.add(foldText(value.trim()));
    }
  };
  collect(original);
  return { names, identifiers, uids: new Set(uids) };
}

function kindIn(text: string, known: Known): Residue['kind'] | undefined {
  if (known.uids.has(text)) return 'uid';
  const folded = foldText(text);
  if ([...known.identifiers].some((identifier) => folded.includes(identifier))) return 'identifier';
  const words = folded.split(/[^\p{Letter}\p{Mark}\p{Number}]+/u);
  return words.some((word) => known.names.has(word)) ? 'name' : undefined;
}

/** Printable runs of a binary value, as text; large ones are pixels. */
const printable = (bytes: Uint8Array): string =>
  bytes.length > largestBinary ? '' : Array.from(bytes, (byte) => String.fromCharCode(Math.max(byte, 0x20))).join('');

const pixels: ReadonlySet<number> = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);

/** Every place where a known value stands, whatever the element. Pixel data is not looked at. */
export function findResidues(dataSet: DataSet, known: Known, steps: readonly Step[] = []): Residue[] {
  const found: Residue[] = [];
  for (const { tag, vr, reference } of dataSet.elements()) {
    for (const [item, inside] of dataSet.items(tag).entries())
      found.push(...findResidues(inside, known, [...steps, { tag, item }]));
    if (vr === 'SQ' || reference || pixels.has(tag)) continue;
    const { kind } = vrTraits(vr);
    const texts =
      kind === 'text'
        ? dataSet.strings(tag)
        : kind === 'bytes'
          ? [printable(dataSet.bytes(tag) ?? new Uint8Array(0))]
          : [];
    const residue = texts.map((text) => (vr === 'UI' && !isUid(text) ? undefined : kindIn(text, known))).find(Boolean);
    if (residue) found.push({ path: formatPath(steps, tag), kind: residue });
  }
  return found;
}
