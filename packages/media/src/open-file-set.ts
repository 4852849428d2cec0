// Opening a medium: by its DICOMDIR, and where that is of no use by its files. PS3.10 8.6
import type { Part10File } from '@concord/dicom';
import { directoryFileSet } from './directory-file-set.ts';
import { MediaError, type MediaFinding, startFindings } from './error.ts';
import { type FileSet, type InstanceEntry, instancesOf } from './file-set.ts';
import { identityOf, readHeader } from './header.ts';
import { byteSource, directoryName, fileFinder, type Medium } from './medium.ts';
import { type DirectoryLimits, directoryLimits, readDirectory } from './read-directory.ts';
import { type ScanOptions, scanMedium } from './scan-medium.ts';

export interface OpenOptions extends ScanOptions {
  readonly limits?: DirectoryLimits;
}

/** The DICOMDIR's file-set. @throws MediaError `no-directory`, `bad-directory`, `unreadable-file` */
export async function readFileSet(medium: Medium, limits: DirectoryLimits = directoryLimits): Promise<FileSet> {
  const path = fileFinder(medium)([directoryName]);
  if (path === undefined) throw new MediaError('no-directory', '');
  let bytes: Uint8Array;
  try {
    bytes = await medium.read(path, 0, limits.bytes + 1);
  } catch (cause) {
    throw new MediaError('unreadable-file', path, cause instanceof Error ? cause.message : String(cause), { cause });
  }
  return directoryFileSet(readDirectory(bytes, path, limits), medium, path);
}

/**
 * What a medium holds: as its DICOMDIR says; without one, or with one that leads to no instance, as its files say.
 * @throws what `options.signal` gives
 */
export async function openFileSet(medium: Medium, options: OpenOptions = {}): Promise<FileSet> {
  const findings = startFindings();
  try {
    const fileSet = await readFileSet(medium, options.limits);
    if (!instancesOf(fileSet).next().done) return fileSet;
    for (const finding of fileSet.findings) findings.take(finding);
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    findings.take({ fault: error.fault, severity: 'warning', place: error.place, text: error.message });
  }
  const scanned = await scanMedium(medium, options);
  for (const finding of scanned.findings) findings.take(finding);
  return { ...scanned, findings: findings.list };
}

/** What identifies an instance in its file and in its record. PS3.3 Table F.3-3 */
function* differences(entry: InstanceEntry, path: string, file: Part10File): Generator<MediaFinding> {
  const own = identityOf(file);
  const pairs = [
    ['SOP Class UID', entry.sopClassUid, own.sopClassUid],
    ['SOP Instance UID', entry.sopInstanceUid, own.sopInstanceUid],
    ['Transfer Syntax UID', entry.transferSyntaxUid, own.transferSyntaxUid],
  ] as const;
  for (const [name, said, is] of pairs)
    if (said !== is)
      yield {
        fault: 'different-file',
        severity: 'error',
        place: path,
        text: `${path}: the ${name} is ${is || 'missing'}, its record says ${said || 'none'}`,
      };
}

/**
 * The header of an instance, with what its record says differently: the file's own values count.
 * @throws MediaError `missing-file`, `unreadable-file`, `bad-instance`
 */
export async function openInstance(
  medium: Medium,
  entry: InstanceEntry,
): Promise<{ readonly file: Part10File; readonly findings: readonly MediaFinding[] }> {
  if (entry.path === undefined) throw new MediaError('missing-file', entry.fileId);
  const file = await readHeader(byteSource(medium, entry.path), entry.path);
  return { file, findings: [...differences(entry, entry.path, file)] };
}
