// What a filter makes of a data set: attributes that are left out or set, at its top, in items of sequences, or wherever they are.
import { type DataSet, isPrivate, reencode, textCodec } from '@concord/dicom';
import type { AttributeFilter } from '../settings/attribute-filters.ts';
import type { FilterPlace } from '../settings/filter-places.ts';

/** The data set, changed; a copy in UTF-8 where its character set has no room for what is set. */
export function filteredValues(given: DataSet, { remove, set, privateElements }: AttributeFilter): DataSet {
  const dataSet = withRoom(given, set);
  withoutOriginals(dataSet, [...remove, ...set.map(({ place }) => place)]);
  for (const place of remove) for (const found of dataSetsAt(dataSet, place)) found.delete(place.tag);
  // At every depth it replaces what is there: most items have no use for it.
  for (const { place, value } of set)
    for (const found of dataSetsAt(dataSet, place))
      if (!place.everywhere || found.has(place.tag)) found.set(place.tag, value === '' ? null : value.split('\\'));
  if (privateElements === 'remove') withoutPrivate(dataSet);
  return dataSet;
}

/** Items may have a character set of their own. PS3.3 C.12.1.1.2 */
function withRoom(dataSet: DataSet, set: AttributeFilter['set']): DataSet {
  if (set.every(({ value }) => isPlain.test(value))) return dataSet;
  const inUse = new Map(
    [...everyDataSet(dataSet)].map((each) => [each.specificCharacterSet.join(), each.specificCharacterSet]),
  );
  const codecs = [...inUse.values()].map((terms) => textCodec(terms));
  const fits = set.every(({ value }) => codecs.every((codec) => codec.unencodable(value, 'LO').length === 0));
  return fits ? dataSet : reencode(dataSet, 'ISO_IR 192');
}

/** Characters of every character set. */
const isPlain = /^[ -~]*$/u;

/** This one and each item within it, at any depth. */
function* everyDataSet(dataSet: DataSet): Generator<DataSet> {
  yield dataSet;
  for (const { tag, items } of [...dataSet.elements()])
    if (items) for (const item of dataSet.items(tag)) yield* everyDataSet(item);
}

/** Where the attribute belongs by its place. */
function dataSetsAt(dataSet: DataSet, { sequences, everywhere }: FilterPlace): Iterable<DataSet> {
  if (everywhere) return everyDataSet(dataSet);
  return sequences.reduce<readonly DataSet[]>((found, tag) => found.flatMap((each) => each.items(tag)), [dataSet]);
}

/** What a correction has replaced is the same attribute: its earlier value does not go out either. PS3.3 C.12.1.1.9.1 */
function withoutOriginals(dataSet: DataSet, places: readonly FilterPlace[]): void {
  const tags = new Set(places.map(({ tag }) => tag));
  for (const each of everyDataSet(dataSet))
    for (const original of each.items('OriginalAttributesSequence')) {
      for (const modified of original.items('ModifiedAttributesSequence'))
        for (const within of everyDataSet(modified)) for (const tag of tags) within.delete(tag);
      withoutNonconforming(original, tags);
    }
}

/** Values that could not be kept as elements stand beside the number of their attribute, as bytes. */
function withoutNonconforming(original: DataSet, tags: ReadonlySet<number>): void {
  const items = original.items('NonconformingModifiedAttributesSequence');
  const others = items.filter((item) => !item.tags('SelectorAttribute').some((tag) => tags.has(tag)));
  if (others.length < items.length) original.set('NonconformingModifiedAttributesSequence', others);
}

/** At any depth: an item of a sequence of the standard may have some too. */
function withoutPrivate(dataSet: DataSet): void {
  for (const each of everyDataSet(dataSet))
    for (const { tag } of [...each.elements()]) if (isPrivate(tag)) each.delete(tag);
}
