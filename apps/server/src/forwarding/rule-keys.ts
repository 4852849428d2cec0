// The matching keys of a rule, and the states it can be in.
import { DataSet, parseTag } from '@concord/dicom';

export const ruleStates = ['on', 'paused', 'off'] as const;

/** The matching keys of a rule as a data set. Throws DicomError. */
export function keysOf(keys: Readonly<Record<string, string>>): DataSet {
  const dataSet = new DataSet();
  for (const [keyword, value] of Object.entries(keys)) {
    const tag = parseTag(keyword);
    if (tag !== undefined) dataSet.set(tag, value.split('\\'));
  }
  return dataSet;
}
