// The systems this archive knows, and whether they answer.
import { Button, Code, Group, Loader, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { echoPeer, getPeers, type Peer, type PeerContact } from '../api.ts';
import { shownAgo } from '../format/date-time.ts';
import { shownDuration } from '../format/quantity.ts';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { FiledPeersPanel } from './filed-peers.tsx';
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

const useEcho = (aeTitle: string) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => echoPeer(aeTitle),
    onSettled: () => queries.invalidateQueries({ queryKey: ['peers'] }),
  });
};

interface ContactProps {
  readonly contact: PeerContact;
  /** An echo has said so already. */
  readonly asked: boolean;
}

/** The last word each way; a miss only while nothing went well after it. */
const Contact = ({ contact: { heardAt, reachedAt, missedAt, missedWhy }, asked }: ContactProps) => {
  const ago = (moment: string): string => shownAgo(new Date(moment), new Date());
  const words = [
    heardAt !== '' && `called us ${ago(heardAt)}`,
    reachedAt !== '' && `answered us ${ago(reachedAt)}`,
  ].filter((each) => each !== false);
  return (
    <>
      <Text size="xs" className="quiet">
        {words.join(', ') || 'no contact yet'}
      </Text>
      {missedAt > reachedAt && !asked && (
        <Text size="xs" className={classes.problem}>
          not reached {ago(missedAt)}: {missedWhy}
        </Text>
      )}
    </>
  );
};

interface PeerCardProps {
  readonly peer: Peer;
  /** Counts up when all are to be asked. */
  readonly asking: number;
}

const PeerCard = ({ peer: { aeTitle, name, host, port, contact }, asking }: PeerCardProps) => {
  const echo = useEcho(aeTitle);
  const { mutate } = echo;
  useEffect(() => {
    if (asking > 0) mutate();
  }, [asking, mutate]);
  return (
    <li className={classes.card}>
      <div className={classes.who}>
        <Text fw={600}>
          <Link to="/activity" search={{ title: aeTitle }} className={classes.title} title="Its associations">
            {name}
          </Link>
        </Text>
        <Text size="sm" className="quiet figures">
          {name === aeTitle ? '' : `${aeTitle} at `}
          {host}:{port}
        </Text>
        <Contact contact={contact} asked={echo.data !== undefined} />
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
      Peers are systems that images can be sent to on request (C-MOVE). Add them below, or name them in a configuration
      file and start with <Code>--config file.json</Code>:
    </Text>
    <Code block>{example}</Code>
  </Stack>
);

export const PeersPage = () => {
  const [asking, setAsking] = useState(0);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['peers'],
    queryFn: ({ signal }) => getPeers(signal),
    refetchInterval: 10_000,
  });
  useEffect(() => {
    document.title = 'Peers · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={860} mx="auto">
      <Group justify="space-between">
        <div>
          <Title order={1} size="h2">
            Peers
          </Title>
          <Text className="quiet">Systems this archive may send to. Echo asks one whether it answers (C-ECHO).</Text>
        </div>
        {data && data.length > 0 && (
          <Button variant="default" onClick={() => setAsking(asking + 1)}>
            Echo all
          </Button>
        )}
      </Group>
      {isPending && <Skeleton height={140} radius="md" />}
      {error && <DeadEnd title="The peers cannot be loaded" reason={error.message} onRetry={() => void refetch()} />}
      {data?.length === 0 && <NoPeers />}
      <ul className={classes.list}>
        {data?.map((peer) => (
          <PeerCard key={peer.aeTitle} peer={peer} asking={asking} />
        ))}
      </ul>
      <FiledPeersPanel />
    </Stack>
  );
};
