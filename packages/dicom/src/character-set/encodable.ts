// Whether a data set can be written in a character set: before it is said in (0008,0005), since text is encoded only when it is written. PS3.5 6.1
import type { DataSet } from '../data-set.ts';
import { type TextCodec, textCodec } from './text-codec.ts';

const holds = (dataSet: DataSet, codec: TextCodec): boolean =>
  [...dataSet.elements()].every(({ tag, vr }) =>
    vr === 'SQ'
      ? dataSet.items(tag).every((item) => holds(item, codec))
      : dataSet.strings(tag).every((value) => codec.unencodable(value, vr).length === 0),
  );

/** True where the terms are known, and have every character of the texts of the data set and its items. */
export function isEncodable(dataSet: DataSet, terms: readonly string[]): boolean {
  const codec = textCodec(terms);
  return codec.unknownTerms.length === 0 && holds(dataSet, codec);
}
