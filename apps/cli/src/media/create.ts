// `concord media create`: a file-set from files, folders, or a study of a running server. PS3.10 6.4 (FSC)
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDate, formatTime, newUid } from '@concord/dicom';
import {
  type ApplicationProfile,
  type FileSetPlan,
  folderMedium,
  type MediaSource,
  planFileSet,
  verifyFileSet,
  type Writer,
  writeFileSet,
} from '@concord/media';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { progress } from '../progress.ts';
import { type ServerOptions, withServer } from '../running-server.ts';
import { configurationOf } from '../stores.ts';
import type { Surroundings } from '../surroundings.ts';
import { conformingSources } from './conform.ts';
import { fetchStudy } from './fetch-study.ts';
import { profileNames, readProfile } from './profiles.ts';
import { type CreationReport, createdLines } from './report.ts';
import { localSources } from './sources.ts';

interface CreateOptions extends ServerOptions {
  readonly out: string;
  readonly profile?: ApplicationProfile;
  readonly conform?: true;
  readonly strict?: true;
  readonly id?: string;
  readonly title?: string;
  readonly study?: string;
  readonly config?: string;
  readonly plan?: true;
  readonly verify: boolean;
  readonly json?: true;
}

const after = `
Instances are written as they are; the folder must be empty or not there, and gets a DICOMDIR last. It is told beforehand
to which Application Profiles the set will conform, and why not to the others; with --profile nothing is written unless it
conforms to that one. What the directory must say and an instance does not is supplied in the directory alone, and listed.
Afterwards every file is read back and compared. The folder is brought onto a medium by the means of the operating system:
the names fit ISO 9660 Level 1.

Exit codes: 0 written and verified, 1 a file was left out, the set does not conform or is not what was written, 2 wrong use.

Examples:
  concord media create --out /media/stick study/
  concord media create --out disc --profile STD-GEN-CD --conform --id CONCORD_0001 study/
  concord media create --out disc --study 1.2.840.1 --server http://pacs:8080`;

/** The command. */
export const mediaCreate = (surroundings: Surroundings): Command =>
  withServer(new Command('create'))
    .description('writes a file-set with its DICOMDIR into a folder')
    .argument('[paths...]', 'files, and folders with everything in them')
    .requiredOption('-o, --out <folder>', 'where the file-set goes: a folder that is empty or not there')
    .option('--profile <name>', `Application Profile to which the set must conform: ${profileNames}`, readProfile)
    .option('--conform', 'with --profile: converts copies of what is in another transfer syntax')
    .option('--strict', 'refuses instances of classes that are not in the standard, before anything is written')
    .option('--id <name>', 'File-set ID: up to 16 of A-Z, 0-9 and _ (default: none)')
    .option('--title <ae>', 'Source Application Entity Title of the files (default: the setting mediaAeTitle)')
    .option('--study <uid>', 'a study of a running server, instead of paths')
    .option('--config <file>', 'configuration file (default: CONCORD_CONFIG)')
    .option('--plan', 'tells what would be written, and writes nothing')
    .option('--no-verify', 'does not read back what was written')
    .option('--json', 'one JSON object instead of words')
    .addHelpText('after', after)
    .action((paths: readonly string[], options: CreateOptions) => create(paths, options, surroundings));

/** Who writes, by the configuration. @throws CliError `usage` where it creates no file-sets */
async function writerOf({ config, title, profile }: CreateOptions, surroundings: Surroundings): Promise<Writer> {
  const configuration = await configurationOf({ ...(config !== undefined && { config }) }, surroundings);
  const { mediaWriter, profilesInRole } = await import('@concord/server/media');
  const created = profilesInRole(configuration, 'FSC');
  if (created.length === 0) throw new CliError('usage', 'by the setting mediaProfiles no file-set is created here');
  if (profile && !created.includes(profile))
    throw new CliError('usage', `by the setting mediaProfiles no set of ${profile.id} is created here`);
  const writer = mediaWriter(configuration);
  if (title === undefined) return writer;
  if (!/^[\x21-\x5b\x5d-\x7e][\x20-\x5b\x5d-\x7e]{0,15}$/.test(title))
    throw new CliError('usage', `"${title}" is no AE title`);
  return { ...writer, sourceApplicationEntityTitle: title };
}

interface Gathered {
  readonly sources: readonly MediaSource[];
  readonly passedBy: number;
  readonly failed: readonly string[];
}

async function gather(paths: readonly string[], options: CreateOptions, folder: string, surroundings: Surroundings) {
  const { study, profile, conform } = options;
  if ((study === undefined) === (paths.length === 0))
    throw new CliError('usage', 'say what is written: paths, or --study');
  if (conform && !profile) throw new CliError('usage', '--conform needs a --profile to conform to');
  const from = study === undefined ? paths : [await fetchStudy(study, join(folder, 'fetched'), options, surroundings)];
  const local = await localSources(from);
  if (!conform || !profile) return local;
  const converted = await conformingSources(local.sources, profile, join(folder, 'converted'), surroundings);
  return { ...local, sources: converted.sources, failed: [...local.failed, ...converted.failed] };
}

async function planned({ sources }: Gathered, writer: Writer, { id = '' }: CreateOptions, surroundings: Surroundings) {
  const now = new Date();
  const bar = progress(surroundings, sources.length);
  try {
    return await planFileSet(sources, {
      fileSetId: id,
      fileSetUid: newUid(randomBytes(16)),
      writer,
      made: madeAt(now),
      signal: surroundings.signal,
      progress: (done) => bar.show(done, 'read'),
    });
  } finally {
    bar.end();
  }
}

/** Local date and time as DA and TM. PS3.5 6.2 */
function madeAt(now: Date) {
  const date = formatDate({ year: now.getFullYear(), month: now.getMonth() + 1, day: now.getDate() });
  const time = formatTime({ hour: now.getHours(), minute: now.getMinutes(), second: now.getSeconds(), fraction: '' });
  return { date, time };
}

/** Why nothing may be written; undefined where it may. */
function refusal({ verdicts, findings }: FileSetPlan, { profile, strict }: CreateOptions): string | undefined {
  const verdict = verdicts.find((one) => one.profile === profile?.id);
  if (verdict && !verdict.conforms) return `the set does not conform to ${verdict.profile}: nothing was written`;
  const unknown = findings.filter(({ fault }) => fault === 'unknown-class');
  if (strict && unknown.length > 0) return `${unknown.map(({ text }) => text).join('\n')}\nnothing was written`;
  return undefined;
}

async function writeAndVerify(plan: FileSetPlan, { out, verify }: CreateOptions, surroundings: Surroundings) {
  const { signal } = surroundings;
  const bar = progress(surroundings, plan.files.length + 1);
  try {
    const written = await writeFileSet(plan, out, { signal, progress: (done) => bar.show(done, 'written') });
    if (!verify) return { written };
    const medium = await folderMedium(out, signal);
    const { digests } = written;
    const report = await verifyFileSet(medium, { digests, signal, progress: (done) => bar.show(done, 'verified') });
    return { written, verified: report };
  } finally {
    bar.end();
  }
}

async function create(paths: readonly string[], options: CreateOptions, surroundings: Surroundings): Promise<void> {
  const writer = await writerOf(options, surroundings);
  const folder = await mkdtemp(join(tmpdir(), 'concord-media-'));
  try {
    const gathered = await gather(paths, options, folder, surroundings);
    for (const line of gathered.failed) surroundings.note(line);
    const plan = await planned(gathered, writer, options, surroundings);
    const refused = refusal(plan, options);
    const done = refused || options.plan ? {} : await writeAndVerify(plan, options, surroundings);
    const report: CreationReport = {
      plan,
      out: options.out,
      passedBy: gathered.passedBy,
      failed: gathered.failed,
      ...done,
    };
    for (const line of createdLines(report, options.json === true)) surroundings.print(line);
    if (refused) throw new CliError('failed', refused);
    const bad = [...plan.findings, ...(report.verified?.findings ?? [])].some(({ severity }) => severity === 'error');
    if (bad || gathered.failed.length > 0) surroundings.fail();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
