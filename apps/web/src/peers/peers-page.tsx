// The systems this archive knows, and whether they answer.
import { Button, Code, Group, Loader, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { echoPeer, getPeers, type Peer } from '../api.ts';
import { shownDuration } from '../format/quantity.ts';
import { DeadEnd } from '../shell/dead-ends.tsx';
import classes from './peers.module.css';

const example = `{ "peers": [{ "aeTitle": "WORKSTATION", "host": "10.0.0.5", "port": 11112 }] }`;

const Outcome = ({ echo }: { readonly echo: ReturnType<typeof useEcho> }) => {
  if (echo.isPending) return <Loader size="xs" aria-label="Waiting for the answer" />;
  if (echo.error) return <Verdict good={false} text={echo.error.message} />;
  if (echo.data === undefined) return null;
  const { success, milliseconds, detail } = echo.data;
  return (
    <Verdict good={success} text={success ? `Answered in ${shownDuration(milliseconds)}` : detail || 'No answer'} />
  );
};

const Verdict = ({ good, text }: { readonly good: boolean; readonly text: string }) => {
  const Icon = good ? IconCircleCheck : IconCircleX;
  return (
    <Group gap={6} wrap="nowrap">
      <Icon size={18} className={classes.verdict} data-good={good} />
      <Text size="sm">{text}</Text>
    </Group>
  );
};

const useEcho = (aeTitle: string) => useMutation({ mutationFn: () => echoPeer(aeTitle) });

const PeerCard = ({ peer: { aeTitle, host, port } }: { readonly peer: Peer }) => {
  const echo = useEcho(aeTitle);
  return (
    <li className={classes.card}>
      <div className={classes.who}>
        <Text fw={600}>{aeTitle}</Text>
        <Text size="sm" className="quiet figures">
          {host}:{port}
        </Text>
      </div>
      <output className={classes.outcome}>
        <Outcome echo={echo} />
      </output>
      <Button variant="default" size="xs" disabled={echo.isPending} onClick={() => echo.mutate()}>
        Echo<span className={classes.hidden}> {aeTitle}</span>
      </Button>
    </li>
  );
};

const NoPeers = () => (
  <Stack gap="xs" className={classes.none}>
    <Text fw={600}>No peers are configured</Text>
    <Text size="sm" className="quiet">
      Peers are systems that images can be sent to on request (C-MOVE). Name them in the configuration file and start
      with <Code>--config file.json</Code>:
    </Text>
    <Code block>{example}</Code>
  </Stack>
);

export const PeersPage = () => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['peers'],
    queryFn: ({ signal }) => getPeers(signal),
  });
  useEffect(() => {
    document.title = 'Peers · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={860} mx="auto">
      <div>
        <Title order={1} size="h2">
          Peers
        </Title>
        <Text className="quiet">Systems this archive may send to. Echo asks one whether it answers (C-ECHO).</Text>
      </div>
      {isPending && <Skeleton height={140} radius="md" />}
      {error && <DeadEnd title="The peers cannot be loaded" reason={error.message} onRetry={() => void refetch()} />}
      {data?.length === 0 && <NoPeers />}
      <ul className={classes.list}>
        {data?.map((peer) => (
          <PeerCard key={peer.aeTitle} peer={peer} />
        ))}
      </ul>
    </Stack>
  );
};
