// The studies that fit a search, one page of them, in the order asked for.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { findDataSets } from '../api.ts';
import { readStudy, type Study } from './study.ts';
import { type StudySearch, studiesAddress } from './study-search.ts';

export const pageSize = 50;

export interface StudyPage {
  readonly studies: readonly Study[];
  /** All that fit the search. */
  readonly total: number;
  /** Pages that can be turned to. */
  readonly pages: number;
}

const load = async (search: StudySearch, signal: AbortSignal): Promise<StudyPage> => {
  const offset = ((search.page ?? 1) - 1) * pageSize;
  const address = studiesAddress(search, { limit: pageSize, offset, now: new Date() });
  const { dataSets, remaining } = await findDataSets(address, signal);
  const studies = dataSets.map(readStudy).filter(({ uid }) => uid !== '');
  const total = offset + studies.length + remaining;
  return { studies, total, pages: Math.max(1, Math.ceil(total / pageSize)) };
};

export const useStudies = (search: StudySearch) =>
  useQuery({
    queryKey: ['studies', search],
    queryFn: ({ signal }) => load(search, signal),
    placeholderData: keepPreviousData,
  });
