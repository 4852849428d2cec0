// The list of studies: what the archive holds, searched, sorted, and true while images come in.
import { Anchor, Group, Pagination, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { counted } from '../format/quantity.ts';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { useSystem } from '../shell/use-system.ts';
import { EmptyArchive } from './empty-archive.tsx';
import { SearchBar } from './search-bar.tsx';
import { StudyCards } from './study-cards.tsx';
import { isNarrowed, type StudySearch } from './study-search.ts';
import { StudyTable } from './study-table.tsx';
import { type StudyPage, useStudies } from './use-studies.ts';

const route = getRouteApi('/pages/');

/** Changes the search in the address; every change but turning the page leads back to the first. */
const useSearch = () => {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: StudySearch & { readonly [key in keyof StudySearch]?: StudySearch[key] | undefined }) => {
    const { page: _page, ...kept } = search;
    const entries = Object.entries({ ...kept, ...changes }).filter(([, value]) => value !== undefined && value !== '');
    void navigate({ search: Object.fromEntries(entries), replace: true });
  };
  return { search, change };
};

const Waiting = () => (
  <Stack gap={10} aria-label="Loading">
    {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
      <Skeleton key={key} height={46} radius="md" />
    ))}
  </Stack>
);

interface ResultsProps {
  readonly found: StudyPage;
  readonly search: StudySearch;
  readonly onChange: (changes: StudySearch) => void;
  readonly refreshing: boolean;
}

const NothingFound = () => (
  <Stack align="center" py={64} gap={4}>
    <Text fw={600}>No study fits this search</Text>
    <Text className="quiet" size="sm">
      Clear a field, or use * for any characters and ? for one.
    </Text>
  </Stack>
);

const Results = ({ found, search, onChange, refreshing }: ResultsProps) => {
  const narrow = useMediaQuery('(max-width: 48em)');
  const List = narrow ? StudyCards : StudyTable;
  return (
    <Stack gap="md" aria-busy={refreshing}>
      <List studies={found.studies} sort={search.sort} onSort={(sort) => onChange({ ...search, sort: sort ?? '' })} />
      {found.studies.length === 0 && <NothingFound />}
      {found.pages > 1 && (
        <Group justify="center">
          <Pagination
            total={found.pages}
            value={search.page ?? 1}
            onChange={(page) => onChange({ ...search, page })}
            getControlProps={(control) => ({ 'aria-label': `${control} page` })}
          />
        </Group>
      )}
    </Stack>
  );
};

export const StudiesPage = () => {
  const { search, change } = useSearch();
  const { data: found, error, isPending, isFetching, refetch } = useStudies(search);
  const { data: system } = useSystem();
  useEffect(() => {
    document.title = 'Studies · Concord';
  }, []);
  const empty = found?.total === 0 && !isNarrowed(search) && (search.page ?? 1) === 1;
  if (empty && system?.statistics.instances === 0) return <EmptyArchive system={system} />;
  return (
    <Stack gap="lg">
      <Group align="baseline" gap="sm">
        <Title order={1} size="h2">
          Studies
        </Title>
        <Text className="quiet figures" aria-live="polite">
          {found && !error ? counted(found.total, 'study', 'studies') : ''}
        </Text>
        <Anchor ml="auto" size="sm" renderRoot={(props) => <Link to="/exam-types" {...props} />}>
          Exam types
        </Anchor>
      </Group>
      <SearchBar search={search} onChange={change} />
      {isPending && <Waiting />}
      {error && <DeadEnd title="The list cannot be loaded" reason={error.message} onRetry={() => void refetch()} />}
      {found && !error && <Results found={found} search={search} onChange={change} refreshing={isFetching} />}
    </Stack>
  );
};
