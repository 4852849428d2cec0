// A study, its series and their instances, as QIDO-RS has them. PS3.18 10.6.
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { dicomwebAddress, findDataSets, RequestError, request, servicePrefix } from '../api.ts';
import { type DicomJson, numberAt, textAt } from '../dicom-json.ts';
import { shownDate, shownTime } from '../format/date-time.ts';
import { readStudy, type Study } from '../studies/study.ts';

export interface Series {
  readonly uid: string;
  readonly number: number | undefined;
  readonly modality: string;
  readonly description: string;
  readonly bodyPart: string;
  readonly protocol: string;
  readonly equipment: string;
  readonly date: string;
  readonly time: string;
  readonly instances: number;
}

export interface Instance {
  readonly uid: string;
  readonly sopClassUid: string;
  readonly number: number | undefined;
  readonly frames: number;
  /** False where it has no pixel data: a report, a waveform, a document. */
  readonly isImage: boolean;
}

const studyFields = ['StudyDescription', 'PatientAge', 'InstitutionName'];
const seriesFields = [
  'BodyPartExamined',
  'ProtocolName',
  'SeriesDate',
  'SeriesTime',
  'Manufacturer',
  'ManufacturerModelName',
];
const mostInstances = 20_000;
/** As many as are asked for before the others: what is looked at when a series is opened. */
const firstInstances = 16;

const fields = (names: readonly string[]): string => `includefield=${names.join(',')}`;

const readSeries = (dataSet: DicomJson): Series => ({
  uid: textAt(dataSet, 'SeriesInstanceUID'),
  number: numberAt(dataSet, 'SeriesNumber'),
  modality: textAt(dataSet, 'Modality'),
  description: textAt(dataSet, 'SeriesDescription'),
  bodyPart: textAt(dataSet, 'BodyPartExamined'),
  protocol: textAt(dataSet, 'ProtocolName'),
  equipment: [textAt(dataSet, 'Manufacturer'), textAt(dataSet, 'ManufacturerModelName')].filter(Boolean).join(' '),
  date: shownDate(textAt(dataSet, 'SeriesDate')),
  time: shownTime(textAt(dataSet, 'SeriesTime')),
  instances: numberAt(dataSet, 'NumberOfSeriesRelatedInstances') ?? 0,
});

const readInstance = (dataSet: DicomJson): Instance => ({
  uid: textAt(dataSet, 'SOPInstanceUID'),
  sopClassUid: textAt(dataSet, 'SOPClassUID'),
  number: numberAt(dataSet, 'InstanceNumber'),
  frames: Math.max(1, numberAt(dataSet, 'NumberOfFrames') ?? 1),
  isImage: (numberAt(dataSet, 'Rows') ?? 0) > 0,
});

/** By number, those without one last; equals by UID, so that the order is the same each time. */
const byNumber = (
  one: { readonly number: number | undefined; readonly uid: string },
  other: { readonly number: number | undefined; readonly uid: string },
): number => (one.number ?? Number.MAX_VALUE) - (other.number ?? Number.MAX_VALUE) || (one.uid < other.uid ? -1 : 1);

/** A search says only that it finds nothing; whether it was taken out a retrieval says. PS3.18 8.5 */
const absence = async (study: string, signal: AbortSignal): Promise<RequestError> => {
  const asked = request(`${dicomwebAddress(study)}/metadata`, { method: 'HEAD', signal });
  const status = await asked.then(
    () => 200,
    (error: unknown) => (error instanceof RequestError ? error.status : 404),
  );
  return status === 410
    ? new RequestError(410, 'This study was taken out of the archive. The page Storage puts it back.')
    : new RequestError(404, 'The archive has no study with this UID.');
};

const loadStudy = async (study: string, signal: AbortSignal): Promise<Study> => {
  const query = `StudyInstanceUID=${encodeURIComponent(study)}&${fields(studyFields)}`;
  const { dataSets } = await findDataSets(`${servicePrefix()}/dicom-web/studies?${query}`, signal);
  const [found] = dataSets;
  if (found === undefined) throw await absence(study, signal);
  return readStudy(found);
};

const loadSeries = async (study: string, signal: AbortSignal): Promise<readonly Series[]> => {
  const { dataSets } = await findDataSets(`${dicomwebAddress(study)}/series?${fields(seriesFields)}`, signal);
  return dataSets
    .map(readSeries)
    .filter(({ uid }) => uid !== '')
    .sort(byNumber);
};

const loadInstances = async (
  { study, series, limit }: { readonly study: string; readonly series: string; readonly limit: number },
  signal: AbortSignal,
): Promise<readonly Instance[]> => {
  const { dataSets } = await findDataSets(`${dicomwebAddress(study, series)}/instances?limit=${limit}`, signal);
  return dataSets
    .map(readInstance)
    .filter(({ uid }) => uid !== '')
    .sort(byNumber);
};

export const useStudy = (study: string) =>
  useQuery({ queryKey: ['study', study, 'study'], queryFn: ({ signal }) => loadStudy(study, signal) });

export const useSeries = (study: string) =>
  useQuery({ queryKey: ['study', study, 'series'], queryFn: ({ signal }) => loadSeries(study, signal) });

/** The instances of a series in the order of their numbers. */
export const useInstances = (study: string, series: string, enabled = true) =>
  useQuery({
    queryKey: ['study', study, 'instances', series],
    queryFn: ({ signal }) => loadInstances({ study, series, limit: mostInstances }, signal),
    enabled,
  });

/**
 * Those of the first instances that are certain to be the first of all: numbers rise, and the last may have its equal among the
 * others. A list that is shorter than what was asked for is all of them.
 */
export const certainBeginning = (instances: readonly Instance[], asked = firstInstances): readonly Instance[] => {
  if (instances.length < asked) return instances;
  if (instances.some(({ number }) => number === undefined)) return [];
  const until = instances.findIndex(({ number = 0 }, at) => number === (instances[at + 1]?.number ?? number));
  return instances.slice(0, until);
};

const firstInstancesQuery = (study: string, series: string) => ({
  queryKey: ['study', study, 'first instances', series],
  queryFn: async ({ signal }: { readonly signal: AbortSignal }) =>
    certainBeginning(await loadInstances({ study, series, limit: firstInstances }, signal)),
});

/** Asks for what `useOpening` begins with, before the series is opened. */
export const prefetchOpening = (queries: QueryClient, study: string, series: string): void =>
  void queries.prefetchQuery({ ...firstInstancesQuery(study, series), staleTime: 10_000 });

export interface Looking {
  /** From 0. */
  readonly place: number;
  /** Something is seen there: the rest of the series may take the line. */
  readonly isShown: boolean;
}

/** The instances in the order of their numbers, those at the beginning before all of them, where the place looked at is there. */
export const useOpening = (study: string, series: string, { place, isShown }: Looking) => {
  const { data: first, isPending } = useQuery({
    ...firstInstancesQuery(study, series),
    enabled: place < firstInstances && !isShown,
    staleTime: 10_000,
  });
  const isThere = first !== undefined && place < first.length;
  const suffices = place < firstInstances && !isShown && (isPending || isThere);
  const { data: all, error } = useInstances(study, series, !suffices);
  return { first: isThere ? first : undefined, all, error };
};
