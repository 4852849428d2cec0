// What the end of a search means: archives that never ended said nothing, and nothing found is only as much as was asked.
import type { ArchiveState, SearchResult } from './archive-search.ts';

/** Archives that had not ended will not, and why. */
export const cutShort = (result: SearchResult, state: ArchiveState, detail = ''): SearchResult => ({
  ...result,
  archives: result.archives.map((each) => (each.state === 'asked' ? { ...each, state, detail } : each)),
});

/** What it means that no study was found. */
export const nothingInWords = ({ archives }: Pick<SearchResult, 'archives'>): string => {
  const answered = archives.filter(({ state }) => state === 'done');
  if (answered.length === archives.length && archives.length > 0) return 'No archive has a study that fits.';
  return answered.length === 0
    ? 'No archive has answered to the end: whether one has such a study is not known.'
    : `Nothing that fits at ${answered.map(({ aeTitle }) => aeTitle).join(', ')}; the others have not answered to the end, and may have it.`;
};
