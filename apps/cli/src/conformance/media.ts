// Carries out `concord conformance medium`: reads the folder, prints what each profile finds.

import { checkMedium, folderMedium, type MediumReport } from '@concord/conformance';
import { CliError } from '../cli-error.ts';
import { counted } from '../counted.ts';
import { printable } from '../printable.ts';
import type { Surroundings } from '../surroundings.ts';

export interface MediumOptions {
  readonly profile: readonly string[];
  readonly format: 'text' | 'json';
}

const wrongWords = (count: number): string => (count === 0 ? 'nothing is wrong' : counted(count, 'finding'));

function textOf({ files, instances, findings, notes, profiles }: MediumReport): readonly string[] {
  const part = (name: string, lines: readonly string[]): readonly string[] => [
    `${name}: ${wrongWords(lines.length)}`,
    ...lines.map((line) => `  ${line}`),
  ];
  return [
    `${counted(instances, 'instance')} in ${counted(files, 'file')}`,
    ...part('Directory and files', findings),
    ...profiles.flatMap(({ profile, findings: wrong }) => part(profile, wrong)),
    ...notes.map((note) => `note: ${note}`),
  ];
}

/** Prints, and fails the command where something is wrong. @throws CliError where the folder cannot be read */
export async function measure(
  folder: string,
  { profile, format }: MediumOptions,
  surroundings: Surroundings,
): Promise<void> {
  const medium = await folderMedium(folder).catch((cause: unknown) => {
    throw new CliError('failed', `${folder} cannot be read: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  });
  const report = await checkMedium(medium, profile);
  if (format === 'json') surroundings.print(JSON.stringify(report, undefined, 2));
  else for (const line of textOf(report)) surroundings.print(printable(line));
  if (report.findings.length > 0 || report.profiles.some(({ findings }) => findings.length > 0)) surroundings.fail();
}
