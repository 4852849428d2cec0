// What other archives are asked for at each level: one list for the identifier, the checks of the API and the page. PS3.4 C.6.
import { DataSet, describeTag, hasWildcard, type Keyword, parseTag } from '@concord/dicom';
import type { AskedLevel } from './remote-archive.ts';

/** Return keys of each level; every one may also be given a value to match. */
export const returnKeys: Readonly<Record<AskedLevel, readonly Keyword[]>> = {
  STUDY: [
    'StudyInstanceUID',
    'StudyDate',
    'StudyTime',
    'PatientID',
    'IssuerOfPatientID',
    'PatientName',
    'PatientBirthDate',
    'PatientSex',
    'StudyID',
    'StudyDescription',
    'ReferringPhysicianName',
    'PatientWeight',
    'AccessionNumber',
    'ModalitiesInStudy',
    'NumberOfStudyRelatedSeries',
    'NumberOfStudyRelatedInstances',
  ],
  SERIES: [
    'SeriesInstanceUID',
    'SeriesNumber',
    'SeriesTime',
    'SeriesDate',
    'BodyPartExamined',
    'ProtocolName',
    'PatientPosition',
    'SeriesDescription',
    'Modality',
    'NumberOfSeriesRelatedInstances',
  ],
  IMAGE: [
    'SOPInstanceUID',
    'SOPClassUID',
    'InstanceAvailability',
    'InstanceNumber',
    'ContentDate',
    'ContentTime',
    'ImageType',
    'SliceLocation',
    'ImageID',
    'AcquisitionDate',
    'AcquisitionTime',
    'AcquisitionNumber',
    'Rows',
    'Columns',
  ],
};

/** Unique keys of the levels above, which a hierarchical question must give. PS3.4 C.4.1.2.2.1. */
export const keysAbove: Readonly<Record<AskedLevel, readonly Keyword[]>> = {
  STUDY: [],
  SERIES: ['StudyInstanceUID'],
  IMAGE: ['StudyInstanceUID', 'SeriesInstanceUID'],
};

export const uniqueKey = {
  STUDY: 'StudyInstanceUID',
  SERIES: 'SeriesInstanceUID',
  IMAGE: 'SOPInstanceUID',
} as const satisfies Record<AskedLevel, Keyword>;

/** Keys a question of the level may give a value to. */
export const mayBeGiven = (level: AskedLevel, more: readonly string[] = []): ReadonlySet<string> =>
  new Set<string>([...returnKeys[level], ...keysAbove[level], ...more, 'PatientID']);

/** The same of a relational query: keys of any level. */
export const mayBeGivenRelationally = (more: readonly string[] = []): ReadonlySet<string> =>
  new Set<string>([...returnKeys.STUDY, ...returnKeys.SERIES, ...returnKeys.IMAGE, ...more]);

/** Which of the keys only a relational query may have, and which only that may leave out. PS3.4 C.4.1.2.2.1 */
export const beyondLevel = (
  level: AskedLevel,
  given: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): readonly string[] => {
  const own = mayBeGiven(level, more);
  const missing = keysAbove[level].filter((keyword) => (given[keyword] ?? '') === '');
  const foreign = Object.keys(given).filter((keyword) => !own.has(keyword));
  return [...foreign.map((keyword) => `with ${keyword}`), ...missing.map((keyword) => `without ${keyword}`)];
};

/** A `*` or `?` in values of these is no wildcard. PS3.4 C.2.2.2.4 */
const plainVrs = ['AS', 'DA', 'DS', 'DT', 'IS', 'TM', 'UI', 'UL', 'US'];

/** The first key that has a wildcard where its VR allows none. */
export const misplacedWildcard = (given: Readonly<Record<string, string>>): string | undefined =>
  Object.keys(given).find((keyword) => {
    const tag = parseTag(keyword);
    const vrs: readonly string[] = tag === undefined ? [] : [describeTag(tag)?.vr ?? []].flat();
    return plainVrs.some((plain) => vrs.includes(plain)) && hasWildcard(given[keyword] ?? '');
  });

/**
 * The identifier: level, unique keys above, everything that is to be returned, and the given values. Text beyond ASCII goes
 * out in UTF-8. Throws DicomError where a value does not fit its attribute.
 * @param more return keys beside the usual ones
 */
export function identifierOf(
  level: AskedLevel,
  given: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): DataSet {
  const identifier = new DataSet();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant
  const beyond = Object.values(given).some((value) => /[^\x00-\x7f]/.test(value));
  identifier.set('QueryRetrieveLevel', level);
  for (const keyword of [...keysAbove[level], ...returnKeys[level], ...more]) identifier.set(keyword, null);
  if (beyond) identifier.set('SpecificCharacterSet', 'ISO_IR 192');
  for (const [keyword, value] of Object.entries(given))
    identifier.set(keyword, value === '' ? null : value.split('\\'));
  return identifier;
}
