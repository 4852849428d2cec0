// A file-set without a directory: every file is looked at, and the same tree is made of those that are DICOM instances. PS3.10 7.1
import { type DataSet, isUid, type Part10File } from '@concord/dicom';
import { type Findings, MediaError, startFindings } from './error.ts';
import { type Around, type FileSet, type InstanceEntry, startAssembly } from './file-set.ts';
import { identityOf, readHeader } from './header.ts';
import { byteSource, type Medium } from './medium.ts';
import { directoryClass } from './read-directory.ts';
import { copyKeys, patientKeys, seriesKeys, studyKeys } from './record-keys.ts';
import { keysOf, recordTypeOf, standsAtRoot } from './record-types.ts';

/** How a medium is looked through. */
export interface ScanOptions {
  readonly signal?: AbortSignal | undefined;
  /** Files looked at, of all. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** Opens patients, studies and series when their first instance comes. */
function startTree() {
  const assembly = startAssembly();
  const open = new Map<string, Around>();
  const opened = (id: string, make: () => Around): Around => {
    const there = open.get(id) ?? make();
    open.set(id, there);
    return there;
  };
  return {
    patients: assembly.patients,
    place(header: DataSet, instance: InstanceEntry): void {
      const patientId = header.string('PatientID') ?? '';
      // Without an ID nothing says that two studies are of one patient.
      const study = header.string('StudyInstanceUID') ?? '';
      const patient = `${patientId}\n${patientId === '' ? study : ''}`;
      const around = opened(patient, () => assembly.openPatient(copyKeys(header, patientKeys)));
      const inStudy = opened(`${patient}\n${study}`, () => assembly.openStudy(copyKeys(header, studyKeys), around));
      const series = `${patient}\n${study}\n${header.string('SeriesInstanceUID') ?? ''}`;
      opened(series, () => assembly.openSeries(copyKeys(header, seriesKeys), inStudy)).series?.instances.push(instance);
    },
  };
}

function entryOf(file: Part10File, path: string): InstanceEntry {
  const identity = identityOf(file);
  const recordType = recordTypeOf(identity.sopClassUid);
  const keywords = keysOf(recordType).map(({ keyword }) => keyword);
  return { ...identity, recordType, fileId: path, path, keys: copyKeys(file.dataSet, keywords) };
}

/** The header of an instance; undefined for any other file. */
async function instanceAt(medium: Medium, path: string, findings: Findings): Promise<Part10File | undefined> {
  try {
    const file = await readHeader(byteSource(medium, path), path);
    const { sopClassUid, sopInstanceUid } = identityOf(file);
    return isUid(sopClassUid) && isUid(sopInstanceUid) ? file : undefined;
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    if (error.fault === 'unreadable-file') findings.add('unreadable-file', 'warning', path);
    return undefined;
  }
}

/** Looks at every file. What is no DICOM instance, or cannot be read, stops nothing. */
export async function scanMedium(medium: Medium, options: ScanOptions = {}): Promise<FileSet> {
  const { signal, progress } = options;
  const findings = startFindings();
  const tree = startTree();
  const others: InstanceEntry[] = [];
  const unreferenced: string[] = [];
  for (const [done, path] of medium.paths.entries()) {
    signal?.throwIfAborted();
    const file = await instanceAt(medium, path, findings);
    progress?.(done + 1, medium.paths.length);
    if (!file) unreferenced.push(path);
    if (!file || identityOf(file).sopClassUid === directoryClass) continue;
    const entry = entryOf(file, path);
    if (standsAtRoot(entry.recordType)) others.push(entry);
    else tree.place(file.dataSet, entry);
  }
  const { patients } = tree;
  return {
    from: 'files',
    fileSetId: '',
    fileSetUid: '',
    patients,
    others,
    passedOver: [],
    unreferenced,
    findings: findings.list,
  };
}
