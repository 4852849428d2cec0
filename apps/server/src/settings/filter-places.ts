// Where in a data set a filter works: `PatientName` at its top, `RequestAttributesSequence.AccessionNumber` in each item, `*.PatientName` at every depth.
import { describeTag, isPrivate, keywordOf, parseTag, type Tag } from '@concord/dicom';
import { BadValue } from './kinds.ts';

export interface FilterPlace {
  readonly tag: Tag;
  /** Its keyword. */
  readonly keyword: string;
  /** Into each item of these, one within the other. */
  readonly sequences: readonly Tag[];
  /** At the top and in each item of each sequence, however deep. */
  readonly everywhere: boolean;
}

const anyDepth = '*.';

/** Without these an object is no object, or another one. */
const untouchable = [
  ...['SOPClassUID', 'SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID', 'SpecificCharacterSet'],
  ...['PixelData', 'Rows', 'Columns', 'BitsAllocated', 'SamplesPerPixel', 'PhotometricInterpretation'],
];

const isSequence = (tag: Tag): boolean => describeTag(tag)?.vr.includes('SQ') === true;

/** Throws BadValue. */
export function readPlace(value: unknown): FilterPlace {
  const shown = JSON.stringify(value);
  if (typeof value !== 'string' || value.length > 1024) throw new BadValue(`${shown} is no attribute`);
  if (value.includes('[')) throw new BadValue(`${shown}: a filter works in each item, and names none`);
  const everywhere = value.startsWith(anyDepth);
  const tags = (everywhere ? value.slice(anyDepth.length) : value).split('.').map(attributeTag);
  const tag = tags.pop();
  const keyword = tag === undefined ? undefined : keywordOf(tag);
  if (tag === undefined || keyword === undefined) throw new BadValue(`${shown} is no attribute`);
  const sequences = tags.filter((each) => each !== undefined);
  if (sequences.length < tags.length || !sequences.every(isSequence))
    throw new BadValue(`${shown}: only sequences have items`);
  if (everywhere && sequences.length > 0) throw new BadValue(`${shown}: behind *. comes one attribute`);
  if (untouchable.includes(keyword)) throw new BadValue(`${keyword} cannot be changed by a filter`);
  return { tag, keyword, sequences, everywhere };
}

/** Of an attribute of the standard that is in data sets. */
function attributeTag(text: string): Tag | undefined {
  const tag = parseTag(text);
  return tag === undefined || isPrivate(tag) || tag < 0x0008_0000 ? undefined : tag;
}

/** For people: where it is, behind the name of the attribute. */
export function toldPlace({ sequences, everywhere }: FilterPlace): string {
  if (everywhere) return 'at every depth';
  const names = sequences.map((tag) => describeTag(tag)?.name ?? '');
  return names.length === 0 ? '' : `in each item of ${names.join(', in each item of ')}`;
}
