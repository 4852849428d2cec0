// A key object selection document: the table that it is filled from is what the statement tells of it. PS3.3 A.35.4, PS3.16 TID 2010
import { DataSet, type Keyword } from '@concord/dicom';
import { filled, type MadeAttribute, row } from './attribute-table.ts';
import { contentOf } from './content-items.ts';
import type { DocumentFacts, DocumentName, Reference } from './document-facts.ts';
import { isOwn, titleItem } from './title-group.ts';

export const keyObjectClass = '1.2.840.10008.5.1.4.1.1.88.59';

const two = (value: number): string => String(value).padStart(2, '0');
/** As the clock on the wall says. */
const dateOf = ({ at }: DocumentFacts): string => `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
const timeOf = ({ at }: DocumentFacts): string => [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join('');

function item(values: Partial<Record<Keyword, string | readonly DataSet[]>>): DataSet {
  const made = new DataSet();
  for (const [keyword, value] of Object.entries(values)) made.set(keyword, value);
  return made;
}

type Named = Pick<Reference, 'sopClassUid' | 'sopInstanceUid' | 'seriesInstanceUid' | 'studyInstanceUid'>;

/** Objects by study and series. PS3.3 Table C.17-3 */
function hierarchyOf(objects: readonly Named[]): readonly DataSet[] {
  const byStudy = Map.groupBy(objects, ({ studyInstanceUid }) => studyInstanceUid);
  return [...byStudy].map(([StudyInstanceUID, inStudy]) => {
    const bySeries = Map.groupBy(inStudy, ({ seriesInstanceUid }) => seriesInstanceUid);
    const series = [...bySeries].map(([SeriesInstanceUID, inSeries]) =>
      item({
        SeriesInstanceUID,
        ReferencedSOPSequence: inSeries.map(({ sopClassUid, sopInstanceUid }) =>
          item({ ReferencedSOPClassUID: sopClassUid, ReferencedSOPInstanceUID: sopInstanceUid }),
        ),
      }),
    );
    return item({ StudyInstanceUID, ReferencedSeriesSequence: series });
  });
}

const asObject = (name: DocumentName): Named => ({ ...name, sopClassUid: keyObjectClass });

const auto = (value: string) => ['AUTO', value] as const;
const user = (value: string) => ['USER', value] as const;
const stored = (value: string) => ['Storage', value] as const;
const sameAs = (keyword: Keyword) => (facts: DocumentFacts) => facts.like.string(keyword);
const ofStudy = stored('That of the object that was chosen first of the study.');

/** Every attribute of the document. */
export const documentRows: readonly MadeAttribute<DocumentFacts>[] = [
  row('SpecificCharacterSet', 'ALWAYS', auto('ISO_IR 192'), () => 'ISO_IR 192'),
  row('SOPClassUID', 'ALWAYS', auto(keyObjectClass), () => keyObjectClass),
  row('SOPInstanceUID', 'ALWAYS', auto('A new one.'), ({ sopInstanceUid }) => sopInstanceUid),
  row(
    'CodingSchemeIdentificationSequence',
    'ANAP',
    ['CONFIG', 'The own coding scheme, where the title is of it.'],
    ({ title }) =>
      isOwn(title)
        ? [item({ CodingSchemeDesignator: title.scheme, CodingSchemeName: 'Own codes of this site' })]
        : undefined,
  ),
  row('PatientName', 'VNAP', ofStudy, sameAs('PatientName')),
  row('PatientID', 'VNAP', ofStudy, sameAs('PatientID')),
  row('IssuerOfPatientID', 'ANAP', ofStudy, sameAs('IssuerOfPatientID')),
  row('PatientBirthDate', 'VNAP', ofStudy, sameAs('PatientBirthDate')),
  row('PatientSex', 'VNAP', ofStudy, sameAs('PatientSex')),
  row('StudyInstanceUID', 'ALWAYS', ofStudy, ({ studyInstanceUid }) => studyInstanceUid),
  row('StudyDate', 'VNAP', ofStudy, sameAs('StudyDate')),
  row('StudyTime', 'VNAP', ofStudy, sameAs('StudyTime')),
  row('ReferringPhysicianName', 'VNAP', ofStudy, sameAs('ReferringPhysicianName')),
  row('StudyID', 'VNAP', ofStudy, sameAs('StudyID')),
  row('AccessionNumber', 'VNAP', ofStudy, sameAs('AccessionNumber')),
  row('StudyDescription', 'ANAP', ofStudy, sameAs('StudyDescription')),
  row('Modality', 'ALWAYS', auto('KO'), () => 'KO'),
  row(
    'SeriesInstanceUID',
    'ALWAYS',
    auto('A new one: each document is a series.'),
    ({ seriesInstanceUid }) => seriesInstanceUid,
  ),
  row('SeriesNumber', 'ALWAYS', auto('9001 and up.'), ({ seriesNumber }) => String(seriesNumber)),
  row('SeriesDate', 'ALWAYS', auto('When it was made.'), dateOf),
  row('SeriesTime', 'ALWAYS', auto('When it was made.'), timeOf),
  row('SeriesDescription', 'ALWAYS', auto('The title.'), ({ title }) => title.meaning),
  row('ReferencedPerformedProcedureStepSequence', 'EMPTY', auto('None.'), () => null),
  row('Manufacturer', 'ALWAYS', auto('Concord'), () => 'Concord'),
  row('ManufacturerModelName', 'ALWAYS', auto('Server'), () => 'Server'),
  row('SoftwareVersions', 'ALWAYS', auto('Of this server.'), ({ version }) => version),
  row('InstanceNumber', 'ALWAYS', auto('1'), () => '1'),
  row('ContentDate', 'ALWAYS', auto('When it was made.'), dateOf),
  row('ContentTime', 'ALWAYS', auto('When it was made.'), timeOf),
  row(
    'CurrentRequestedProcedureEvidenceSequence',
    'ALWAYS',
    user('Every object that is referred to, by study and series.'),
    ({ references }) => hierarchyOf(references),
  ),
  row(
    'IdenticalDocumentsSequence',
    'ANAP',
    auto('Where objects of several studies are chosen: the documents in the other studies.'),
    ({ identical }) => hierarchyOf(identical.map(asObject)),
  ),
  row('ValueType', 'ALWAYS', auto('CONTAINER'), () => 'CONTAINER'),
  row('ConceptNameCodeSequence', 'ALWAYS', user('Of CID 7010 as it is extended here.'), ({ title, group }) => [
    titleItem(title, group),
  ]),
  row('ContinuityOfContent', 'ALWAYS', auto('SEPARATE'), () => 'SEPARATE'),
  row('ContentTemplateSequence', 'ALWAYS', auto('TID 2010 of DCMR.'), () => [
    item({ MappingResource: 'DCMR', TemplateIdentifier: '2010' }),
  ]),
  row('ContentSequence', 'ALWAYS', user('The rows of the template below.'), contentOf),
];

/** @throws TypeError for facts without what is always there */
export const keyObjectDocument = (facts: DocumentFacts): DataSet => filled(documentRows, facts);
