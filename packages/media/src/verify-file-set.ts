// Verifying a file-set: every file read from the medium, compared with what was to be written and with its record, and all of it judged by profiles. PS3.10 8, PS3.11
import { createHash } from 'node:crypto';
import type { DataSet, Part10File } from '@concord/dicom';
import { type ApplicationProfile, applicationProfiles } from './application-profiles.ts';
import { type Findings, MediaError, type MediaFinding, startFindings } from './error.ts';
import { type FileSet, type InstanceEntry, instancesOf } from './file-set.ts';
import { fileFinder, type Medium } from './medium.ts';
import { openInstance, readFileSet } from './open-file-set.ts';
import { isMediaClass } from './record-types.ts';
import { startVerdicts, type Verdict, type Verdicts } from './verdicts.ts';

export interface VerifyOptions {
  /** SHA-256 of each file by its path, where it is known what was to be written. */
  readonly digests?: ReadonlyMap<string, string>;
  readonly profiles?: readonly ApplicationProfile[];
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

export interface FileSetReport {
  readonly fileSetId: string;
  readonly instances: number;
  /** Bytes compared with their digests. */
  readonly compared: number;
  readonly findings: readonly MediaFinding[];
  readonly verdicts: readonly Verdict[];
}

const block = 1 << 20;

/** SHA-256 and length of a file as the medium gives it. */
async function digestOf(medium: Medium, path: string, signal?: AbortSignal) {
  const hash = createHash('sha256');
  let at = 0;
  for (;;) {
    signal?.throwIfAborted();
    const bytes = await medium.read(path, at, block);
    if (bytes.length === 0) return { digest: hash.digest('hex'), bytes: at };
    hash.update(bytes);
    at += bytes.length;
  }
}

async function compareDigests(medium: Medium, { digests, signal, progress }: VerifyOptions, findings: Findings) {
  const find = fileFinder(medium);
  let compared = 0;
  let done = 0;
  for (const [path, digest] of digests ?? []) {
    const there = find(path.split('/'));
    const found = there === undefined ? undefined : await digestOf(medium, there, signal).catch(rethrowStop(signal));
    if (there === undefined) findings.add('missing-file', 'error', path);
    else if (!found) findings.add('unreadable-file', 'error', path);
    else if (found.digest !== digest) findings.add('changed-file', 'error', path);
    compared += found?.bytes ?? 0;
    done += 1;
    progress?.(done, digests?.size ?? 0);
  }
  return compared;
}

/** A file that cannot be read is a finding; being stopped is not. */
const rethrowStop = (signal?: AbortSignal) => (): undefined => {
  signal?.throwIfAborted();
};

/** File Meta Information that PS3.10 demands of each file. Table 7.1-1 */
const metaKeywords = [
  'MediaStorageSOPClassUID',
  'MediaStorageSOPInstanceUID',
  'TransferSyntaxUID',
  'ImplementationClassUID',
];

function judgeMeta({ meta, preamble, dataSet }: Part10File, path: string, findings: Findings): void {
  if (!preamble) findings.add('bad-meta', 'error', path, 'no preamble and prefix');
  if (meta.bytes('FileMetaInformationVersion')?.join() !== '0,1')
    findings.add('bad-meta', 'error', path, 'the version is not 00\\01');
  for (const keyword of metaKeywords)
    if (meta.string(keyword) === undefined) findings.add('bad-meta', 'error', path, `no ${keyword}`);
  const pairs = [
    ['MediaStorageSOPClassUID', 'SOPClassUID'],
    ['MediaStorageSOPInstanceUID', 'SOPInstanceUID'],
  ] as const;
  for (const [inMeta, inData] of pairs)
    if (meta.string(inMeta) !== dataSet.string(inData))
      findings.add('bad-meta', 'error', path, `${inMeta} is not the ${inData} of the data set`);
}

/** Every instance with the records that stand for it. */
function* withRecords(fileSet: FileSet): Generator<readonly [InstanceEntry, ReadonlyMap<string, DataSet>]> {
  for (const patient of fileSet.patients)
    for (const study of patient.studies)
      for (const series of study.series) {
        const above = [
          ['PATIENT', patient.keys],
          ['STUDY', study.keys],
          ['SERIES', series.keys],
        ] as const;
        for (const entry of series.instances) yield [entry, new Map([...above, [entry.recordType, entry.keys]])];
      }
  for (const entry of fileSet.others) yield [entry, new Map([[entry.recordType, entry.keys]])];
}

async function judgeInstances(
  medium: Medium,
  fileSet: FileSet,
  { signal, progress }: VerifyOptions,
  { findings, verdicts }: { readonly findings: Findings; readonly verdicts: Verdicts },
): Promise<number> {
  const total = [...instancesOf(fileSet)].length;
  let done = 0;
  for (const [entry, records] of withRecords(fileSet)) {
    signal?.throwIfAborted();
    const place = entry.path ?? entry.fileId;
    try {
      const { file, findings: differences } = await openInstance(medium, entry);
      for (const one of differences) findings.take(one);
      judgeMeta(file, place, findings);
      const sopClassUid = file.dataSet.string('SOPClassUID') ?? entry.sopClassUid;
      if (!isMediaClass(sopClassUid)) findings.add('unknown-class', 'warning', place, sopClassUid);
      verdicts.instance({
        place,
        sopClassUid,
        transferSyntaxUid: file.transferSyntaxUid,
        header: file.dataSet,
        records,
      });
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      // That a file is missing was said when its record was read.
      if (error.fault !== 'missing-file') findings.add(error.fault, 'error', place, error.message);
    }
    done += 1;
    progress?.(done, total);
  }
  return total;
}

/** Reads a set from its medium and says what is wrong with it, and to which profiles it conforms. Rejects only when it is stopped. */
export async function verifyFileSet(medium: Medium, options: VerifyOptions = {}): Promise<FileSetReport> {
  const findings = startFindings();
  const verdicts = startVerdicts(options.profiles ?? applicationProfiles);
  const compared = await compareDigests(medium, options, findings);
  let fileSetId = '';
  let instances = 0;
  try {
    const fileSet = await readFileSet(medium);
    for (const finding of fileSet.findings) findings.take(finding);
    ({ fileSetId } = fileSet);
    instances = await judgeInstances(medium, fileSet, options, { findings, verdicts });
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    findings.take({ fault: error.fault, severity: 'error', place: error.place, text: error.message });
  }
  for (const finding of findings.list) verdicts.finding(finding);
  return { fileSetId, instances, compared, findings: findings.list, verdicts: verdicts.list() };
}
