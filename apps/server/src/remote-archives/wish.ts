// What is to be fetched from another archive: a study, a series of it, or some of its instances. PS3.4 C.4.2.2.1.
import { DataSet } from '@concord/dicom';
import type { z } from 'zod';
import type { wishShape } from './wish-shape.ts';

export type Wish = z.infer<typeof wishShape>;

/** One request of a retrieval: the whole study, one series, or instances of one series. */
export interface Part {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUids?: readonly string[];
}

/** The identifier of a C-MOVE or C-GET; the Patient ID only where the model is Patient Root. */
export function retrieveKeys(part: Part, patientId?: string): DataSet {
  const keys = new DataSet();
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUids } = part;
  const level = sopInstanceUids ? 'IMAGE' : seriesInstanceUid === undefined ? 'STUDY' : 'SERIES';
  keys.set('QueryRetrieveLevel', level);
  if (patientId !== undefined) keys.set('PatientID', patientId);
  keys.set('StudyInstanceUID', studyInstanceUid);
  if (seriesInstanceUid !== undefined) keys.set('SeriesInstanceUID', seriesInstanceUid);
  if (sopInstanceUids) keys.set('SOPInstanceUID', sopInstanceUids);
  return keys;
}

/** UIDs in one identifier: a peer's buffers for one value are not endless. */
const uidsAtOnce = 200;

interface Listed {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
}

/** As few requests as fetch exactly what is missing of what there is. */
export function partsFor(wish: Wish, all: readonly Listed[], missing: ReadonlySet<string>): readonly Part[] {
  const { studyInstanceUid } = wish;
  const isMissing = ({ sopInstanceUid }: Listed) => missing.has(sopInstanceUid);
  const chosen = wish.sopInstanceUid !== undefined;
  if (!chosen && wish.seriesInstanceUid === undefined && all.every(isMissing)) return [{ studyInstanceUid }];
  const bySeries = Map.groupBy(all, ({ seriesInstanceUid }) => seriesInstanceUid);
  return [...bySeries].flatMap(([seriesInstanceUid, listed]): readonly Part[] => {
    if (!chosen && listed.every(isMissing)) return [{ studyInstanceUid, seriesInstanceUid }];
    const uids = listed.filter(isMissing).map(({ sopInstanceUid }) => sopInstanceUid);
    return Array.from({ length: Math.ceil(uids.length / uidsAtOnce) }, (_, index) => ({
      studyInstanceUid,
      seriesInstanceUid,
      sopInstanceUids: uids.slice(index * uidsAtOnce, (index + 1) * uidsAtOnce),
    }));
  });
}
