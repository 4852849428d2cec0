// Media: discs, sticks and folders are opened, looked at, imported into the archive, or sent on.
import { SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { ActionList, placeOf } from './action-list.tsx';
import { type Action, actOn, getMedia, isGoing, type MediaState } from './media-api.ts';
import { MediumView } from './medium-view.tsx';
import { OpenMedium } from './open-medium.tsx';

const lookMs = 500;

const useMedia = () =>
  useQuery({
    queryKey: ['media', 'state'],
    queryFn: ({ signal }) => getMedia(signal),
    refetchInterval: ({ state: { data } }) => (data?.actions.some(isGoing) ? lookMs : false),
  });

/**
 * The medium that is looked at: the one chosen, or the one opened last. What this page has asked for is followed: a medium that was
 * opened is looked at, a single object is shown at once, and what is shown is gone to.
 */
const useFollowing = ({ opened, actions }: MediaState) => {
  const queries = useQueryClient();
  const [chosen, choose] = useState('');
  const [awaited, setAwaited] = useState('');
  const follow = ({ id }: Action) => {
    setAwaited(id);
    void queries.invalidateQueries({ queryKey: ['media', 'state'] });
  };
  const show = useMutation({
    mutationFn: (medium: string) => actOn(medium, { kind: 'show', items: [] }),
    onSuccess: follow,
  });
  const ended = actions.find((action) => action.id === awaited && !isGoing(action));
  // biome-ignore lint/correctness/useExhaustiveDependencies: each end is taken up once
  useEffect(() => {
    if (!ended) return;
    setAwaited('');
    const { kind, medium } = ended;
    const place = placeOf(ended);
    if (kind === 'show' && place !== undefined) window.location.assign(place);
    if (kind !== 'open' || medium === '') return;
    choose(medium);
    if (opened.find(({ id }) => id === medium)?.instances === 1) show.mutate(medium);
  }, [ended?.id]);
  return { medium: opened.find(({ id }) => id === chosen) ?? opened.at(-1), choose, follow };
};

/** A medium that was opened is there to be seen: nothing more is to be said of it. */
const isTelling = ({ kind, state }: Action): boolean => kind !== 'open' || state !== 'done';

const Loaded = ({ state }: { readonly state: MediaState }) => {
  const { medium, choose, follow } = useFollowing(state);
  return (
    <>
      <OpenMedium state={state} onOpening={follow} />
      <ActionList actions={state.actions.filter(isTelling)} />
      {state.opened.length > 1 && (
        <SegmentedControl
          aria-label="Open media"
          value={medium?.id ?? ''}
          onChange={choose}
          data={state.opened.map(({ id, title }) => ({ value: id, label: title }))}
        />
      )}
      {medium && <MediumView key={medium.id} medium={medium.id} onShowing={follow} />}
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
