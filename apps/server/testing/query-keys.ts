// The keys of PS3.4 Tables C.6-1 to C.6-5, and questions about an object that has a value for each of them.
import { describeTag, parseTag } from '@concord/dicom';
import { ctSlice, dataSetOf, type Values } from './data-sets.ts';

type Level = 'PATIENT' | 'STUDY' | 'SERIES' | 'IMAGE';
type Type = 'Unique' | 'Required' | 'Optional';

/** Level, type, keywords. Of the Study Root those of the patient belong to the study, with the ID and the name required. */
export const standardKeys: readonly (readonly [Level, Type, string])[] = (
  [
    ['PATIENT', 'Unique', 'PatientID'],
    ['PATIENT', 'Required', 'PatientName'],
    [
      'PATIENT',
      'Optional',
      `IssuerOfPatientID ReferencedPatientSequence PatientBirthDate PatientBirthTime PatientSex OtherPatientIDsSequence
      OtherPatientNames EthnicGroup PatientComments NumberOfPatientRelatedStudies NumberOfPatientRelatedSeries
      NumberOfPatientRelatedInstances`,
    ],
    ['STUDY', 'Unique', 'StudyInstanceUID'],
    ['STUDY', 'Required', 'StudyDate StudyTime AccessionNumber StudyID'],
    [
      'STUDY',
      'Optional',
      `ModalitiesInStudy SOPClassesInStudy AnatomicRegionsInStudyCodeSequence ReferringPhysicianName StudyDescription
      ProcedureCodeSequence NameOfPhysiciansReadingStudy AdmittingDiagnosesDescription ReferencedStudySequence PatientAge
      PatientSize PatientWeight Occupation AdditionalPatientHistory OtherStudyNumbers NumberOfStudyRelatedSeries
      NumberOfStudyRelatedInstances`,
    ],
    ['SERIES', 'Unique', 'SeriesInstanceUID'],
    ['SERIES', 'Required', 'Modality SeriesNumber'],
    ['SERIES', 'Optional', 'NumberOfSeriesRelatedInstances'],
    ['IMAGE', 'Unique', 'SOPInstanceUID'],
    ['IMAGE', 'Required', 'InstanceNumber'],
    [
      'IMAGE',
      'Optional',
      `SOPClassUID AvailableTransferSyntaxUID AlternateRepresentationSequence RelatedGeneralSOPClassUID
      ConceptNameCodeSequence ContentTemplateSequence ContainerIdentifier SpecimenDescriptionSequence`,
    ],
  ] as const
).flatMap(([level, type, keywords]) => keywords.split(/\s+/).map((keyword) => [level, type, keyword] as const));

/** Table C.6-2a; the two other forms of a code value stand in for the first. */
const codeKeys =
  `CodeValue CodingSchemeDesignator CodingSchemeVersion CodeMeaning LongCodeValue URNCodeValue ContextIdentifier
  ContextUID MappingResource MappingResourceUID ContextGroupVersion ContextGroupExtensionFlag ContextGroupLocalVersion
  ContextGroupExtensionCreatorUID`.split(/\s+/);

const references = ['ReferencedSOPClassUID', 'ReferencedSOPInstanceUID'];

/** Keys within the items of sequences; where nothing is said, those of a code. */
const within: Readonly<Record<string, readonly string[]>> = {
  ReferencedPatientSequence: references,
  ReferencedStudySequence: references,
  OtherPatientIDsSequence: ['PatientID', 'TypeOfPatientID'],
  ContentTemplateSequence: ['TemplateIdentifier', 'MappingResource'],
  SpecimenDescriptionSequence: ['SpecimenIdentifier', 'SpecimenUID'],
  RequestAttributesSequence: ['RequestedProcedureID', 'ScheduledProcedureStepID'],
  IssuerOfPatientIDQualifiersSequence: ['UniversalEntityID'],
  IssuerOfAccessionNumberSequence: ['LocalNamespaceEntityID'],
};

const vrOf = (keyword: string): string => describeTag(parseTag(keyword) ?? 0)?.vr[0] ?? '';

const byVr: Readonly<Record<string, string>> = {
  AS: '030Y',
  CS: 'KEY_VALUE',
  DA: '20010203',
  TM: '040506',
  DT: '20010203040506+0100',
  IS: '7',
  DS: '7.5',
  US: '7',
  PN: 'KEY^VALUE',
  UI: '1.2.826.0.1.77',
  UR: 'urn:key:value',
};

/** A value of an attribute, by its VR. */
const sample = (keyword: string): string =>
  keyword === 'ContextGroupExtensionFlag' ? 'Y' : (byVr[vrOf(keyword)] ?? 'Key value');

const itemOf = (keyword: string): Values =>
  Object.fromEntries((within[keyword] ?? codeKeys).map((inner) => [inner, sample(inner)]));

/** What is never in an object, but counted or gathered from all of them, or about the query. */
const computed: Readonly<Record<string, string>> = {
  NumberOfPatientRelatedStudies: '1',
  NumberOfPatientRelatedSeries: '2',
  NumberOfPatientRelatedInstances: '3',
  NumberOfStudyRelatedSeries: '2',
  NumberOfStudyRelatedInstances: '3',
  NumberOfSeriesRelatedInstances: '2',
  ModalitiesInStudy: 'CT\\MR',
  SOPClassesInStudy: '1.2.840.10008.5.1.4.1.1.2\\1.2.840.10008.5.1.4.1.1.4',
  InstanceAvailability: 'ONLINE',
  RetrieveAETitle: 'CONCORD',
  AvailableTransferSyntaxUID: '1.2.840.10008.1.2.1',
};
const unkept = ['SpecificCharacterSet', 'AlternateRepresentationSequence', 'AnatomicRegionsInStudyCodeSequence'];
const fixed: Values = { TimezoneOffsetFromUTC: '+0100', NumberOfFrames: '1', PatientID: 'KEYS' };

export const keyedStudy = byVr.UI ?? '';
const seriesUid = `${keyedStudy}.1`;

/** Three objects in two series of one study, with a value for each keyword that objects may have. */
export function keyedObjects(keywords: readonly string[]) {
  const values: Record<string, Values[string]> = {};
  for (const keyword of keywords) {
    if (keyword in computed || unkept.includes(keyword)) continue;
    values[keyword] = vrOf(keyword) === 'SQ' ? [dataSetOf(itemOf(keyword))] : sample(keyword);
  }
  const plain = ctSlice();
  for (const keyword of [
    'Rows',
    'Columns',
    'BitsAllocated',
    'BitsStored',
    'SOPClassUID',
    'Modality',
    'PhotometricInterpretation',
  ])
    values[keyword] = plain.strings(keyword).map((value) => (vrOf(keyword) === 'US' ? Number(value) : value));
  const whole = { ...values, ...fixed, StudyInstanceUID: keyedStudy, SeriesInstanceUID: seriesUid };
  const elsewhere = dataSetOf({ ...itemOf('AnatomicRegionSequence'), CodeValue: 'OTHER' });
  return [
    ctSlice({ ...whole, SOPInstanceUID: `${seriesUid}.1` }),
    ctSlice({ ...whole, SOPInstanceUID: `${seriesUid}.2`, InstanceNumber: '8' }),
    ctSlice({
      ...whole,
      SeriesInstanceUID: `${keyedStudy}.2`,
      SOPInstanceUID: `${keyedStudy}.2.1`,
      Modality: 'MR',
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
      AnatomicRegionSequence: [elsewhere],
    }),
  ];
}

/** The value that the first object, or what is above it, has under a keyword. */
export const expectedValue = (keyword: string, object: ReturnType<typeof ctSlice>): string =>
  computed[keyword] ?? object.strings(keyword).join('\\');

/** What a key may ask for, and whether the objects match. PS3.4 C.2.2.2 */
export function questionsOf(keyword: string, value: string): readonly (readonly [Values[string], boolean])[] {
  const vr = vrOf(keyword);
  if (vr === 'SQ')
    return Object.entries(itemOf(keyword)).flatMap(([inner, given]) => [
      [[dataSetOf({ [inner]: given })], true],
      [[dataSetOf({ [inner]: other(vrOf(inner)) })], false],
    ]);
  const [one = ''] = value.split('\\');
  const single = [
    [one, true],
    [other(vr), false],
  ] as const;
  switch (vr) {
    case 'UI':
      return [...single, [`1.2.3\\${one}`, true]];
    case 'DA':
    case 'TM':
      return [...single, [`${one}-`, true], [`-${one}`, true], [`${one}-${one}`, true], [`${other(vr)}-`, vr === 'DA']];
    case 'AE':
    case 'CS':
    case 'LO':
    case 'LT':
    case 'PN':
    case 'SH':
    case 'ST':
    case 'UC':
    case 'UT':
      return [...single, [`${one.slice(0, -1)}*`, true], [`?${one.slice(1)}`, true], [`${one}?`, false]];
    default:
      return single;
  }
}

/** A value that none of the objects has. */
const other = (vr: string): string =>
  ({ UI: '1.2.3', DA: '19000101', TM: '23', DT: '1900', IS: '999', DS: '999', US: '999', AS: '099Y' })[vr] ?? 'ZZ';
