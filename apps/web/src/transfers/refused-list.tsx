// What was not taken: which object, from whom, why and when, the last first.
import type { RefusedObject } from '@concord/server/api';
import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { UidName } from '../associations/uid-name.tsx';
import { shownAgo } from '../format/date-time.ts';
import classes from '../jobs/jobs.module.css';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { pageLength } from './ledger.ts';
import { getRefused } from './refused.ts';

const refreshMs = 3000;

const Refused = ({ refused }: { readonly refused: RefusedObject }) => (
  <li className={classes.card}>
    <Group justify="space-between" wrap="nowrap" gap="sm" align="baseline">
      <Text fw={600} className={classes.title}>
        {refused.peer || (refused.associationId === '' ? 'Over the web' : 'A sender without a title')}
        {refused.address !== '' && <span className="quiet"> · {refused.address}</span>}
      </Text>
      <Text size="xs" className="quiet figures" title={refused.at}>
        {shownAgo(new Date(refused.at), new Date())}
      </Text>
    </Group>
    <Text size="sm" className={classes.problem}>
      {refused.detail}
    </Text>
    <Text size="sm" className="quiet">
      {refused.sopClassUid !== '' && <UidName uid={refused.sopClassUid} />}{' '}
      <span className="uid">{refused.sopInstanceUid || 'no SOP Instance UID'}</span>
      {refused.studyInstanceUid !== '' && (
        <>
          {' of study '}
          <span className="uid">{refused.studyInstanceUid}</span>
        </>
      )}
    </Text>
  </li>
);

export const RefusedList = () => {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['refused objects'],
    queryFn: ({ pageParam, signal }) => getRefused(pageParam, signal),
    initialPageParam: '',
    getNextPageParam: (last) => (last.length < pageLength ? undefined : last.at(-1)?.id),
    refetchInterval: refreshMs,
    placeholderData: keepPreviousData,
  });
  const refused = data?.pages.flat();
  return (
    <Stack gap="lg">
      {isPending && <Skeleton height={140} radius="md" />}
      {error && (
        <DeadEnd title="What was refused cannot be loaded" reason={error.message} onRetry={() => void refetch()} />
      )}
      {refused?.length === 0 && <Text className="quiet">Nothing was refused.</Text>}
      <ul className={classes.list} aria-label="Refused objects">
        {refused?.map((each) => (
          <Refused key={each.id} refused={each} />
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
