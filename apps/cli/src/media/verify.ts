// `concord media verify`: whether a file-set is whole, says the truth of its files, and conforms to Application Profiles. PS3.10, PS3.11

import { type ApplicationProfile, folderMedium, verifyFileSet } from '@concord/media';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { counted } from '../counted.ts';
import { progress } from '../progress.ts';
import type { Surroundings } from '../surroundings.ts';
import { profileNames, readProfile } from './profiles.ts';
import { findingLines, verdictLines } from './report.ts';

interface VerifyOptions {
  readonly profile?: ApplicationProfile;
  readonly json?: true;
}

const after = `
Every reference of the DICOMDIR is resolved, each file's own identification compared with its record, and its header with
the keys that the profiles demand.

Exit codes: 0 nothing is wrong (and the set conforms to the --profile), 1 something is, 2 wrong use.

Examples:
  concord media verify /media/cdrom
  concord media verify disc --profile STD-GEN-CD`;

/** The command. */
export const mediaVerify = (surroundings: Surroundings): Command =>
  new Command('verify')
    .description('checks a file-set: its DICOMDIR, its files, and the profiles it conforms to')
    .argument('<folder>', 'root of the medium, where the DICOMDIR is')
    .option('--profile <name>', `Application Profile to which the set must conform: ${profileNames}`, readProfile)
    .option('--json', 'one JSON object instead of words')
    .addHelpText('after', after)
    .action((folder: string, options: VerifyOptions) => verify(folder, options, surroundings));

async function verify(folder: string, { profile, json }: VerifyOptions, surroundings: Surroundings): Promise<void> {
  const { signal, print } = surroundings;
  const medium = await folderMedium(folder, signal).catch((cause: unknown) => {
    throw new CliError('usage', cause instanceof Error ? cause.message : String(cause), { cause });
  });
  const bar = progress(surroundings, medium.paths.length);
  const report = await verifyFileSet(medium, {
    ...(profile && { profiles: [profile] }),
    signal,
    progress: (done) => bar.show(done, 'files'),
  }).finally(bar.end);
  const { instances, findings, verdicts, fileSetId } = report;
  if (json) print(JSON.stringify({ fileSetId, instances, findings, profiles: verdicts }));
  else {
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    print(`${counted(instances, 'instance')}, ${counted(errors, 'error')}`);
    for (const line of [...findingLines(findings), ...verdictLines(verdicts)]) print(line);
  }
  const conforms = profile === undefined || verdicts.every((one) => one.conforms);
  if (!conforms || findings.some(({ severity }) => severity === 'error')) surroundings.fail();
}
