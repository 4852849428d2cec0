// Application Profiles: one declaration that the writer, the check of a set and the conformance statement follow. PS3.11 Annexes D and H
import { explicitVrLittleEndian } from '@concord/dicom';
import { mediaClasses } from './record-types.ts';

/** Roles in which this implementation keeps to a profile. PS3.10 6.4 */
export type MediaRole = 'FSC' | 'FSR';

/** A key that a profile demands beside those of PS3.3. */
export interface ProfileKey {
  readonly records: readonly string[];
  readonly keyword: string;
  /** 1: always. 1C: where an instance has the attribute, with a value. */
  readonly type: '1' | '1C';
  /** Where the attribute is looked for: in the data set; there or in the Shared Functional Groups; in any instance below the record. */
  readonly from: 'instance' | 'groups' | 'any';
}

/** One Application Profile. */
export interface ApplicationProfile {
  /** As PS3.11 names it. */
  readonly id: string;
  readonly name: string;
  readonly section: string;
  /** As PS3.12 names them. */
  readonly medium: string;
  readonly format: string;
  /** Of every instance; the directory itself is always in Explicit VR Little Endian. */
  readonly transferSyntaxes: readonly string[];
  /** Beside Media Storage Directory Storage. */
  readonly sopClasses: readonly string[];
  readonly keys: readonly ProfileKey[];
  readonly roles: readonly MediaRole[];
}

const image = ['IMAGE'];
const imageOrSpectroscopy = ['IMAGE', 'SPECTROSCOPY'];
const conditional = (
  from: ProfileKey['from'],
  records: readonly string[],
  ...keywords: readonly string[]
): readonly ProfileKey[] => keywords.map((keyword) => ({ records, keyword, type: '1C', from }));

/** PS3.11 Table D.3-2 */
const generalKeys: readonly ProfileKey[] = conditional('instance', image, 'ImageType', 'ReferencedImageSequence');

/** PS3.11 Table H.3-2 */
const dvdKeys: readonly ProfileKey[] = [
  ...conditional('any', ['PATIENT'], 'PatientBirthDate', 'PatientSex'),
  ...conditional('any', ['SERIES'], 'InstitutionName', 'InstitutionAddress', 'PerformingPhysicianName'),
  ...conditional('instance', image, 'ImageType', 'CalibrationImage', 'LossyImageCompressionRatio'),
  ...['Rows', 'Columns'].map((keyword) => ({
    records: imageOrSpectroscopy,
    keyword,
    type: '1' as const,
    from: 'instance' as const,
  })),
  ...conditional(
    'instance',
    imageOrSpectroscopy,
    'FrameOfReferenceUID',
    'SynchronizationFrameOfReferenceUID',
    'NumberOfFrames',
    'AcquisitionTimeSynchronized',
    'AcquisitionDateTime',
  ),
  ...conditional(
    'groups',
    imageOrSpectroscopy,
    'ReferencedImageSequence',
    'ImagePositionPatient',
    'ImageOrientationPatient',
    'PixelSpacing',
  ),
];

/** Lossless first-order prediction, baseline, and extended. PS3.5 A.4.1 */
const jpeg = ['1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.4.51'];
/** Lossless only, and either. PS3.5 A.4.4 */
const jpeg2000 = ['1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.91'];

const dvd = { section: 'PS3.11 Annex H', medium: '120 mm DVD', format: 'UDF or ISO 9660', keys: dvdKeys };
const always = { sopClasses: mediaClasses, roles: ['FSC', 'FSR'] } as const;

/** The profiles that are written and read. */
export const applicationProfiles: readonly ApplicationProfile[] = [
  {
    ...always,
    id: 'STD-GEN-CD',
    name: 'General Purpose CD-R Interchange',
    section: 'PS3.11 Annex D',
    medium: '120 mm CD-R',
    format: 'ISO 9660',
    transferSyntaxes: [explicitVrLittleEndian],
    keys: generalKeys,
  },
  {
    ...always,
    id: 'STD-GEN-DVD-RAM',
    name: 'General Purpose Interchange on DVD-RAM Media',
    section: 'PS3.11 Annex D',
    medium: '120 mm DVD-RAM',
    format: 'UDF 1.5',
    transferSyntaxes: [explicitVrLittleEndian],
    keys: generalKeys,
  },
  {
    ...always,
    ...dvd,
    id: 'STD-GEN-DVD-JPEG',
    name: 'General Purpose DVD Interchange with JPEG',
    transferSyntaxes: [explicitVrLittleEndian, ...jpeg],
  },
  {
    ...always,
    ...dvd,
    id: 'STD-GEN-DVD-J2K',
    name: 'General Purpose DVD Interchange with JPEG 2000',
    transferSyntaxes: [explicitVrLittleEndian, ...jpeg2000],
  },
];

/** A profile by its name; undefined where it is none of these. */
export const applicationProfile = (id: string): ApplicationProfile | undefined =>
  applicationProfiles.find((profile) => profile.id === id.toUpperCase());

/** The keys of all profiles, each once: what is written satisfies every profile whose transfer syntaxes it keeps to. */
export const profileKeys: readonly ProfileKey[] = applicationProfiles
  .flatMap(({ keys }) => keys)
  .filter((key, at, all) => at === all.findIndex((other) => isSame(key, other)));

function isSame(one: ProfileKey, other: ProfileKey): boolean {
  return one.keyword === other.keyword && one.records.join() === other.records.join() && one.from === other.from;
}
