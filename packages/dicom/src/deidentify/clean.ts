// The actions of the profile on one data set and the items in it. PS3.15 E.1.1.

import type { Element } from '../content.ts';
import type { DataSet } from '../data-set.ts';
import { describeTag } from '../dictionary/dictionary.ts';
import { formatPath, type Step } from '../path.ts';
import { isGroupLength, isPrivate, isPrivateCreator } from '../tag.ts';
import type { Vr } from '../vr.ts';
import { dummyValue, emptyOut } from './dummy.ts';
import { type Action, actionFor, basicAction, type ConfidentialityOption } from './profile.ts';
import { type Pseudonyms, shiftDate, shiftDateTime } from './pseudonym.ts';
import { cleanContentValues, contentAction, contentSequences } from './structured-content.ts';
import type { TypeOf } from './types.ts';

/** What the actions are carried out with. */
export interface Cleaning {
  readonly options: ReadonlySet<ConfidentialityOption>;
  readonly pseudonyms: Pseudonyms;
  readonly typeOf: TypeOf;
  /** For Patient ID and Patient's Name. */
  readonly patient: { readonly id: string; readonly name: string };
  readonly daysBack: number;
  /** Similar text that identifies nobody; undefined to treat the attribute as the profile does without the option. */
  readonly cleanText: ((text: string, path: string) => string | undefined) | undefined;
  /** Whether a private element is known to identify nobody. */
  readonly isSafePrivate: (creator: string, element: number, group: number) => boolean;
  /** Content items name each other by position: none may be taken out. */
  readonly keepsPositions: boolean;
  /** New UIDs to the ones they stand for. */
  readonly uids: Map<string, string>;
}

const patientName = 0x00100010;
const patientId = 0x00100020;
/** Attributes that get the pseudonym of the patient wherever a value may stand. */
export const pseudonymous: ReadonlySet<number> = new Set([patientName, patientId]);
/** UID (0040,A124), the value of a UIDREF. */
const contentUid = 0x0040a124;
const pixelData: ReadonlySet<number> = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);

const graphicAnnotations = 0x00700001;
const freeText: ReadonlySet<Vr> = new Set<Vr>(['LO', 'LT', 'SH', 'ST', 'UC', 'UT']);

/** Carries out the profile on every element, from the top down. */
export function cleanDataSet(dataSet: DataSet, cleaning: Cleaning, steps: readonly Step[] = []): void {
  for (const element of [...dataSet.elements()]) {
    if (isPrivate(element.tag)) cleanPrivate(dataSet, element, cleaning, steps);
    else cleanElement(dataSet, element, cleaning, steps);
  }
  dropUnusedCreators(dataSet);
  dropEmptyOverlays(dataSet);
}

/** An overlay plane without its data is no overlay: the rest of its group goes too. PS3.3 C.9.2 */
function dropEmptyOverlays(dataSet: DataSet): void {
  const tags = [...dataSet.elements()].map(({ tag }) => tag).filter((tag) => tag >>> 24 === 0x60);
  for (const tag of tags) if (!dataSet.has(((tag & 0xffff0000) | 0x3000) >>> 0)) dataSet.delete(tag);
}

function cleanElement(dataSet: DataSet, element: Element, cleaning: Cleaning, steps: readonly Step[]): void {
  const { tag, vr } = element;
  const type = cleaning.typeOf(steps, tag);
  // What the dictionary does not have cannot be known to be harmless, and lengths of groups no longer hold.
  if (isGroupLength(tag) || (!describeTag(tag) && !pixelData.has(tag))) dataSet.delete(tag);
  else if (contentSequences.has(tag) && cleaning.options.has('clean-structured-content'))
    cleanContent(dataSet, tag, cleaning, steps);
  else if (isAnnotation(steps, vr) && cleaning.options.has('clean-graphics'))
    cleanAnnotation(dataSet, element, cleaning, steps);
  else apply(actionFor(tag, cleaning.options, type) ?? (vr === 'PN' ? 'D' : 'K'), dataSet, element, cleaning, steps);
}

/** Free text in a graphic annotation, which the table does not list by itself. PS3.15 E.3.3; PS3.3 C.10.5 */
const isAnnotation = ([step]: readonly Step[], vr: Vr): boolean => step?.tag === graphicAnnotations && freeText.has(vr);

function cleanAnnotation(dataSet: DataSet, { tag, vr }: Element, cleaning: Cleaning, steps: readonly Step[]): void {
  const cleaned = dataSet
    .strings(tag)
    .map((text) => cleaning.cleanText?.(text, formatPath(steps, tag)) ?? 'ANONYMIZED');
  if (cleaned.length > 0) dataSet.set(tag, cleaned, vr);
}

function descend(dataSet: DataSet, tag: number, cleaning: Cleaning, steps: readonly Step[]): void {
  for (const [item, inside] of dataSet.items(tag).entries()) cleanDataSet(inside, cleaning, [...steps, { tag, item }]);
}

/** Content items: what the table of concepts takes out goes with all below it; the values of the others are cleaned. PS3.15 E.3.4 */
function cleanContent(dataSet: DataSet, tag: number, cleaning: Cleaning, steps: readonly Step[]): void {
  const { options, keepsPositions } = cleaning;
  const kept: DataSet[] = [];
  for (const [item, inside] of dataSet.items(tag).entries()) {
    const before = inside.clone();
    const action = contentAction(before, options);
    if (action === 'X' && !keepsPositions) continue;
    const below = [...steps, { tag, item }];
    const keptUids = action === 'K' ? before.strings(contentUid) : [];
    if (keptUids.length > 0) inside.delete(contentUid);
    cleanDataSet(inside, cleaning, below);
    if (keptUids.length > 0) inside.set(contentUid, keptUids, 'UI');
    cleanContentValues(inside, before, action, options, (value, vr) =>
      cleanOne(value, vr, formatPath(below), cleaning),
    );
    kept.push(inside);
  }
  if (kept.length < dataSet.items(tag).length) dataSet.set(tag, kept.length > 0 ? kept : null, 'SQ');
}

/** The VR to write a replacement in: that of the dictionary where the object says UN. */
const vrOf = ({ tag, vr }: Element): Vr => (vr === 'UN' ? (describeTag(tag)?.vr[0] ?? vr) : vr);

function apply(action: Action, dataSet: DataSet, element: Element, cleaning: Cleaning, steps: readonly Step[]): void {
  const { tag } = element;
  const vr = vrOf(element);
  if (element.items || vr === 'SQ') {
    applyToSequence(action, dataSet, tag, cleaning, steps);
    return;
  }
  switch (action) {
    case 'K':
      return;
    case 'X':
      dataSet.delete(tag);
      return;
    case 'U':
      remapUids(dataSet, tag, cleaning);
      return;
    case 'Z':
      dataSet.set(tag, replacement(tag, cleaning) ?? null, vr);
      return;
    case 'D':
      if (vr === 'UI') remapUids(dataSet, tag, cleaning);
      else dataSet.set(tag, replacement(tag, cleaning) ?? dummyValue(vr), vr);
      return;
    case 'C':
      cleanValue(dataSet, element, cleaning, steps);
  }
}

function applyToSequence(
  action: Action,
  dataSet: DataSet,
  tag: number,
  cleaning: Cleaning,
  steps: readonly Step[],
): void {
  if (action === 'X') dataSet.delete(tag);
  else if (action === 'Z') dataSet.set(tag, null, 'SQ');
  else if (action === 'D') for (const item of dataSet.items(tag)) emptyOut(item);
  else descend(dataSet, tag, cleaning, steps);
}

function replacement(tag: number, { patient }: Cleaning): string | undefined {
  if (tag === patientName) return patient.name;
  return tag === patientId ? patient.id : undefined;
}

/** The values of a UID element, also where the object says its VR is UN. */
function uidsIn(dataSet: DataSet, tag: number): readonly string[] {
  if (dataSet.element(tag)?.vr !== 'UN') return dataSet.strings(tag);
  const text = String.fromCharCode(...(dataSet.bytes(tag)?.subarray(0, 4096) ?? []));
  return text.replace(/[ \0]+$/, '').split('\\');
}

/** A new UID for each that names something of the patient's; UIDs of the standard itself are no names of instances. */
export function remapUids(dataSet: DataSet, tag: number, { pseudonyms, uids }: Cleaning): void {
  const values = uidsIn(dataSet, tag).map((uid) => {
    if (uid === '' || uid.startsWith('1.2.840.10008.')) return uid;
    const replaced = pseudonyms.uid(uid);
    uids.set(replaced, uid);
    return replaced;
  });
  if (values.length > 0) dataSet.set(tag, values, 'UI');
}

/** Dates go back by the patient's days; text goes through the cleaner; what can be neither is treated as without the option. */
function cleanValue(dataSet: DataSet, element: Element, cleaning: Cleaning, steps: readonly Step[]): void {
  const { tag, vr } = element;
  const path = formatPath(steps, tag);
  const values = dataSet.strings(tag).map((value) => cleanOne(value, vr, path, cleaning));
  if (vr === 'TM' && cleaning.options.has('retain-longitudinal-modified-dates')) return;
  const cleaned = values.filter((value) => value !== undefined);
  if (cleaned.length === values.length && values.length > 0) dataSet.set(tag, cleaned, vr);
  else apply(basicAction(tag, cleaning.typeOf(steps, tag)), dataSet, element, cleaning, steps);
}

function cleanOne(value: string, vr: Vr, path: string, { daysBack, cleanText, options }: Cleaning): string | undefined {
  if (value === '') return '';
  if (vr === 'DA' || vr === 'DT') {
    if (!options.has('retain-longitudinal-modified-dates')) return undefined;
    return vr === 'DA' ? shiftDate(value, daysBack) : shiftDateTime(value, daysBack);
  }
  return cleanText?.(value, path);
}

function creatorOf(dataSet: DataSet, tag: number): string {
  return dataSet.string(((tag & 0xffff0000) | ((tag >>> 8) & 0xff)) >>> 0) ?? '';
}

/** Private elements go, but for those of the safe list; what a safe sequence holds follows the same rules. PS3.15 E.3.10 */
function cleanPrivate(dataSet: DataSet, { tag, vr }: Element, cleaning: Cleaning, steps: readonly Step[]): void {
  if (isPrivateCreator(tag)) return;
  const creator = creatorOf(dataSet, tag);
  const asked = cleaning.options.has('retain-safe-private') && creator !== '';
  if (!asked || !cleaning.isSafePrivate(creator, tag & 0xff, tag >>> 16)) dataSet.delete(tag);
  else if (vr === 'SQ') descend(dataSet, tag, cleaning, steps);
}

function dropUnusedCreators(dataSet: DataSet): void {
  const tags = [...dataSet.elements()].map(({ tag }) => tag);
  for (const tag of tags.filter(isPrivateCreator)) {
    const block = (tag & 0xff) << 8;
    const used = tags.some((other) => other >>> 16 === tag >>> 16 && (other & 0xff00) === block && other !== tag);
    if (!used) dataSet.delete(tag);
  }
}
