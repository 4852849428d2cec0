// What came of each study: as many as were expected, or which are missing, and where it went.
import { Anchor, Badge, Group, Skeleton, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { shownAgo } from '../format/date-time.ts';
import { counted as countOf } from '../format/quantity.ts';
import classes from '../jobs/jobs.module.css';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { counted, getLedger, type Line, proofAddress, type Sent, type StudyLedger } from './ledger.ts';

const refreshMs = 3000;

const colours: Readonly<Record<string, string>> = { complete: 'green', incomplete: 'red', arriving: 'yellow' };

const shownName = (name: string): string => name.replaceAll('^', ' ').trim() || 'no name';

const SentLine = ({ sent }: { readonly sent: Sent }) => (
  <Text size="sm" className="figures">
    {sent.destination}: {sent.sent} sent
    {sent.pending > 0 && `, ${sent.pending} waiting`}
    {sent.failed > 0 && <span className={classes.problem}>, {sent.failed} refused</span>}
    {sent.committed > 0 && `, ${sent.committed} committed`}
    {sent.notCommitted > 0 && <span className={classes.problem}>, {sent.notCommitted} not committed</span>}
  </Text>
);

const SeriesLine = ({ line }: { readonly line: Line }) => (
  <li>
    {line.modality || 'Series'} <span className="figures">{counted(line)}</span>{' '}
    <span className="quiet">
      {line.state}
      {line.gaps.length > 0 && `; numbers between the others are not here: ${line.gaps.join(', ')}`}
    </span>{' '}
    <span className="uid">{line.series}</span>
  </li>
);

const Details = ({ ledger }: { readonly ledger: StudyLedger }) => (
  <Stack gap={6}>
    <ul className={classes.missing}>
      {ledger.series.map((line) => (
        <SeriesLine key={line.series} line={line} />
      ))}
    </ul>
    <Group gap="md">
      <Anchor size="sm" href={proofAddress(ledger.study, 'csv')}>
        Proof as CSV
      </Anchor>
      <Anchor size="sm" href={proofAddress(ledger.study, 'json')} target="_blank">
        as JSON
      </Anchor>
    </Group>
  </Stack>
);

const Missing = ({ uids }: { readonly uids: readonly string[] }) => (
  <ul className={classes.missing} aria-label="Missing objects">
    {uids.map((uid) => (
      <li key={uid} className={classes.problem}>
        <span className="uid">{uid}</span> is missing
      </li>
    ))}
  </ul>
);

const Card = ({ ledger }: { readonly ledger: StudyLedger }) => {
  const [open, setOpen] = useState(false);
  const { total } = ledger;
  const shown = total.state === 'complete' && total.expected === undefined ? 'quiet' : total.state;
  return (
    <li className={classes.card}>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Group gap={10} className={classes.title}>
          <Badge variant="light" color={shown === 'quiet' ? 'teal' : (colours[total.state] ?? 'gray')}>
            {counted(total)}
          </Badge>
          <Anchor
            fw={600}
            c="inherit"
            renderRoot={(props) => <Link to="/studies/$study" params={{ study: ledger.study }} {...props} />}
          >
            {shownName(ledger.patientName)}
          </Anchor>
          <Text size="sm" className="quiet">
            {[ledger.description, ledger.studyDate].filter(Boolean).join(' ')}
          </Text>
        </Group>
        <Text size="xs" className="quiet figures">
          {ledger.receivedAt === '' ? 'announced' : `began ${shownAgo(new Date(ledger.receivedAt), new Date())}`}
        </Text>
      </Group>
      <Text size="sm" className={total.state === 'incomplete' ? classes.problem : 'quiet'}>
        {total.state}
        {total.evidence !== '' && `: ${total.evidence}`}
        {total.state !== 'complete' && total.expectedBy !== '' && ` (${total.expectedBy})`}
      </Text>
      {ledger.missing.length > 0 && <Missing uids={ledger.missing} />}
      {ledger.refused > 0 && (
        <Text size="sm" className={classes.problem}>
          {countOf(ledger.refused, 'object')} of its senders refused: the proof says why
        </Text>
      )}
      {ledger.sent.map((sent) => (
        <SentLine key={sent.destination} sent={sent} />
      ))}
      <UnstyledButton className={classes.more} onClick={() => setOpen(!open)} aria-expanded={open}>
        {open ? 'Hide' : 'Series and proof'}
      </UnstyledButton>
      {open && <Details ledger={ledger} />}
    </li>
  );
};

export const TransfersPage = () => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['transfers'],
    queryFn: ({ signal }) => getLedger(signal),
    refetchInterval: refreshMs,
  });
  useEffect(() => {
    document.title = 'Transfers · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={960} mx="auto">
      <div>
        <Title order={1} size="h2">
          Transfers
        </Title>
        <Text className="quiet">
          What came of each study, how many were expected and on whose word, and where it went.
        </Text>
      </div>
      {isPending && <Skeleton height={140} radius="md" />}
      {error && (
        <DeadEnd title="The transfers cannot be loaded" reason={error.message} onRetry={() => void refetch()} />
      )}
      {data?.length === 0 && <Text className="quiet">Nothing has come yet.</Text>}
      <ul className={classes.list} aria-label="Studies">
        {data?.map((ledger) => (
          <Card key={ledger.study} ledger={ledger} />
        ))}
      </ul>
    </Stack>
  );
};
