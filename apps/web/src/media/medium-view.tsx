// One open medium: its contents, and what can be done with what is chosen of it.
import { Button, Group, Menu, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconEye, IconFileImport, IconSend } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { getPeers } from '../api.ts';
import { counted } from '../format/quantity.ts';
import { Notice } from '../shell/notice.tsx';
import { allOf, type Chosen, chosenCount } from './choose-items.ts';
import { ContentsView } from './contents-view.tsx';
import classes from './media.module.css';
import { type Action, actOn, type Contents, closeMedium, getContents, type Wish } from './media-api.ts';

interface ViewProps {
  readonly medium: string;
  /** Something is brought up for display. */
  readonly onShowing: (action: Action) => void;
}

const useActing = (medium: string, onShowing: (action: Action) => void) => {
  const queries = useQueryClient();
  const renew = () => queries.invalidateQueries({ queryKey: ['media', 'state'] });
  const act = useMutation({
    mutationFn: (wish: Wish) => actOn(medium, wish),
    onSettled: renew,
    onSuccess: (action) => action.kind === 'show' && onShowing(action),
  });
  const close = useMutation({ mutationFn: () => closeMedium(medium), onSettled: renew });
  return { act, close, problem: act.error ?? close.error };
};

interface DestinationProps {
  readonly disabled: boolean;
  readonly onChosen: (aeTitle: string) => void;
}

const SendMenu = ({ disabled, onChosen }: DestinationProps) => {
  const { data: peers = [] } = useQuery({ queryKey: ['peers'], queryFn: ({ signal }) => getPeers(signal) });
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="default" leftSection={<IconSend size={16} />} disabled={disabled}>
          Send to…
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {peers.map(({ aeTitle, name }) => (
          <Menu.Item key={aeTitle} onClick={() => onChosen(aeTitle)}>
            {name}
          </Menu.Item>
        ))}
        {peers.length === 0 && <Menu.Label>No peers are configured</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
};

interface ActsProps {
  readonly count: number;
  readonly pending: boolean;
  readonly onWish: (wish: Omit<Wish, 'items'>) => void;
}

const Acts = ({ count, pending, onWish }: ActsProps) => {
  const disabled = count === 0 || pending;
  return (
    <Group gap="sm" className={classes.acts}>
      <Text size="sm" aria-live="polite">
        {counted(count, 'object')} chosen
      </Text>
      <Button leftSection={<IconEye size={16} />} disabled={disabled} onClick={() => onWish({ kind: 'show' })}>
        Show
      </Button>
      <Button
        variant="default"
        leftSection={<IconFileImport size={16} />}
        disabled={disabled}
        onClick={() => onWish({ kind: 'import' })}
      >
        Import
      </Button>
      <SendMenu disabled={disabled} onChosen={(destination) => onWish({ kind: 'send', destination })} />
    </Group>
  );
};

const Remarks = ({ remarks }: Pick<Contents, 'remarks'>) =>
  remarks.length === 0 ? null : (
    <Notice tone="attention" title="About this medium">
      <ul className={classes.remarks}>
        {remarks.map((remark, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two records may be wrong in the same way
          <li key={`${remark} ${index}`}>{remark}</li>
        ))}
      </ul>
    </Notice>
  );

const source = ({ fromDirectory, fileSetId, instances }: Contents): string => {
  const known = fromDirectory ? `DICOMDIR${fileSetId === '' ? '' : ` ${fileSetId}`}` : 'Found by looking at every file';
  return `${known} · ${counted(instances, 'object')}`;
};

const Opened = ({ contents, onShowing }: { readonly contents: Contents } & Pick<ViewProps, 'onShowing'>) => {
  const [chosen, setChosen] = useState<Chosen>(() => new Set(allOf(contents)));
  const { act, close, problem } = useActing(contents.id, onShowing);
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <div>
          <Title order={2} size="h3">
            {contents.title}
          </Title>
          <Text size="sm" className="quiet">
            {source(contents)}
          </Text>
        </div>
        <Button variant="default" onClick={() => close.mutate()} loading={close.isPending}>
          Close the medium
        </Button>
      </Group>
      <Acts
        count={chosenCount(contents, chosen)}
        pending={act.isPending}
        onWish={(wish) => act.mutate({ ...wish, items: [...chosen] })}
      />
      {problem && (
        <Text role="alert" className={classes.problem}>
          {problem.message}
        </Text>
      )}
      <Remarks remarks={contents.remarks} />
      <ContentsView contents={contents} chosen={chosen} onChosen={setChosen} />
    </Stack>
  );
};

export const MediumView = ({ medium, onShowing }: ViewProps) => {
  const { data, error } = useQuery({
    queryKey: ['media', medium, 'contents'],
    queryFn: ({ signal }) => getContents(medium, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <section className={classes.card} aria-label="Medium">
      {error && (
        <Text role="alert" className={classes.problem}>
          {error.message}
        </Text>
      )}
      {data ? <Opened key={medium} contents={data} onShowing={onShowing} /> : !error && <Skeleton height={200} />}
    </section>
  );
};
