// Values that objects get when they come without: one entry of `incomingDefaults`.
import { BadValue, readAeTitle, readFields, within } from './kinds.ts';

/** Attributes that may be given a value on the way in. */
export const defaultedAttributes = [
  'PatientName',
  'PatientID',
  'IssuerOfPatientID',
  'PatientBirthDate',
  'StudyDate',
  'AccessionNumber',
  'Modality',
] as const;

export interface IncomingDefault {
  readonly attribute: (typeof defaultedAttributes)[number];
  /** What it gets where it is empty or absent. */
  readonly value: string;
  /** Only in objects of this calling AE title; absent: of all. */
  readonly from?: string;
}

/** Throws BadValue. */
export const readIncomingDefault = (value: unknown): IncomingDefault => {
  const fields = readFields(value, ['attribute', 'value', 'from']);
  const attribute = defaultedAttributes.find((each) => each === fields.get('attribute'));
  if (!attribute) throw new BadValue(`attribute must be one of ${defaultedAttributes.join(', ')}`);
  const text = fields.get('value');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  if (typeof text !== 'string' || text === '' || text.length > 64 || /[\\\u0000-\u001f]/.test(text))
    throw new BadValue('value must be 1 to 64 characters without backslash');
  if ((attribute === 'PatientBirthDate' || attribute === 'StudyDate') && !/^\d{8}$/.test(text))
    throw new BadValue(`value must be a date as YYYYMMDD, not ${JSON.stringify(text)}`);
  if (attribute === 'Modality' && !/^[A-Z0-9 _]{1,16}$/.test(text))
    throw new BadValue(`value must be a modality such as OT, not ${JSON.stringify(text)}`);
  if (attribute === 'AccessionNumber' && text.length > 16) throw new BadValue('value must have at most 16 characters');
  const from = fields.get('from');
  return {
    attribute,
    value: text,
    ...(from !== undefined && { from: within('from', () => readAeTitle(from)) }),
  };
};
