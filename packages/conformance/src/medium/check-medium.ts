// A medium measured by Application Profiles, one by one: a medium is never conformant by itself. PS3.2 7.5, PS3.10, PS3.11
import { DicomError, type Part10File, readPart10, uidName } from '@concord/dicom';
import { holdsIn, standardProfile } from '../validate/media-formats.ts';
import { type DirectoryRecord, readDirectory } from './directory.ts';

/** What a medium holds, however it is mounted. */
export interface Medium {
  /** Files by their path on the medium, components joined by `/`. */
  readonly files: readonly string[];
  /** The first `bytes` of a file, or all of it. Rejects where it cannot be read. */
  readonly head: (file: string, bytes: number) => Promise<Uint8Array>;
}

export interface ProfileFindings {
  /** As PS3.11 names it. */
  readonly profile: string;
  /** Empty: what is on the medium is as the profile wants it, as far as the files show. */
  readonly findings: readonly string[];
}

export interface MediumReport {
  readonly files: number;
  readonly instances: number;
  /** What is wrong whatever the profile: directory, names, files. */
  readonly findings: readonly string[];
  /** Files that no record names, and records of types that are private or not known: no fault, and read by nobody. */
  readonly notes: readonly string[];
  readonly profiles: readonly ProfileFindings[];
}

/** Without pixels no header is longer, and no directory, in bytes. */
const [longestHeader, longestDirectory] = [4 * 1024 ** 2, 256 * 1024 ** 2];
const pixels = 0x7fe00008;
/** More findings of one kind say nothing more. */
const mostFindings = 200;

const directoryName = 'DICOMDIR';
/** Record types of PS3.3 Table F.3-3. */
const knownTypes = new Set(
  [
    'PATIENT|STUDY|SERIES|IMAGE|RT DOSE|RT STRUCTURE SET|RT PLAN|RT TREAT RECORD|PRESENTATION|WAVEFORM|SR DOCUMENT',
    'KEY OBJECT DOC|SPECTROSCOPY|RAW DATA|REGISTRATION|FIDUCIAL|HANGING PROTOCOL|ENCAP DOC|VALUE MAP|STEREOMETRIC',
    'PALETTE|IMPLANT|IMPLANT GROUP|IMPLANT ASSY|MEASUREMENT|SURFACE|SURFACE SCAN|TRACT|ASSESSMENT|RADIOTHERAPY',
    'ANNOTATION|HL7 STRUC DOC|PRIVATE',
  ].flatMap((line) => line.split('|')),
);

interface Instance {
  readonly file: string;
  readonly sopClass: string;
  readonly syntax: string;
}

interface Read {
  readonly instances: Instance[];
  readonly findings: string[];
  readonly notes: string[];
}

/** The identification of an instance in the file and in its record. PS3.3 Table F.3-3 */
const pairs = [
  ['MediaStorageSOPClassUID', 'ReferencedSOPClassUIDInFile'],
  ['MediaStorageSOPInstanceUID', 'ReferencedSOPInstanceUIDInFile'],
  ['TransferSyntaxUID', 'ReferencedTransferSyntaxUIDInFile'],
] as const;

function compareWithRecord(
  file: string,
  { meta, preamble }: Part10File,
  { dataSet }: DirectoryRecord,
): readonly string[] {
  return [
    ...(preamble ? [] : [`${file} has no preamble and prefix`]),
    ...(meta.size === 0 ? [`${file} has no File Meta Information`] : []),
    ...pairs.flatMap(([inFile, inRecord]) =>
      meta.size === 0 || meta.string(inFile) === dataSet.string(inRecord)
        ? []
        : [
            `${file}: ${inFile} is ${meta.string(inFile) ?? 'missing'}, and ${dataSet.string(inRecord) ?? 'missing'} in its record`,
          ],
    ),
  ];
}

async function readFile(medium: Medium, record: DirectoryRecord, file: string, read: Read): Promise<void> {
  if (!medium.files.includes(file)) {
    read.findings.push(`a ${record.type} record names ${file}, which is not there`);
    return;
  }
  try {
    const part10 = readPart10(await medium.head(file, longestHeader), { stopBefore: pixels });
    read.findings.push(...compareWithRecord(file, part10, record));
    read.instances.push({
      file,
      sopClass: part10.meta.string('MediaStorageSOPClassUID') ?? '',
      syntax: part10.transferSyntaxUid,
    });
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    read.findings.push(`${file} cannot be read: ${error.message}`);
  }
}

const named = (uid: string): string => uidName(uid) ?? uid;

function findingsOf(profile: string, instances: readonly Instance[]): ProfileFindings {
  const standard = standardProfile(profile);
  if (!standard) return { profile, findings: [`PS3.11 has no profile ${profile}`] };
  if (instances.length === 0) return { profile, findings: ['there is no instance to be measured'] };
  return {
    profile,
    findings: instances
      .filter(({ sopClass, syntax }) => !holdsIn(standard, sopClass, syntax))
      .map(({ file, sopClass, syntax }) => `${file}: ${named(sopClass)} in ${named(syntax)} is not in the profile`)
      .slice(0, mostFindings),
  };
}

async function readAll(medium: Medium): Promise<Read> {
  const read: Read = { instances: [], findings: [], notes: [] };
  if (!medium.files.includes(directoryName)) {
    read.findings.push('there is no DICOMDIR at the root');
    return read;
  }
  const { records, faults } = readDirectory(await medium.head(directoryName, longestDirectory));
  read.findings.push(...faults);
  const referenced = new Set<string>([directoryName]);
  for (const record of records) {
    if (!knownTypes.has(record.type)) read.notes.push(`a record of type ${record.type} is not known, and passed over`);
    if (record.file === undefined) continue;
    referenced.add(record.file);
    if (record.type === 'PRIVATE') read.notes.push(`${record.file} belongs to a private record, and is passed over`);
    else await readFile(medium, record, record.file, read);
  }
  for (const file of medium.files) if (!referenced.has(file)) read.notes.push(`${file} is named by no record`);
  return read;
}

/** Measures the medium by each profile. Rejects only where the medium cannot be read. */
export async function checkMedium(medium: Medium, profiles: readonly string[]): Promise<MediumReport> {
  const { instances, findings, notes } = await readAll(medium);
  return {
    files: medium.files.length,
    instances: instances.length,
    findings: findings.slice(0, mostFindings),
    notes: notes.slice(0, mostFindings),
    profiles: profiles.map((profile) => findingsOf(profile.toUpperCase(), instances)),
  };
}
