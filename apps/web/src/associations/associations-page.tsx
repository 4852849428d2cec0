// What other systems did here lately: every association in plain words, refusals first of all.
import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { getAssociations } from '../api.ts';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { AssociationCard } from './association-card.tsx';
import { readAssociation } from './association-record.ts';

const refreshEveryMs = 5_000;

const useAssociations = () =>
  useQuery({
    queryKey: ['associations'],
    queryFn: async ({ signal }) => (await getAssociations(signal)).map(readAssociation),
    refetchInterval: refreshEveryMs,
  });

const Nothing = () => (
  <Stack align="center" py={64} gap="xs">
    <IconPlugConnected size={40} stroke={1.3} color="var(--page-quiet)" />
    <Text fw={600}>No associations yet</Text>
    <Text className="quiet" size="sm">
      When a modality or another archive connects, what it did is told here.
    </Text>
  </Stack>
);

export const AssociationsPage = () => {
  const { data, error, isPending, refetch } = useAssociations();
  useEffect(() => {
    document.title = 'Activity · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={1040} mx="auto">
      <div>
        <Title order={1} size="h2">
          Activity
        </Title>
        <Text className="quiet">DICOM associations, the newest first</Text>
      </div>
      {isPending && <Skeleton height={180} radius="md" />}
      {error && !data && (
        <DeadEnd title="The activity cannot be loaded" reason={error.message} onRetry={() => void refetch()} />
      )}
      {data?.length === 0 && <Nothing />}
      <Stack gap="sm" component="ul" p={0} m={0}>
        {data?.map((association) => (
          <AssociationCard key={association.id} association={association} />
        ))}
      </Stack>
    </Stack>
  );
};
