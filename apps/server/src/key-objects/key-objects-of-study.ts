// The key object selections in a study, the newest first, as a page lists them. PS3.3 A.35.4
import type { DataSet } from '@concord/dicom';
import type { Archive } from '../archive/archive.ts';
import { type Database, sql } from '../database/database.ts';
import { keyObjectClass } from './document.ts';

/** A selection as a page lists it. */
export interface StudyKeyObjects {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly title: string;
  readonly modifier: string;
  readonly description: string;
  /** Who chose, as it is stored. */
  readonly observer: string;
  /** Content Date and Time, `YYYYMMDDHHMMSS` as far as they are given. */
  readonly created: string;
  readonly objects: readonly SelectedObject[];
}

export interface SelectedObject {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  /** None: the whole object. */
  readonly frames: readonly number[];
}

/** Documents that are read of one study, those stored last. */
const mostDocuments = 200;

/** Asks the index for the documents of a study and reads what each says. */
export const createKeyObjectsOfStudy =
  ({ database, archive }: { readonly database: Database; readonly archive: Pick<Archive, 'instances' | 'header'> }) =>
  async (studyInstanceUid: string): Promise<readonly StudyKeyObjects[]> => {
    const rows = await database.all<{ uid: string }>(sql`
      select i.sop_instance_uid as uid from study s
        join series e on e.study_key = s.study_key join instance i on i.series_key = e.series_key
      where s.study_instance_uid = ${studyInstanceUid} and i.sop_class_uid = ${keyObjectClass}
      order by i.instance_key desc limit ${mostDocuments}`);
    if (rows.length === 0) return [];
    const order = rows.map(({ uid }) => uid);
    const documents: StudyKeyObjects[] = [];
    for (const instance of await archive.instances({ studyInstanceUid, sopInstanceUid: order })) {
      const { sopInstanceUid, seriesInstanceUid } = instance;
      documents.push({ sopInstanceUid, seriesInstanceUid, ...saidBy(await archive.header(instance)) });
    }
    return documents.sort((one, other) => order.indexOf(one.sopInstanceUid) - order.indexOf(other.sopInstanceUid));
  };

const meaningOf = (item: DataSet | undefined, sequence: 'ConceptNameCodeSequence' | 'ConceptCodeSequence'): string =>
  item?.items(sequence)[0]?.string('CodeMeaning') ?? '';

function saidBy(document: DataSet): Omit<StudyKeyObjects, 'sopInstanceUid' | 'seriesInstanceUid'> {
  const content = document.items('ContentSequence');
  const named = (code: string) =>
    content.find((each) => each.items('ConceptNameCodeSequence')[0]?.string('CodeValue') === code);
  return {
    title: meaningOf(document, 'ConceptNameCodeSequence'),
    modifier: meaningOf(named('113011'), 'ConceptCodeSequence'),
    description: named('113012')?.string('TextValue') ?? '',
    observer: named('121008')?.string('PersonName') ?? '',
    created: `${document.string('ContentDate') ?? ''}${document.string('ContentTime') ?? ''}`,
    objects: objectsOf(document, content),
  };
}

/** What the content refers to, with where the evidence says that it is. */
function objectsOf(document: DataSet, content: readonly DataSet[]): readonly SelectedObject[] {
  const places = new Map<string, Pick<SelectedObject, 'studyInstanceUid' | 'seriesInstanceUid'>>();
  for (const study of document.items('CurrentRequestedProcedureEvidenceSequence'))
    for (const series of study.items('ReferencedSeriesSequence'))
      for (const object of series.items('ReferencedSOPSequence'))
        places.set(object.string('ReferencedSOPInstanceUID') ?? '', {
          studyInstanceUid: study.string('StudyInstanceUID') ?? '',
          seriesInstanceUid: series.string('SeriesInstanceUID') ?? '',
        });
  return content
    .flatMap((each) => each.items('ReferencedSOPSequence'))
    .flatMap((object) => {
      const sopInstanceUid = object.string('ReferencedSOPInstanceUID') ?? '';
      const place = places.get(sopInstanceUid);
      return place ? [{ ...place, sopInstanceUid, frames: object.numbers('ReferencedFrameNumber') }] : [];
    });
}
