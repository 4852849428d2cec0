// Planning a file-set: which instance becomes which file, what the directory says, and which profiles the set will keep to. PS3.10 8, PS3.3 F.4
import type { ApplicationProfile } from './application-profiles.ts';
import { type Findings, MediaError, type MediaFinding, startFindings } from './error.ts';
import { groupSubjects } from './group-subjects.ts';
import { readHeader } from './header.ts';
import { isFileId } from './medium.ts';
import { type PlannedFile, recordsOf } from './new-records.ts';
import { type MediaSource, type Subject, subjectOf } from './subject.ts';
import type { Made, Supplied } from './supplied-keys.ts';
import { startVerdicts, type Verdict, type Verdicts } from './verdicts.ts';
import { directoryBytes, type FileSetName, type Writer } from './write-directory.ts';

export interface PlanOptions extends FileSetName {
  readonly writer: Writer;
  readonly made: Made;
  /** Profiles by which the set is judged; default: all that are known. */
  readonly profiles?: readonly ApplicationProfile[];
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** A set that can be written. */
export interface FileSetPlan {
  readonly files: readonly PlannedFile[];
  readonly directory: Uint8Array;
  readonly writer: Writer;
  /** Bytes of all files, near enough: File Meta Information is written anew. */
  readonly bytes: number;
  readonly supplied: readonly Supplied[];
  /** What was left out, or is odd. */
  readonly findings: readonly MediaFinding[];
  readonly verdicts: readonly Verdict[];
}

/** No set has more files. */
const mostFiles = 200_000;

function judge(subject: Subject, verdicts: Verdicts, header: Subject['record']): void {
  const { source, sopClassUid, transferSyntaxUid } = subject;
  const records = new Map([[subject.recordType, subject.record]]);
  verdicts.instance({ place: source.name, sopClassUid, transferSyntaxUid, header, records });
}

/** Reads every source once; what cannot be placed is a finding. */
async function subjectsOf(
  sources: readonly MediaSource[],
  options: PlanOptions,
  findings: Findings,
  verdicts: Verdicts,
) {
  const subjects = new Map<string, Subject>();
  for (const [done, source] of sources.entries()) {
    options.signal?.throwIfAborted();
    try {
      const file = await readHeader(source, source.name);
      const subject = subjectOf(source, file);
      if (subjects.has(subject.sopInstanceUid))
        findings.add(
          'same-instance',
          'warning',
          source.name,
          `as ${subjects.get(subject.sopInstanceUid)?.source.name}`,
        );
      else {
        subjects.set(subject.sopInstanceUid, subject);
        if (subject.recordType === 'PRIVATE')
          findings.add('unknown-class', 'warning', source.name, `${subject.sopClassUid}; it gets a private record`);
        judge(subject, verdicts, file.dataSet);
      }
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      findings.take({ fault: error.fault, severity: 'error', place: error.place, text: error.message });
    }
    options.progress?.(done + 1, sources.length);
  }
  return [...subjects.values()];
}

/**
 * Plans a set; nothing is written. Names follow from the instances alone: the same instances make the same files.
 * @throws MediaError `bad-file-id` for a File-set ID that is none, `too-many` beyond 200,000 files, `nothing` without an instance
 */
export async function planFileSet(sources: readonly MediaSource[], options: PlanOptions): Promise<FileSetPlan> {
  const { fileSetId, writer, made, profiles } = options;
  if (fileSetId !== '' && !/^[A-Z0-9_]{1,16}$/.test(fileSetId))
    throw new MediaError('bad-file-id', fileSetId, 'a File-set ID has up to 16 of A-Z, 0-9 and _');
  if (sources.length > mostFiles) throw new MediaError('too-many', '', `more than ${mostFiles} files`);
  const findings = startFindings();
  const verdicts = startVerdicts(profiles);
  const subjects = await subjectsOf(sources, options, findings, verdicts);
  if (subjects.length === 0) throw new MediaError('nothing', '', findings.list[0]?.text);
  const { groups, others } = groupSubjects(subjects);
  const { records, files, supplied } = recordsOf(groups, others, made);
  for (const { fileId } of files) if (!isFileId(fileId)) throw new MediaError('bad-file-id', fileId.join('/'));
  const directory = directoryBytes(records, options, writer);
  const bytes = files.reduce((sum, { source }) => sum + source.size, directory.length);
  return { files, directory, writer, bytes, supplied, findings: findings.list, verdicts: verdicts.list() };
}
