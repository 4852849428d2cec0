// The studies that fit a search, one page of them, in the order asked for.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { findDataSets } from '../api.ts';
import { readSorting, readStudy, type Study, sortStudies, usualSorting } from './study.ts';
import { type StudySearch, studiesAddress } from './study-search.ts';

export const pageSize = 50;
/** Sorting otherwise than the server does needs all that is sorted: at most so many, and the reader is told. */
export const sortedAtMost = 1000;

export interface StudyPage {
  readonly studies: readonly Study[];
  /** All that fit the search. */
  readonly total: number;
  /** Pages that can be turned to. */
  readonly pages: number;
  /** True where only the newest `sortedAtMost` took part in the sorting. */
  readonly partlySorted: boolean;
}

const load = async (search: StudySearch, signal: AbortSignal): Promise<StudyPage> => {
  const sorting = readSorting(search.sort);
  const usual = sorting.column === usualSorting.column && sorting.descending === usualSorting.descending;
  const skipped = ((search.page ?? 1) - 1) * pageSize;
  const [limit, offset] = usual ? [pageSize, skipped] : [sortedAtMost, 0];
  const { dataSets, remaining } = await findDataSets(
    studiesAddress(search, { limit, offset, now: new Date() }),
    signal,
  );
  const loaded = dataSets.map(readStudy).filter(({ uid }) => uid !== '');
  const total = offset + loaded.length + remaining;
  const studies = usual ? loaded : sortStudies(loaded, sorting).slice(skipped, skipped + pageSize);
  const pages = Math.max(1, Math.ceil((usual ? total : loaded.length) / pageSize));
  return { studies, total, pages, partlySorted: !usual && remaining > 0 };
};

export const useStudies = (search: StudySearch) =>
  useQuery({
    queryKey: ['studies', search],
    queryFn: ({ signal }) => load(search, signal),
    placeholderData: keepPreviousData,
  });
