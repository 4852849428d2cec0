// Attributes of an object that is made here: one row says what is written, and what the statement tells of it. PS3.2 A.8.1.1
import type { BuiltAttribute } from '@concord/conformance';
import { DataSet, type Keyword, tagOf, type Value } from '@concord/dicom';

/** @template Facts what the object is made from */
export interface MadeAttribute<Facts> extends BuiltAttribute {
  readonly of: (facts: Facts) => Value | undefined;
}

export const row = <Facts>(
  keyword: Keyword,
  presence: BuiltAttribute['presence'],
  [source, value]: readonly [source: string, value: string],
  of: MadeAttribute<Facts>['of'],
): MadeAttribute<Facts> => ({ tag: tagOf(keyword), presence, value, source: [source], of });

const isEmpty = (value: Value | undefined): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** A data set of these rows. @throws TypeError where a value is missing that is always there */
export function filled<Facts>(rows: readonly MadeAttribute<Facts>[], facts: Facts): DataSet {
  const dataSet = new DataSet();
  for (const { tag, presence, of } of rows) {
    const value = of(facts);
    if (!isEmpty(value)) dataSet.set(tag, value ?? null);
    else if (presence === 'ALWAYS') throw new TypeError(`${tag.toString(16)} has no value`);
    else if (presence !== 'ANAP') dataSet.set(tag, null);
  }
  return dataSet;
}
