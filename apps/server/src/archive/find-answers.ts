// From a row of the index to the data set that answers a query.
import { DataSet, isEncodable } from '@concord/dicom';
import type { Row, Value } from '../database/database.ts';
import type { Level } from './archive.ts';
import type { Asked, FindPlan } from './find-plan.ts';
import { gathered, parseKept, put, settable } from './kept-values.ts';

/** Names of the columns of a row: one per key with a column, one per level whose other attributes are needed. */
export const columnName = (asked: Asked): string => `k${asked.tag.toString(16)}`;
export const attributesName = (level: Level): string => `a_${level.toLowerCase()}`;

export const utf8 = 'ISO_IR 192';
// biome-ignore lint/suspicious/noControlCharactersInRegex: the default repertoire is what is meant
export const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);

/**
 * Carries the keys that were asked for, each with its value or empty. Text beyond ASCII comes in the character set of the
 * query where that has all of it, otherwise in UTF-8; (0008,0005) says which. PS3.4 C.4.1.1.3.2.
 */
export function createAnswers(plan: FindPlan, keys: DataSet) {
  const terms = keys.specificCharacterSet;
  const wanted = terms.some((name) => name !== '') ? terms : [];
  const opened = plan.opened.map((level) => [level, attributesName(level)] as const);
  const asked = plan.asked.map((key) => [key, columnName(key)] as const);
  const names = [...opened, ...asked].map(([, name]) => name);
  const write = (row: Row, characterSet: readonly string[]): DataSet => {
    const answer = new DataSet();
    if (characterSet.length > 0) answer.set('SpecificCharacterSet', characterSet);
    const kept = new Map(opened.map(([level, name]) => [level, parseKept(String(row[name]))]));
    for (const [key, name] of asked) {
      const { gathers } = key.attribute;
      const [item] = keys.items(key.tag);
      if (gathers) put(answer, key.tag, settable(gathered(String(row[name]), gathers), item));
      else if (key.attribute.column) put(answer, key.tag, columnValue(row[name] ?? null));
      else put(answer, key.tag, settable(kept.get(key.attribute.level)?.[key.keyword] ?? [], item));
    }
    if (answer.element(timezoneOffsetFromUtc)?.length === 0) answer.delete(timezoneOffsetFromUtc);
    return answer;
  };
  const isPlain = (row: Row): boolean => {
    for (const name of names) {
      const value = row[name];
      if (typeof value === 'string' && !isAscii(value)) return false;
    }
    return true;
  };
  return (row: Row): DataSet => {
    if (isPlain(row)) return write(row, []);
    const answer = write(row, [utf8]);
    return wanted.length > 0 && isEncodable(answer, wanted) ? write(row, wanted) : answer;
  };
}

/** A value of a column as a data set takes it. */
export const columnValue = (value: Value): string | number | null =>
  value === '' || value instanceof Uint8Array ? null : value;

/** Never sent without a value. PS3.4 C.4.1.1.3.2 */
export const timezoneOffsetFromUtc = 0x00080201;
