// A button that fetches from another archive, and then how far it is.
import { Button, Group, Loader, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { request } from '../api.ts';
import { shownCount } from '../format/quantity.ts';
import { isOpen, type Job, readJob } from '../jobs/job.ts';
import { type FetchWish, fetchFrom } from './archive-search.ts';
import classes from './archives.module.css';

const lookMs = 600;

const getJob = async (id: string, signal?: AbortSignal): Promise<Job> =>
  readJob(await (await request(`/api/jobs/${encodeURIComponent(id)}`, signal ? { signal } : {})).json());

const Progress = ({ id, study }: { readonly id: string; readonly study: string }) => {
  const { data: job, error } = useQuery({
    queryKey: ['jobs', id],
    queryFn: ({ signal }) => getJob(id, signal),
    refetchInterval: ({ state }) => (state.data && !isOpen(state.data) ? false : lookMs),
  });
  if (error) return <Text size="xs">{error.message}</Text>;
  if (!job || isOpen(job)) {
    return (
      <Group gap={6} wrap="nowrap">
        <Loader size={14} aria-label="Fetching" />
        <Text size="xs" className="figures">
          {job && job.total > 0 ? `${job.sent} of ${job.total}` : job?.detail || 'asking'}
        </Text>
      </Group>
    );
  }
  if (job.state === 'done') {
    return (
      <Link to="/studies/$study" params={{ study }} className={classes.open}>
        Open ({shownCount(job.sent)} here)
      </Link>
    );
  }
  return (
    <Text size="xs" role="alert" className={classes.problem}>
      {job.detail || job.state}
    </Text>
  );
};

interface FetchButtonProps {
  readonly archive: string;
  readonly wish: FetchWish;
  /** What it fetches, for those who do not see where it stands. */
  readonly label: string;
}

export const FetchButton = ({ archive, wish, label }: FetchButtonProps) => {
  const fetching = useMutation({ mutationFn: () => fetchFrom(archive, wish) });
  if (fetching.data !== undefined) return <Progress id={fetching.data} study={wish.studyInstanceUid} />;
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconDownload size={14} />}
        loading={fetching.isPending}
        onClick={() => fetching.mutate()}
        aria-label={label}
      >
        Fetch
      </Button>
      {fetching.error && (
        <Text size="xs" role="alert" className={classes.problem}>
          {fetching.error.message}
        </Text>
      )}
    </>
  );
};
