// Keys that must have a value and have none in an instance: supplied in the directory only. PS3.11 Note to Table D.3-2
import type { DataSet } from '@concord/dicom';
import { hasValue } from './record-keys.ts';
import { keysOf } from './record-types.ts';

/** A value that stands in the directory and not in the instance. */
export interface Supplied {
  /** The record: its type, and the File ID of the first instance at or below it. */
  readonly place: string;
  readonly keyword: string;
  readonly value: string;
}

/** When the set is made: stands where an instance has no date at all. PS3.5 DA, TM */
export interface Made {
  readonly date: string;
  readonly time: string;
}

/** From where a date or time may be taken, the nearest first. */
const dates = ['StudyDate', 'SeriesDate', 'AcquisitionDate', 'ContentDate', 'InstanceCreationDate'];
const times = ['StudyTime', 'SeriesTime', 'AcquisitionTime', 'ContentTime', 'InstanceCreationTime'];

/** Where words that say nothing would say something. */
const modest: Readonly<Record<string, string>> = {
  Modality: 'OT',
  CompletionFlag: 'PARTIAL',
  VerificationFlag: 'UNVERIFIED',
};

/** What a value is made from. */
export interface Circumstances {
  /** The instance at or below the record. */
  readonly header: DataSet;
  /** The record's number among its like, from 1. */
  readonly number: number;
  readonly made: Made;
  /** For a patient without one. */
  readonly patientId?: string | undefined;
}

const firstOf = (header: DataSet, keywords: readonly string[]): string | undefined =>
  keywords.map((keyword) => header.string(keyword)).find((value) => value !== undefined);

/** A value for a key; undefined for sequences and numbers of pixels, which cannot be made up. */
function valueFor(keyword: string, vr: string, { header, number, made, patientId }: Circumstances): string | undefined {
  const said = keyword === 'PatientID' ? patientId : modest[keyword];
  if (said !== undefined) return said;
  switch (vr) {
    case 'DA':
      return firstOf(header, dates) ?? made.date;
    case 'TM':
      return firstOf(header, times) ?? made.time;
    case 'DT':
      return `${made.date}${made.time}`;
    case 'IS':
      return String(number);
    case 'SH':
    case 'LO':
    case 'CS':
    case 'PN':
      return keyword === 'StudyID' ? String(number) : 'UNKNOWN';
    default:
      return undefined;
  }
}

/** Fills the keys of a record that must have a value; returns what was supplied. */
export function supplyKeys(
  type: string,
  keys: DataSet,
  circumstances: Circumstances,
): readonly Omit<Supplied, 'place'>[] {
  const supplied: Omit<Supplied, 'place'>[] = [];
  for (const { keyword, type: need } of keysOf(type)) {
    if (need === '2' && !keys.has(keyword)) keys.set(keyword, null);
    if (need !== '1' || hasValue(keys, keyword)) continue;
    keys.set(keyword, null);
    const value = valueFor(keyword, keys.element(keyword)?.vr ?? '', circumstances);
    if (value === undefined) continue;
    keys.set(keyword, value);
    supplied.push({ keyword, value });
  }
  return supplied;
}
