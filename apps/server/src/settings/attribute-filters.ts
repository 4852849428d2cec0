// What peers get otherwise than it is stored: named filters, one entry of `attributeFilters` each.
import { DataSet, DicomError, describeTag, writeDataSet } from '@concord/dicom';
import { type ConfidentialityOption, confidentialityOptions } from '@concord/dicom/deidentify';
import { type FilterPlace, readPlace } from './filter-places.ts';
import { BadValue, readFields, within } from './kinds.ts';
import type { ConfiguredPeer } from './peers.ts';

export interface AttributeFilter {
  readonly name: string;
  /** What is left out. */
  readonly remove: readonly FilterPlace[];
  /** What gets another value; '' empties it. */
  readonly set: readonly { readonly place: FilterPlace; readonly value: string }[];
  readonly privateElements: 'keep' | 'remove';
  /** Options of PS3.15 E.3 beside the basic profile; undefined: it is not de-identified. */
  readonly deidentify?: readonly ConfidentialityOption[];
}

const readList = (value: unknown): readonly unknown[] => {
  if (!Array.isArray(value) || value.length > 1000) throw new BadValue('must be a list of at most 1000 entries');
  return value;
};

const readValues = (value: unknown): AttributeFilter['set'] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadValue('must be an object of attributes and values');
  return Object.entries(value).map(([name, text]) => {
    const place = readPlace(name);
    if (typeof text !== 'string' || text.length > 1024) throw new BadValue(`${name} must be text`);
    if (describeTag(place.tag)?.vr.includes('SQ')) throw new BadValue(`${name} is a sequence`);
    if (isControlled.test(text) || !canHave(place, text))
      throw new BadValue(`${name} cannot be ${JSON.stringify(text)}`);
    return { place, value: text };
  });
};

/** Characters that no text has; a line may end in those that count. PS3.5 6.1.3 */
const isControlled = /[^\P{Cc}\t\n\f\r]/u;

/** Whether it can be written at all: else each object would fail on its way. */
function canHave({ tag }: FilterPlace, text: string): boolean {
  const dataSet = new DataSet();
  dataSet.set('SpecificCharacterSet', 'ISO_IR 192');
  try {
    dataSet.set(tag, text === '' ? null : text.split('\\'));
    writeDataSet(dataSet, '1.2.840.10008.1.2.1');
    return true;
  } catch (error) {
    if (error instanceof DicomError) return false;
    throw error;
  }
}

const isOption = (value: unknown): value is ConfidentialityOption =>
  typeof value === 'string' && Object.hasOwn(confidentialityOptions, value);

/** Those that need a person beside each object. */
const attended = ['clean-pixel-data', 'clean-recognizable-visual-features', 'clean-descriptors', 'clean-graphics'];

const readOption = (value: unknown): ConfidentialityOption => {
  if (!isOption(value) || attended.includes(value))
    throw new BadValue(`${JSON.stringify(value)} is no option of de-identification that works by itself`);
  return value;
};

const readPrivate = (value: unknown): AttributeFilter['privateElements'] => {
  if (value !== 'keep' && value !== 'remove') throw new BadValue('must be keep or remove');
  return value;
};

/** Throws BadValue. */
export const readAttributeFilter = (value: unknown): AttributeFilter => {
  const fields = readFields(value, ['name', 'remove', 'set', 'privateElements', 'deidentify']);
  const name = fields.get('name');
  if (typeof name !== 'string' || !/^[^\p{Cc}]{1,64}$/u.test(name))
    throw new BadValue('name must be 1 to 64 characters');
  const { remove = [], set = {}, privateElements = 'keep', deidentify } = Object.fromEntries(fields);
  return {
    name,
    remove: within('remove', () => readList(remove).map(readPlace)),
    set: within('set', () => readValues(set)),
    privateElements: within('privateElements', () => readPrivate(privateElements)),
    ...(deidentify !== undefined && { deidentify: within('deidentify', () => readList(deidentify).map(readOption)) }),
  };
};

/** What is wrong with the filters that peers name: by a mistake more would go out than was meant. Undefined where nothing is. */
export function filterFault(
  peers: readonly Pick<ConfiguredPeer, 'aeTitle' | 'filter' | 'notification'>[],
  filters: readonly AttributeFilter[],
): string | undefined {
  for (const { aeTitle, filter: name, notification } of peers) {
    const filter = filters.find((each) => each.name === name);
    if (name !== undefined && !filter) return `${aeTitle} has the filter ${name}, which is not among attributeFilters`;
    if (notification === 'study complete' && filter?.deidentify && !filter.deidentify.includes('retain-uids'))
      return `${aeTitle} gets objects without identity, and a notification would name them by the UIDs they have here`;
  }
  return undefined;
}
