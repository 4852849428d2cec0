// @concord/dicom/deidentify: the Basic Application Level Confidentiality Profile and its options. PS3.15 Annex E.

import { DataSet, type Value } from '../data-set.ts';
import { DicomError } from '../error.ts';
import type { Vr } from '../vr.ts';
import { type Cleaning, cleanDataSet } from './clean.ts';
import { dummyValue } from './dummy.ts';
import { blankRegions, clearOverlayBits, type Region } from './pixels.ts';
import { basicProfile, type ConfidentialityOption, options as optionTable } from './profile.ts';
import { pseudonyms } from './pseudonym.ts';
import { findResidues, type Known, kindIn, knownValues, type Residue } from './residual.ts';
import { mapOf, type ReidentificationMap } from './restore.ts';
import { declaredSafe, isListedSafe, type SafePrivate } from './safe-private.ts';
import { scrub } from './scrub.ts';
import { hasPositions } from './structured-content.ts';
import { typesOf } from './types.ts';

export { pseudonymous } from './clean.ts';
export { blankRegions, type Region } from './pixels.ts';
export {
  type Action,
  basicProfile,
  type ConfidentialityOption,
  options as confidentialityOptions,
  type ProfileRow,
  profileRows,
} from './profile.ts';
export type { Residue } from './residual.ts';
export {
  addEncryptedAttributes,
  encryptedAttributes,
  protectedAttributes,
  type ReidentificationMap,
  reidentify,
  restoreAttributes,
} from './restore.ts';
export { isListedSafe, type SafePrivate } from './safe-private.ts';

/** How a data set is de-identified. PS3.15 Annex E. */
export interface DeidentifyOptions {
  /** What pseudonyms are derived from: the same secret makes the same UIDs, names and days. At least 16 random bytes, kept apart. */
  readonly secret: Uint8Array;
  /** Options of PS3.15 E.3; none by default. */
  readonly options?: readonly ConfidentialityOption[];
  /** Instead of the derived pseudonym, for Patient ID and Patient's Name. */
  readonly patient?: { readonly id?: string; readonly name?: string };
  /** Whole days to go back with `retain-longitudinal-modified-dates`; derived from the patient by default. */
  readonly daysBack?: number;
  /** For `clean-descriptors` and `clean-graphics`: similar text that identifies nobody, or undefined to take the value out. */
  readonly cleanText?: (text: string, path: string) => string | undefined;
  /** For `clean-pixel-data`: what to make black in native pixel data. That nothing else in the pixels identifies is for the caller to know. */
  readonly regions?: readonly Region[];
  /**
   * For `clean-pixel-data` and `clean-recognizable-visual-features`: that somebody has seen to it. Faces are not found or removed here: without
   * this word of a person's the second is refused.
   */
  readonly pixelsAreClean?: boolean;
  /**
   * For `retain-safe-private`: whether a private element identifies nobody. By default those of PS3.15 Table E.3.10-1, and those the object
   * itself calls safe (0008,0300).
   */
  readonly isSafePrivate?: SafePrivate;
  /** De-identification Method (0012,0063), besides the codes. */
  readonly method?: string;
}

/** A de-identified copy, and what a keeper of secrets needs to come back. */
export interface Deidentified {
  readonly dataSet: DataSet;
  readonly map: ReidentificationMap;
  /** Where identifying values stood in attributes the profile leaves alone. They are taken out of `dataSet` as well. */
  readonly residues: readonly Residue[];
}

function check({ options = [], cleanText, regions, pixelsAreClean }: DeidentifyOptions): void {
  const chosen = new Set(options);
  const wrong = (detail: string): DicomError => new DicomError('bad-value', -1, '', detail);
  for (const option of chosen) if (!Object.hasOwn(optionTable, option)) throw wrong(`no option ${option}`);
  if (chosen.has('retain-longitudinal-full-dates') && chosen.has('retain-longitudinal-modified-dates'))
    throw wrong('dates are either kept or modified');
  if ((chosen.has('clean-descriptors') || chosen.has('clean-graphics')) && !cleanText)
    throw wrong('clean-descriptors and clean-graphics need cleanText');
  if (chosen.has('clean-pixel-data') && !regions && !pixelsAreClean)
    throw wrong('clean-pixel-data needs regions or pixelsAreClean');
  if (chosen.has('clean-recognizable-visual-features') && !pixelsAreClean)
    throw wrong('clean-recognizable-visual-features needs pixelsAreClean');
}

/** What tells one patient from another in the original, issuers included. */
const patientKey = (dataSet: DataSet): string =>
  [
    dataSet.string('PatientID'),
    dataSet.string('IssuerOfPatientID'),
    dataSet.string('PatientID') ? '' : dataSet.string('PatientName'),
  ].join('\n');

/**
 * A copy of the data set without identity, by the profile and the options, and what leads back. The original is left as it is. The preamble
 * and File Meta Information of a file have to be made anew.
 * @throws DicomError `bad-value` for options that contradict or lack something, `needs-transcoding` where regions of
 *   compressed pixel data are to be made black
 */
export function deidentify(original: DataSet, given: DeidentifyOptions): Deidentified {
  check(given);
  const chosen = new Set(given.options ?? []);
  const names = pseudonyms(given.secret);
  const key = patientKey(original);
  const pseudonym = names.patient(key);
  const cleaning: Cleaning = {
    options: chosen,
    pseudonyms: names,
    typeOf: typesOf(original.string('SOPClassUID') ?? ''),
    patient: { id: given.patient?.id ?? pseudonym, name: given.patient?.name ?? pseudonym },
    daysBack: given.daysBack ?? names.daysBack(key),
    cleanText: given.cleanText,
    isSafePrivate: given.isSafePrivate ?? safePrivateOf(original),
    keepsPositions: hasPositions(original),
    uids: new Map(),
  };
  const dataSet = original.clone();
  scrub(dataSet);
  clearOverlayBits(dataSet);
  if (chosen.has('clean-pixel-data')) blankRegions(dataSet, given.regions ?? []);
  cleanDataSet(dataSet, cleaning);
  const residues = takeOutResidues(dataSet, knownValues(original, cleaning.uids.values()), cleaning);
  mark(dataSet, chosen, given.method);
  return { dataSet, map: mapOf(original, dataSet, cleaning.uids), residues };
}

function safePrivateOf(original: DataSet): SafePrivate {
  const declared = declaredSafe(original);
  return (...place) => isListedSafe(...place) || declared(...place);
}

/** Known values may stand where nobody looks for them: in a description, a code meaning, a private text. */
function takeOutResidues(dataSet: DataSet, known: Known, { pseudonyms: names }: Cleaning): readonly Residue[] {
  const residues = findResidues(dataSet, known);
  for (const { path, kind } of residues) {
    const vr = dataSet.element(path)?.vr;
    if (vr) dataSet.set(path, withoutResidue(dataSet.strings(path), vr, kind, known, names), vr);
  }
  return residues;
}

/** Of several values those that identify nobody stay; a UID has its new one. */
function withoutResidue(
  values: readonly string[],
  vr: Vr,
  kind: Residue['kind'],
  known: Known,
  names: Cleaning['pseudonyms'],
): Value {
  const dummy = dummyValue(vr);
  if (typeof dummy !== 'string' || values.length === 0) return dummy;
  const replaced = (value: string): string => (kind === 'uid' && vr === 'UI' ? names.uid(value) : dummy);
  return values.map((value) => (kindIn(value, vr, known) ? replaced(value) : value));
}

/** What an object says of its own de-identification. PS3.15 E.1.1 step 6, E.3; PS3.16 CID 7050. */
function mark(dataSet: DataSet, chosen: ReadonlySet<ConfidentialityOption>, method: string | undefined): void {
  const used = (Object.keys(optionTable) as ConfidentialityOption[]).filter((option) => chosen.has(option));
  const codes = [basicProfile, ...used.map((option) => optionTable[option])];
  const items = codes.map(({ code, meaning }) => {
    const item = new DataSet();
    item.set('CodeValue', code);
    item.set('CodingSchemeDesignator', 'DCM');
    item.set('CodeMeaning', meaning);
    return item;
  });
  dataSet.set('PatientIdentityRemoved', 'YES');
  if (method !== undefined) dataSet.set('DeidentificationMethod', method);
  dataSet.set('DeidentificationMethodCodeSequence', items);
  const full = chosen.has('retain-longitudinal-full-dates');
  const modified = chosen.has('retain-longitudinal-modified-dates');
  dataSet.set('LongitudinalTemporalInformationModified', full ? 'UNMODIFIED' : modified ? 'MODIFIED' : 'REMOVED');
  if (chosen.has('clean-pixel-data')) dataSet.set('BurnedInAnnotation', 'NO');
  if (chosen.has('clean-recognizable-visual-features')) dataSet.set('RecognizableVisualFeatures', 'NO');
}
