// What is being sent, how far it is, what went wrong, and what can be done about it.
import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { getJobs, isOpen } from './job.ts';
import { JobCard } from './job-card.tsx';
import classes from './jobs.module.css';

const refreshMs = { busy: 700, idle: 5000 };

const NoJobs = () => (
  <Stack gap={4} className={classes.card}>
    <Text fw={600}>Nothing has been sent yet</Text>
    <Text size="sm" className="quiet">
      Open a study and choose “Send to…”. What is sent appears here, and stays until every object has arrived.
    </Text>
  </Stack>
);

export const JobsPage = () => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['jobs'],
    queryFn: ({ signal }) => getJobs(signal),
    refetchInterval: ({ state }) => (state.data?.some(isOpen) ? refreshMs.busy : refreshMs.idle),
  });
  useEffect(() => {
    document.title = 'Jobs · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={960} mx="auto">
      <div>
        <Title order={1} size="h2">
          Jobs
        </Title>
        <Text className="quiet">A job is done only when the other system has confirmed every object.</Text>
      </div>
      {isPending && <Skeleton height={140} radius="md" />}
      {error && <DeadEnd title="The jobs cannot be loaded" reason={error.message} onRetry={() => void refetch()} />}
      {data?.length === 0 && <NoJobs />}
      <ul className={classes.list}>
        {data?.map((job) => (
          <JobCard key={job.id} job={job} />
        ))}
      </ul>
    </Stack>
  );
};
