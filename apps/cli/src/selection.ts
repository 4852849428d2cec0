// What a retrieval asks for: patients, studies, series or instances by their identifiers. PS3.4 C.4.2.1.4, C.4.3.1.3.
import { type DataSet, isUid } from '@concord/dicom';
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { type Key, parseKey } from './keys.ts';

export interface Selection {
  readonly patient?: string;
  readonly study?: string;
  readonly series?: string;
  readonly instance?: string;
}

/** Adds the options to a command. Several identifiers of the lowest level are separated by commas. */
export const withSelection = (command: Command): Command =>
  command
    .option('--patient <id>', 'Patient ID')
    .option('--study <uid>', 'Study Instance UID')
    .option('--series <uid>', 'Series Instance UID')
    .option('--instance <uid>', 'SOP Instance UID');

const levels = [
  { option: 'instance', level: 'IMAGE', keyword: 'SOPInstanceUID' },
  { option: 'series', level: 'SERIES', keyword: 'SeriesInstanceUID' },
  { option: 'study', level: 'STUDY', keyword: 'StudyInstanceUID' },
  { option: 'patient', level: 'PATIENT', keyword: 'PatientID' },
] as const;

/**
 * The keys of the request: Query/Retrieve Level first, then the identifiers given.
 * @throws CliError `usage` when nothing is selected or a UID is none.
 */
export function selectionKeys(selection: Selection): readonly Key[] {
  const given = levels.filter(({ option }) => selection[option] !== undefined);
  const [lowest] = given;
  if (!lowest) throw new CliError('usage', 'say what to retrieve: --patient, --study, --series or --instance');
  return [
    parseKey(`QueryRetrieveLevel=${lowest.level}`),
    ...given.map(({ option, keyword }) => {
      const values = (selection[option] ?? '').split(',').map((value) => value.trim());
      const wrong = option === 'patient' ? undefined : values.find((value) => !isUid(value));
      if (wrong !== undefined) throw new CliError('usage', `--${option}: "${wrong}" is no UID`);
      return { path: keyword, value: values.join('\\') };
    }),
  ];
}

/** Whether an object is of what was selected; a level that was not named takes any. */
export const isSelected = (selection: Selection, header: DataSet): boolean =>
  levels.every(({ option, keyword }) => {
    const wanted = option === 'patient' ? undefined : selection[option]?.split(',').map((value) => value.trim());
    return !wanted || wanted.includes(header.string(keyword) ?? '');
  });
