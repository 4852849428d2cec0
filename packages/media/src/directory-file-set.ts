// The file-set that a directory tells of: its records sorted into patients, studies and series, its File IDs found on the medium. PS3.3 F.4
import { type Findings, startFindings } from './error.ts';
import { type Around, type Assembly, type FileSet, type InstanceEntry, startAssembly } from './file-set.ts';
import { type FindFile, fileFinder, isFileId, leadsOutside, type Medium } from './medium.ts';
import type { Directory, DirectoryRecord } from './read-directory.ts';
import { isRecordType, keysOf, mayStandBelow, standsAtRoot } from './record-types.ts';

interface Sorting {
  readonly assembly: Assembly;
  readonly findings: Findings;
  readonly findFile: FindFile;
  readonly others: InstanceEntry[];
  readonly passedOver: string[];
  /** Paths that a record names. */
  readonly referenced: Set<string>;
}

interface Waiting {
  readonly record: DirectoryRecord;
  readonly around: Around;
  /** Type of the record above. */
  readonly above: string;
}

const placeOf = ({ type, offset }: DirectoryRecord): string => `${type || 'untyped'} record at ${offset}`;

/** The file of a record. A File ID that is not of the standard is looked for all the same, but only among the names there are. */
function fileOf(record: DirectoryRecord, { findings, findFile, referenced }: Sorting) {
  const components = record.keys.strings('ReferencedFileID');
  if (components.length === 0) return undefined;
  const fileId = components.join('/');
  if (leadsOutside(components)) {
    findings.add('outside-root', 'error', placeOf(record), fileId);
    return { fileId, path: undefined };
  }
  if (!isFileId(components)) findings.add('bad-file-id', 'warning', placeOf(record), fileId);
  const path = findFile(components);
  if (path === undefined) findings.add('missing-file', 'error', fileId);
  else if (referenced.has(path)) findings.add('referenced-twice', 'warning', path);
  if (path !== undefined) referenced.add(path);
  return { fileId, path };
}

function judgeRecord(record: DirectoryRecord, above: string, findings: Findings): void {
  const { type, keys } = record;
  if (!isRecordType(type)) findings.add('unknown-record', 'information', placeOf(record));
  else if (type === 'PRIVATE') findings.add('private-record', 'information', placeOf(record));
  else if (isRecordType(above) || above === 'ROOT') {
    if (!mayStandBelow(type, above)) findings.add('misplaced-record', 'warning', placeOf(record), `below ${above}`);
  }
  for (const { keyword, type: need } of keysOf(type))
    if (need === '1' && keys.string(keyword) === undefined && keys.items(keyword).length === 0)
      findings.add('missing-key', 'warning', placeOf(record), keyword);
}

function instanceOf({ type, keys }: DirectoryRecord, fileId: string, path: string | undefined): InstanceEntry {
  return {
    recordType: type,
    sopClassUid: keys.string('ReferencedSOPClassUIDInFile') ?? '',
    sopInstanceUid: keys.string('ReferencedSOPInstanceUIDInFile') ?? '',
    transferSyntaxUid: keys.string('ReferencedTransferSyntaxUIDInFile') ?? '',
    fileId,
    path,
    keys,
  };
}

/** Puts one record where it belongs; returns what is around those below it. */
function sortIn({ record, around, above }: Waiting, sorting: Sorting): Around {
  const { assembly, others, passedOver, findings } = sorting;
  const { type, keys } = record;
  judgeRecord(record, above, findings);
  const file = fileOf(record, sorting);
  if (type === 'PATIENT') return assembly.openPatient(keys);
  if (type === 'STUDY') return assembly.openStudy(keys, around);
  if (type === 'SERIES') return assembly.openSeries(keys, around);
  if (!file) return around;
  if (!isRecordType(type) || type === 'PRIVATE') passedOver.push(file.path ?? file.fileId);
  else if (around.series && !standsAtRoot(type))
    around.series.instances.push(instanceOf(record, file.fileId, file.path));
  else others.push(instanceOf(record, file.fileId, file.path));
  return around;
}

/** Records in the order in which a reader of the directory meets them; no recursion, however deep they lie. */
function sortAll(records: readonly DirectoryRecord[], sorting: Sorting): void {
  const waiting: Waiting[] = records.toReversed().map((record) => ({ record, around: {}, above: 'ROOT' }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const around = sortIn(next, sorting);
    const { below, type } = next.record;
    // What stands below a private or unknown record is judged by what is above that.
    const above = isRecordType(type) && type !== 'PRIVATE' ? type : next.above;
    for (const record of below.toReversed()) waiting.push({ record, around, above });
  }
}

/** Sorts a directory's records. @param directoryPath where the directory itself lies: no record names it */
export function directoryFileSet(directory: Directory, medium: Medium, directoryPath: string): FileSet {
  const findings = startFindings();
  for (const finding of directory.findings) findings.take(finding);
  const referenced = new Set([directoryPath]);
  const sorting: Sorting = {
    assembly: startAssembly(),
    findings,
    findFile: fileFinder(medium),
    others: [],
    passedOver: [],
    referenced,
  };
  sortAll(directory.records, sorting);
  return {
    from: 'directory',
    fileSetId: directory.fileSetId,
    fileSetUid: directory.fileSetUid,
    patients: sorting.assembly.patients,
    others: sorting.others,
    passedOver: sorting.passedOver,
    unreferenced: medium.paths.filter((path) => !referenced.has(path)),
    findings: findings.list,
  };
}
