// Keys of a worklist query that an application entity only returns: empty, they match everything. PS3.4 C.2.2.2.3
import { type DataSet, parseTag } from '@concord/dicom';
import { stepSequence } from './attributes.ts';

/** The identifier with those keys empty, at its top and in its step. */
export function withoutMatching(identifier: DataSet, neverMatched: readonly string[]): DataSet {
  if (neverMatched.length === 0) return identifier;
  const tags = new Set(neverMatched.map((text) => parseTag(text)));
  const keys = identifier.clone();
  const places = [keys, ...keys.items(stepSequence)];
  for (const place of places)
    for (const { tag, length } of [...place.elements()]) if (tags.has(tag) && length !== 0) place.set(tag, null);
  return keys;
}
