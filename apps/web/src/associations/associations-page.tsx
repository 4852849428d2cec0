// What other systems did here lately: every association in plain words, refusals first of all.
import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { getAssociations } from '../api.ts';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { AssociationCard } from './association-card.tsx';
import { AssociationFilter } from './association-filter.tsx';
import { readAssociation } from './association-record.ts';
import { type AssociationSearch, associationQuery, isNarrowed, pageSize } from './association-search.ts';

const refreshEveryMs = 5_000;
const route = getRouteApi('/pages/activity');

const useAssociations = (search: AssociationSearch) =>
  useQuery({
    queryKey: ['associations', search],
    queryFn: async ({ signal }) => (await getAssociations(associationQuery(search), signal)).map(readAssociation),
    refetchInterval: refreshEveryMs,
    placeholderData: keepPreviousData,
  });

const Nothing = ({ narrowed }: { readonly narrowed: boolean }) => (
  <Stack align="center" py={64} gap="xs">
    <IconPlugConnected size={40} stroke={1.3} color="var(--page-quiet)" />
    <Text fw={600}>{narrowed ? 'No such associations' : 'No associations yet'}</Text>
    <Text className="quiet" size="sm">
      {narrowed
        ? 'None of those that are kept fits what is looked for.'
        : 'When a modality or another archive connects, what it did is told here.'}
    </Text>
  </Stack>
);

interface PagesProps {
  readonly page: number;
  readonly more: boolean;
  readonly onTurn: (page: number) => void;
}

const Pages = ({ page, more, onTurn }: PagesProps) => (
  <Group justify="center">
    <Button variant="default" disabled={page === 1} onClick={() => onTurn(page - 1)}>
      Newer
    </Button>
    <Button variant="default" disabled={!more} onClick={() => onTurn(page + 1)}>
      Older
    </Button>
  </Group>
);

export const AssociationsPage = () => {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { page = 1 } = search;
  const { data, error, isPending, refetch } = useAssociations(search);
  useEffect(() => {
    document.title = 'Activity · Concord';
  }, []);
  const more = (data?.length ?? 0) > pageSize;
  return (
    <Stack gap="lg" maw={1040} mx="auto">
      <div>
        <Title order={1} size="h2">
          Activity
        </Title>
        <Text className="quiet">
          DICOM associations, the newest first. <Link to="/alerts">Alerts</Link>
        </Text>
      </div>
      <AssociationFilter search={search} onChange={(next) => void navigate({ search: next, replace: true })} />
      {isPending && <Skeleton height={180} radius="md" />}
      {error && !data && (
        <DeadEnd title="The activity cannot be loaded" reason={error.message} onRetry={() => void refetch()} />
      )}
      {data?.length === 0 && <Nothing narrowed={isNarrowed(search) || page > 1} />}
      <Stack gap="sm" component="ul" p={0} m={0}>
        {data?.slice(0, pageSize).map((association) => (
          <AssociationCard key={association.id} association={association} />
        ))}
      </Stack>
      {(page > 1 || more) && (
        <Pages page={page} more={more} onTurn={(turned) => void navigate({ search: { ...search, page: turned } })} />
      )}
    </Stack>
  );
};
