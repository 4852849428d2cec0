// What another archive has of one study: its series and their objects, asked for over one association.
import { numberAt, textAt } from '../dicom-json.ts';
import { type JsonObject, objectOf, textOf } from '../json.ts';
import { postSearch } from './archive-search.ts';

export interface FoundInstance {
  readonly uid: string;
  readonly number: number | undefined;
  readonly sopClass: string;
}

export interface FoundSeries {
  readonly uid: string;
  readonly modality: string;
  readonly description: string;
  readonly instances: readonly FoundInstance[];
  /** Why its objects are not known; '' where they are. */
  readonly problem: string;
}

export interface Contents {
  readonly series: readonly FoundSeries[];
  /** Why there is not more of it; '' where there is nothing more. */
  readonly problem: string;
}

export const noContents: Contents = { series: [], problem: '' };

const seriesOf = (match: JsonObject, uid: string): FoundSeries => ({
  uid,
  modality: textAt(match, 'Modality'),
  description: textAt(match, 'SeriesDescription'),
  instances: [],
  problem: '',
});

const instanceOf = (match: JsonObject, uid: string): FoundInstance => ({
  uid,
  number: numberAt(match, 'InstanceNumber'),
  sopClass: textAt(match, 'SOPClassUID'),
});

/** Takes one event in; events of no known kind change nothing. */
export const takeInContents = ({ series, problem }: Contents, event: JsonObject): Contents => {
  const [kind, uid] = [textOf(event, 'kind'), textOf(event, 'uid')];
  const match = objectOf(event.match);
  if (kind === 'match') return { series: [...series, seriesOf(match, uid)], problem };
  if (kind === 'archive') return { series, problem: textOf(event, 'detail') };
  const change = (with_: (one: FoundSeries) => FoundSeries): Contents => ({
    series: series.map((one) => (one.uid === textOf(event, 'series') ? with_(one) : one)),
    problem,
  });
  if (kind === 'below') return change((one) => ({ ...one, instances: [...one.instances, instanceOf(match, uid)] }));
  if (kind === 'branch') return change((one) => ({ ...one, problem: textOf(event, 'detail') }));
  return { series, problem };
};

/** Throws RequestError. */
export const getContents = async (
  archive: string,
  { study, patientId }: { readonly study: string; readonly patientId: string },
  signal: AbortSignal,
): Promise<Contents> => {
  const keys = { StudyInstanceUID: study, ...(patientId !== '' && { PatientID: patientId }) };
  const wish = { level: 'SERIES', depth: 'IMAGE', keys, archives: [archive], limit: 10_000 };
  let contents = noContents;
  for await (const events of postSearch(wish, signal)) contents = events.reduce(takeInContents, contents);
  return contents;
};
