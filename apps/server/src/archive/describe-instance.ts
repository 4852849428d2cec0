// What the index keeps of an object, read from its header; and what is wrong with an object that cannot be kept.
import type { DataSet, PixelDataPlace } from '@concord/dicom';
import { foldPersonName, frameRanges, readable } from '@concord/dicom';
import { keptTogether } from './attributes.ts';
import { createKeeper } from './kept-values.ts';

/** Identity of a patient: (ID, issuer); where there is no ID, the study stands for it. */
export interface PatientIdentity {
  readonly patientId: string;
  readonly issuer: string;
  readonly namelessStudy: string;
}

export interface Identifiers {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
}

/** Why an object is not kept: offending tags and words for the Error Comment, at most 64 characters. */
export interface Objection {
  readonly comment: string;
  readonly offending: readonly number[];
}

const identifying = [
  ['sopClassUid', 0x00080016, 'SOP Class UID'],
  ['sopInstanceUid', 0x00080018, 'SOP Instance UID'],
  ['studyInstanceUid', 0x0020000d, 'Study Instance UID'],
  ['seriesInstanceUid', 0x0020000e, 'Series Instance UID'],
] as const;

/**
 * PS3.5 9.1, except that a component may begin with 0: such UIDs exist in archives, and none of them ever becomes a name here.
 */
export const isKeepableUid = (text: string): boolean => text.length <= 64 && /^[0-9]+(\.[0-9]+)*$/.test(text);

/** The four UIDs of a header; or what is wrong with them, or with what the request said of them. */
export function identify(
  header: DataSet,
  said: { readonly sopClassUid?: string | undefined; readonly sopInstanceUid?: string | undefined },
): Identifiers | Objection {
  const found = { sopClassUid: '', sopInstanceUid: '', studyInstanceUid: '', seriesInstanceUid: '' };
  for (const [name, tag, words] of identifying) {
    const value = header.string(tag);
    if (value === undefined) return { comment: `${words} is missing`, offending: [tag] };
    if (!isKeepableUid(value)) return { comment: `${words} is not a UID`, offending: [tag] };
    found[name] = value;
  }
  if (said.sopClassUid !== undefined && said.sopClassUid !== found.sopClassUid)
    return { comment: 'SOP Class UID differs from the request', offending: [0x00080016] };
  if (said.sopInstanceUid !== undefined && said.sopInstanceUid !== found.sopInstanceUid)
    return { comment: 'SOP Instance UID differs from the request', offending: [0x00080018] };
  return found;
}

/** As a database gives it back: a byte that is no character would be U+FFFD there, and the person another one. */
const text = (header: DataSet, keyword: string): string => readable(header.string(keyword) ?? '');

export const identityOf = (header: DataSet, studyInstanceUid: string): PatientIdentity => {
  const patientId = text(header, 'PatientID');
  return {
    patientId,
    issuer: text(header, 'IssuerOfPatientID'),
    namelessStudy: patientId === '' ? studyInstanceUid : '',
  };
};

const value = (header: DataSet, keyword: string): string => readable(header.strings(keyword).join('\\'));

/** DA as YYYYMMDD, also where it came in the ACR-NEMA form with dots; anything else as it is. PS3.5 6.2. */
const date = (header: DataSet, keyword: string): string =>
  text(header, keyword).replace(/^(\d{4})\.(\d\d)\.(\d\d)$/, '$1$2$3');

/** The three groups of a name, folded; '' for one that is not there. PS3.5 6.2.1. */
const foldedName = (header: DataSet, keyword: string) => {
  const [alphabetic = '', ideographic = '', phonetic = ''] = foldPersonName(text(header, keyword)).split('=');
  return { alphabetic, ideographic, phonetic };
};

const wholeNumber = (header: DataSet, keyword: string): number | null => {
  const number = header.number(keyword);
  return number !== undefined && Number.isSafeInteger(number) ? number : null;
};

const keepPatient = createKeeper(keptTogether('PATIENT'));
const keepStudy = createKeeper(keptTogether('STUDY'));
const keepSeries = createKeeper(keptTogether('SERIES'));
const keepImage = createKeeper(keptTogether('IMAGE'));

/** By what a person is told from another. */
export const describePerson = (header: DataSet) => ({
  name: value(header, 'PatientName'),
  birthDate: date(header, 'PatientBirthDate'),
  sex: value(header, 'PatientSex'),
});

export const describePatient = (header: DataSet) => ({
  ...describePerson(header),
  folded: foldedName(header, 'PatientName'),
  attributes: keepPatient(header),
});

export const describeStudy = (header: DataSet) => ({
  studyDate: date(header, 'StudyDate'),
  studyTime: value(header, 'StudyTime'),
  accessionNumber: value(header, 'AccessionNumber'),
  studyId: value(header, 'StudyID'),
  description: value(header, 'StudyDescription'),
  referring: foldedName(header, 'ReferringPhysicianName'),
  attributes: keepStudy(header),
});

export const describeSeries = (header: DataSet) => ({
  modality: text(header, 'Modality'),
  seriesNumber: wholeNumber(header, 'SeriesNumber'),
  attributes: keepSeries(header),
});

export type ImageDescription = ReturnType<typeof describeImage>;
export const describeImage = (header: DataSet) => ({
  instanceNumber: wholeNumber(header, 'InstanceNumber'),
  numberOfFrames: Math.max(1, wholeNumber(header, 'NumberOfFrames') ?? 1),
  rows: wholeNumber(header, 'Rows'),
  columns: wholeNumber(header, 'Columns'),
  attributes: keepImage(header),
});

/** Pixel data's place as a row keeps it: fragments lie one behind the other, so their lengths say where each is. */
export interface KeptPixelData {
  readonly tag: number;
  readonly vr: PixelDataPlace['vr'];
  readonly offset: number;
  /** Of native pixel data. */
  readonly length?: number;
  /** Of each native frame, where all are alike and begin at a byte. */
  readonly frameLength?: number;
  /** Of each fragment's value, the Basic Offset Table first. */
  readonly fragments?: readonly number[];
  /** How many fragments each frame takes, where that is not one for each. */
  readonly frames?: readonly number[];
}

/** Bytes of an item's tag and length before its value. PS3.5 A.4. */
const itemHeader = 8;

/** @param frames how many fragments each frame takes, where that is not one for each */
export function keepPixelData(place: PixelDataPlace, header: DataSet, frames?: readonly number[]): KeptPixelData {
  const { tag, vr, offset, length, fragments } = place;
  if (length === undefined)
    return { tag, vr, offset, fragments: fragments.map((fragment) => fragment.length), ...(frames && { frames }) };
  const frameLength = uniformLength(place, header);
  return { tag, vr, offset, length, ...(frameLength !== undefined && { frameLength }) };
}

function uniformLength(place: PixelDataPlace, header: DataSet): number | undefined {
  const frames = frameRanges(place, header).map(([run]) => run);
  const size = frames[0]?.length;
  const alike = frames.every(
    (run, index) => run?.length === size && run?.offset === place.offset + index * (size ?? 0),
  );
  return alike ? size : undefined;
}

export function restorePixelData({ tag, vr, offset, length, fragments = [] }: KeptPixelData): PixelDataPlace {
  let next = offset;
  const places = fragments.map((size) => {
    const place = { offset: next + itemHeader, length: size };
    next = place.offset + size;
    return place;
  });
  return { tag, vr, offset, length, fragments: places };
}
