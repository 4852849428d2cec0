// Keys of a query as typed: `PatientName=DOE*`, `StudyDate`, `0010,0020=123`, `RequestAttributesSequence[0].ScheduledProcedureStepID=1`.
import { DataSet, DicomError, formatTag, parseTag } from '@concord/dicom';
import { CliError } from './cli-error.ts';

/** One key: where, and the value to match; an empty value asks for the attribute. PS3.4 C.2.2.2. */
export interface Key {
  readonly path: string;
  readonly value: string;
}

/** @throws CliError `usage` when the attribute is neither a keyword nor a tag. */
export function parseKey(text: string): Key {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? '' : text.slice(equals + 1);
  const path = name
    .split('.')
    .map((step) => {
      const [, attribute = '', item = ''] = /^([^[\]]+)((?:\[\d{1,4}\])?)$/.exec(step) ?? [];
      const tag = parseTag(attribute);
      if (tag === undefined) throw new CliError('usage', `"${name}" is neither a keyword nor a tag such as 0010,0020`);
      return `${/^[0-9(]/.test(attribute) ? formatTag(tag).replace(/[(),]/g, '') : attribute}${item}`;
    })
    .join('.');
  return { path, value };
}

/**
 * The identifier of a request. Later keys replace earlier ones of the same attribute. Text beyond ASCII goes out in UTF-8.
 * @throws CliError `usage` when a value does not fit its attribute.
 */
export function identifier(keys: readonly Key[]): DataSet {
  const dataSet = new DataSet();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant
  if (keys.some(({ value }) => /[^\x00-\x7f]/.test(value))) dataSet.set('SpecificCharacterSet', 'ISO_IR 192');
  for (const { path, value } of keys)
    try {
      dataSet.set(path, value === '' ? null : value.split('\\'));
    } catch (error) {
      if (!(error instanceof DicomError)) throw error;
      throw new CliError('usage', `${path}=${value}: ${error.message}`, { cause: error });
    }
  return dataSet;
}

/** Collects a repeatable argument for commander. */
export const collectKeys = (text: string, before: readonly Key[] = []): readonly Key[] => [...before, parseKey(text)];
