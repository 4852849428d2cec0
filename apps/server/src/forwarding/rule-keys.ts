// The matching keys of a rule, the states it can be in, and how far it reaches.
import { DataSet, parseTag } from '@concord/dicom';

export const ruleStates = ['on', 'paused', 'off'] as const;

/** What goes along with objects that a rule holds for: the last, all of their study. */
export const takeAlongs = ['nothing', 'referring', 'study'] as const;

/** The matching keys of a rule as a data set. Throws DicomError. */
export function keysOf(keys: Readonly<Record<string, string>>): DataSet {
  const dataSet = new DataSet();
  for (const [keyword, value] of Object.entries(keys)) {
    const tag = parseTag(keyword);
    if (tag !== undefined) dataSet.set(tag, value.split('\\'));
  }
  return dataSet;
}
