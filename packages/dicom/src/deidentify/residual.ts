// Whether values that identify are left in a data set that should no longer hold them.

import type { DataSet } from '../data-set.ts';
import { foldText } from '../matching/fold.ts';
import { formatPath, type Step } from '../path.ts';
import { type Vr, vrTraits } from '../vr.ts';

/** A place where an identifying value was found again. */
export interface Residue {
  readonly path: string;
  /** Which kind of value it is, never the value itself. */
  readonly kind: 'name' | 'identifier' | 'birth-date' | 'uid';
}

/** Values to look for, folded. */
export interface Known {
  readonly names: ReadonlySet<string>;
  readonly identifiers: ReadonlySet<string>;
  /** As eight digits. Looked for in texts, not in dates: an examination may be on the day of birth. */
  readonly birthDates: ReadonlySet<string>;
  readonly uids: ReadonlySet<string>;
}

/** Attributes whose values name the patient or a request of theirs, besides every person's name and every replaced UID. */
const identifying: ReadonlySet<number> = new Set([
  0x00080050, // AccessionNumber
  0x00100020, // PatientID
  0x00101000, // OtherPatientIDs
  0x00101040, // PatientAddress
  0x00101050, // InsurancePlanIdentification
  0x00101090, // MedicalRecordLocator
  0x00102154, // PatientTelephoneNumbers
  0x00102155, // PatientTelecomInformation
  0x00104000, // PatientComments
  0x00380010, // AdmissionID
  0x00380060, // ServiceEpisodeID
  0x00402016, // PlacerOrderNumberImagingServiceRequest
  0x00402017, // FillerOrderNumberImagingServiceRequest
  0x00120040, // ClinicalTrialSubjectID
]);
const birthDate = 0x00100030;
const shortestName = 3;
/** Names as long as this are found inside of words too. */
const distinctName = 6;
const shortestIdentifier = 4;
const piece = 1 << 16;
/** No value looked for is longer in binary data: two pieces overlap by as much. */
const overlap = 128;

/** Parts of names, and the identifiers, of the original data set. */
export function knownValues(original: DataSet, uids: Iterable<string>): Known {
  const names = new Set<string>();
  const identifiers = new Set<string>();
  const birthDates = new Set<string>();
  const collect = (dataSet: DataSet): void => {
    for (const { tag, vr } of dataSet.elements()) {
      for (const item of dataSet.items(tag)) collect(item);
      const words = (value: string): string[] => foldText(value).split(/[\s^=,;]+/);
      if (vr === 'PN')
        for (const value of dataSet.strings(tag))
          for (const word of words(value)) if (word.length >= shortestName) names.add(word);
      if (tag === birthDate) for (const value of dataSet.strings(tag)) if (/^\d{8}$/.test(value)) birthDates.add(value);
      if (identifying.has(tag))
        for (const value of dataSet.strings(tag))
          if (value.trim().length >= shortestIdentifier) identifiers.add(foldText(value.trim()));
    }
  };
  collect(original);
  return { names, identifiers, birthDates, uids: new Set(uids) };
}

/** What a text holds of the known values; undefined for nothing. */
export function kindIn(text: string, vr: Vr, known: Known): Residue['kind'] | undefined {
  if (text.match(uidLike)?.some((uid) => known.uids.has(uid))) return 'uid';
  if (!dated.has(vr) && [...known.birthDates].some((date) => text.includes(date))) return 'birth-date';
  const folded = foldText(text);
  if ([...known.identifiers].some((identifier) => folded.includes(identifier))) return 'identifier';
  const words = folded.split(/[^\p{Letter}\p{Mark}\p{Number}]+/u);
  if (words.some((word) => known.names.has(word))) return 'name';
  return [...known.names].some((name) => name.length >= distinctName && folded.includes(name)) ? 'name' : undefined;
}
const uidLike = /\d+(?:\.\d+){2,}/g;

const dated: ReadonlySet<Vr> = new Set<Vr>(['DA', 'DT', 'UI']);

/** A binary value as text, in overlapping pieces; what is not printable is a space. */
function* printable(bytes: Uint8Array): Generator<string> {
  for (let from = 0; from === 0 || from + overlap < bytes.length; from += piece - overlap)
    yield Array.from(bytes.subarray(from, from + piece), (byte) => String.fromCharCode(Math.max(byte, 0x20))).join('');
}

const pixels: ReadonlySet<number> = new Set([0x7fe00010, 0x7fe00008, 0x7fe00009]);

/** Every place where a known value stands, whatever the element. Pixel data is not looked at. */
export function findResidues(dataSet: DataSet, known: Known, steps: readonly Step[] = []): Residue[] {
  const found: Residue[] = [];
  for (const { tag, vr, reference } of dataSet.elements()) {
    for (const [item, inside] of dataSet.items(tag).entries())
      found.push(...findResidues(inside, known, [...steps, { tag, item }]));
    if (vr === 'SQ' || reference || pixels.has(tag)) continue;
    for (const text of textsOf(dataSet, tag, vr)) {
      const kind = kindIn(text, vr, known);
      if (!kind) continue;
      found.push({ path: formatPath(steps, tag), kind });
      break;
    }
  }
  return found;
}

function textsOf(dataSet: DataSet, tag: number, vr: Vr): Iterable<string> {
  return vrTraits(vr).kind === 'text' ? dataSet.strings(tag) : printable(dataSet.bytes(tag) ?? new Uint8Array(0));
}
