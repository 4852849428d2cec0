// What is being sent, how far it is, what went wrong, and what can be done about it: by peer, and job by job.
import { Button, Group, Select, Skeleton, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { getPeers } from '../api.ts';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { getJobs, isOpen } from './job.ts';
import { JobCard } from './job-card.tsx';
import { isJobState, type JobSearch, jobStates, pageLength } from './job-search.ts';
import classes from './jobs.module.css';
import { QueueList } from './queue-list.tsx';

const refreshMs = { busy: 700, idle: 5000 };
const route = getRouteApi('/pages/jobs');

const NoJobs = ({ narrowed }: { readonly narrowed: boolean }) => (
  <Stack gap={4} className={classes.card}>
    <Text fw={600}>{narrowed ? 'No such jobs' : 'Nothing has been sent yet'}</Text>
    <Text size="sm" className="quiet">
      {narrowed
        ? 'None of those that are kept fits what is looked for.'
        : 'Open a study and choose “Send to…”. What is sent appears here, and stays until every object has arrived.'}
    </Text>
  </Stack>
);

const useJobs = (search: JobSearch) =>
  useInfiniteQuery({
    queryKey: ['jobs', search],
    queryFn: ({ pageParam, signal }) => getJobs(search, pageParam, signal),
    initialPageParam: '',
    getNextPageParam: (last) => (last.length < pageLength ? undefined : last.at(-1)?.id),
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.some(isOpen)) ? refreshMs.busy : refreshMs.idle,
    placeholderData: keepPreviousData,
  });

const Filter = ({ search }: { readonly search: JobSearch }) => {
  const navigate = route.useNavigate();
  const { data: peers = [] } = useQuery({ queryKey: ['peers'], queryFn: ({ signal }) => getPeers(signal) });
  const titles = new Set([...peers.map(({ aeTitle }) => aeTitle), ...(search.to === undefined ? [] : [search.to])]);
  const change = (next: JobSearch) => void navigate({ search: next, replace: true });
  return (
    <Group gap="sm" align="end" role="search" aria-label="Jobs">
      <Select
        label="State"
        placeholder="any"
        clearable
        data={[...jobStates]}
        value={search.state ?? null}
        onChange={(value) => {
          const { state: _, ...rest } = search;
          change(value !== null && isJobState(value) ? { ...rest, state: value } : rest);
        }}
      />
      <Select
        label="Peer"
        placeholder="any"
        clearable
        searchable
        data={[...titles]}
        value={search.to ?? null}
        onChange={(value) => {
          const { to: _, ...rest } = search;
          change(value === null ? rest : { ...rest, to: value });
        }}
      />
    </Group>
  );
};

export const JobsPage = () => {
  const search = route.useSearch();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useJobs(search);
  useEffect(() => {
    document.title = 'Jobs · Concord';
  }, []);
  const jobs = data?.pages.flat();
  return (
    <Stack gap="lg" maw={960} mx="auto">
      <div>
        <Title order={1} size="h2">
          Jobs
        </Title>
        <Text className="quiet">A job is done only when the other system has confirmed every object.</Text>
      </div>
      <QueueList />
      <Filter search={search} />
      {isPending && <Skeleton height={140} radius="md" />}
      {error && <DeadEnd title="The jobs cannot be loaded" reason={error.message} onRetry={() => void refetch()} />}
      {jobs?.length === 0 && <NoJobs narrowed={Object.keys(search).length > 0} />}
      <ul className={classes.list} aria-label="Jobs">
        {jobs?.map((job) => (
          <JobCard key={job.id} job={job} />
        ))}
      </ul>
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()} mx="auto">
          Older
        </Button>
      )}
    </Stack>
  );
};
