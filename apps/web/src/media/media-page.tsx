// Media: discs, sticks and folders are opened, looked at, imported into the archive, or sent on.
import { SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { ActionList } from './action-list.tsx';
import { type Action, getMedia, isGoing, type MediaState } from './media-api.ts';
import { MediumView } from './medium-view.tsx';
import { OpenMedium } from './open-medium.tsx';

const lookMs = 500;

const useMedia = () =>
  useQuery({
    queryKey: ['media', 'state'],
    queryFn: ({ signal }) => getMedia(signal),
    refetchInterval: ({ state: { data } }) => (data?.actions.some(isGoing) ? lookMs : false),
  });

/** The medium that is looked at: the one chosen, or the one opened last. */
const useChosen = ({ opened, actions }: Pick<MediaState, 'opened' | 'actions'>) => {
  const [chosen, choose] = useState('');
  const [awaited, setAwaited] = useState('');
  const ready = actions.find(({ id }) => id === awaited)?.medium ?? '';
  useEffect(() => {
    if (ready === '') return;
    choose(ready);
    setAwaited('');
  }, [ready]);
  const medium = opened.find(({ id }) => id === chosen) ?? opened.at(-1);
  return { medium, choose, await: setAwaited };
};

const Loaded = ({ state }: { readonly state: MediaState }) => {
  const queries = useQueryClient();
  const { medium, choose, await: awaitMedium } = useChosen(state);
  const follow = (action: Action) => {
    awaitMedium(action.id);
    void queries.invalidateQueries({ queryKey: ['media', 'state'] });
  };
  return (
    <>
      <OpenMedium state={state} onOpening={follow} />
      <ActionList actions={state.actions} />
      {state.opened.length > 1 && (
        <SegmentedControl
          aria-label="Open media"
          value={medium?.id ?? ''}
          onChange={choose}
          data={state.opened.map(({ id, title }) => ({ value: id, label: title }))}
        />
      )}
      {medium && <MediumView key={medium.id} medium={medium.id} />}
    </>
  );
};

export const MediaPage = () => {
  const { data, error, isPending, refetch } = useMedia();
  useEffect(() => {
    document.title = 'Media · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={1200} mx="auto">
      <div>
        <Title order={1} size="h2">
          Media
        </Title>
        <Text className="quiet">
          Discs, sticks and folders with DICOM files: look at them, import them, or send them on. Nothing on them is
          changed.
        </Text>
      </div>
      {isPending && <Skeleton height={140} radius="md" />}
      {error && <DeadEnd title="Media cannot be opened" reason={error.message} onRetry={() => void refetch()} />}
      {data && <Loaded state={data} />}
    </Stack>
  );
};
