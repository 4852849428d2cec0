// @concord/dicom/deidentify: the Basic Application Level Confidentiality Profile and its options. PS3.15 Annex E.

import { DataSet } from '../data-set.ts';
import { DicomError } from '../error.ts';
import { type DicomJson, fromJson, toJson } from '../json.ts';
import { formatTag } from '../tag.ts';
import { vrTraits } from '../vr.ts';
import { type Cleaning, cleanDataSet } from './clean.ts';
import { dummyValue } from './dummy.ts';
import { blankRegions, clearOverlayBits, type Region } from './pixels.ts';
import { type ConfidentialityOption, options as optionTable } from './profile.ts';
import { pseudonyms } from './pseudonym.ts';
import { findResidues, type Known, knownValues, type Residue } from './residual.ts';
import { typesOf } from './types.ts';

export { blankRegions, type Region } from './pixels.ts';
export type { ConfidentialityOption } from './profile.ts';
export type { Residue } from './residual.ts';

export interface DeidentifyOptions {
  /** What pseudonyms are derived from: the same secret makes the same UIDs, names and days. At least 16 random bytes, kept apart. */
  readonly secret: Uint8Array;
  /** Options of PS3.15 E.3; none by default. */
  readonly options?: readonly ConfidentialityOption[];
  /** Instead of the derived pseudonym, for Patient ID and Patient's Name. */
  readonly patient?: { readonly id?: string; readonly name?: string };
  /** Whole days to go back with `retain-longitudinal-modified-dates`; derived from the patient by default. */
  readonly daysBack?: number;
  /** For `clean-descriptors` and the like: similar text that identifies nobody, or undefined to take the value out. */
  readonly cleanText?: (text: string, path: string) => string | undefined;
  /** For `clean-pixel-data`: what to make black in native pixel data. */
  readonly regions?: readonly Region[];
  /** For `clean-pixel-data` and `clean-recognizable-visual-features`: that somebody has seen to it elsewhere. */
  readonly pixelsAreClean?: boolean;
  /** For `retain-safe-private`: whether a private element (its low byte, its group) identifies nobody. */
  readonly isSafePrivate?: (creator: string, element: number, group: number) => boolean;
  /** De-identification Method (0012,0063), besides the codes. */
  readonly method?: string;
}

/** What `reidentify` needs. It identifies the patient: keep it apart from the objects. Can be written as JSON. */
export interface ReidentificationMap {
  /** New UIDs to the original ones. */
  readonly uids: Readonly<Record<string, string>>;
  /** Elements of the top level as they were, where anything in them changed; pixel data is not kept. */
  readonly original: DicomJson;
  /** Tags that were not there before. */
  readonly added: readonly number[];
}

export interface Deidentified {
  readonly dataSet: DataSet;
  readonly map: ReidentificationMap;
  /** Where identifying values stood in attributes the profile leaves alone. They are taken out of `dataSet` as well. */
  readonly residues: readonly Residue[];
}

const pixelTags: ReadonlySet<number> = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);

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
    isSafePrivate: given.isSafePrivate ?? (() => false),
    uids: new Map(),
  };
  const dataSet = original.clone();
  clearOverlayBits(dataSet);
  if (chosen.has('clean-pixel-data')) blankRegions(dataSet, given.regions ?? []);
  cleanDataSet(dataSet, cleaning);
  const residues = takeOutResidues(dataSet, knownValues(original, cleaning.uids.values()), cleaning);
  mark(dataSet, chosen, given.method);
  return { dataSet, map: mapOf(original, dataSet, cleaning.uids), residues };
}

/** Known values may stand where nobody looks for them: in a description, a code meaning, a private text. */
function takeOutResidues(dataSet: DataSet, known: Known, { pseudonyms: names }: Cleaning): readonly Residue[] {
  const residues = findResidues(dataSet, known);
  for (const { path, kind } of residues) {
    const vr = dataSet.element(path)?.vr;
    const uids = dataSet.strings(path).map((uid) => (known.uids.has(uid) ? names.uid(uid) : uid));
    if (vr) dataSet.set(path, kind === 'uid' ? uids : dummyValue(vr), vr);
  }
  return residues;
}

/** What an object says of its own de-identification. PS3.15 E.1.1 step 6, E.3; PS3.16 CID 7050. */
function mark(dataSet: DataSet, chosen: ReadonlySet<ConfidentialityOption>, method: string | undefined): void {
  const used = (Object.keys(optionTable) as ConfidentialityOption[]).filter((option) => chosen.has(option));
  const codes = [
    { code: '113100', meaning: 'Basic Application Confidentiality Profile' },
    ...used.map((option) => optionTable[option]),
  ];
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

function mapOf(original: DataSet, dataSet: DataSet, uids: ReadonlyMap<string, string>): ReidentificationMap {
  const [before, after] = [toJson(withoutPixels(original)), toJson(withoutPixels(dataSet))];
  const changed = Object.entries(before).filter(([tag, value]) => JSON.stringify(value) !== JSON.stringify(after[tag]));
  const added = Object.keys(after).filter((tag) => !(tag in before));
  return {
    uids: Object.fromEntries(uids),
    original: Object.fromEntries(changed),
    added: added.map((tag) => Number.parseInt(tag, 16)),
  };
}

function withoutPixels(dataSet: DataSet): DataSet {
  const copy = dataSet.clone();
  for (const tag of pixelTags) copy.delete(tag);
  return copy;
}

/**
 * The data set as it was before `deidentify`, pixel data excepted. What others added since stays.
 * @throws DicomError `bad-json` for a map that is none; `bad-value` where it belongs to another object
 */
export function reidentify(dataSet: DataSet, map: ReidentificationMap): DataSet {
  const restored = dataSet.clone();
  const uid = dataSet.string('SOPInstanceUID');
  const before = fromJson(map.original);
  if (uid !== undefined && before.has('SOPInstanceUID') && map.uids[uid] !== before.string('SOPInstanceUID'))
    throw new DicomError('bad-value', -1, 'SOPInstanceUID', `the map is not of ${formatTag(0x00080018)} ${uid}`);
  for (const tag of map.added) restored.delete(tag);
  for (const { tag, vr } of before.elements()) {
    const items = before.items(tag);
    if (items.length > 0) restored.set(tag, items);
    else if (vrTraits(vr).kind === 'text') restored.set(tag, before.strings(tag), vr);
    else restored.set(tag, before.bytes(tag) ?? null, vr);
  }
  return restored;
}
