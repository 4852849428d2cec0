// What came of each study: as many as were expected, or which are missing, and where it went.
import type { LedgerLine, Sent, StudyLedger } from '@concord/server/api';
import { Anchor, Badge, Button, Group, Skeleton, Stack, Switch, Text, Title, UnstyledButton } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { shownAgo, shownDate } from '../format/date-time.ts';
import { nameInLine } from '../format/person-name.ts';
import { counted as countOf } from '../format/quantity.ts';
import classes from '../jobs/jobs.module.css';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { counted, getLedger, pageLength, proofAddress } from './ledger.ts';
import { RefusedList } from './refused-list.tsx';

const refreshMs = 3000;

const colours: Readonly<Record<string, string>> = { complete: 'green', incomplete: 'red', arriving: 'yellow' };

const SentLine = ({ sent }: { readonly sent: Sent }) => (
  <Text size="sm" className="figures">
    {sent.destination}: {sent.sent} sent
    {sent.pending > 0 && `, ${sent.pending} waiting`}
    {sent.failed > 0 && <span className={classes.problem}>, {sent.failed} not sent</span>}
    {sent.committed > 0 && `, ${sent.committed} committed`}
    {sent.notCommitted > 0 && <span className={classes.problem}>, {sent.notCommitted} not committed</span>}
  </Text>
);

const SeriesLine = ({ line }: { readonly line: LedgerLine }) => (
  <li>
    {line.modality || 'Series'} <span className="figures">{counted(line)}</span>{' '}
    <span className="quiet">
      {line.state}
      {line.gaps.length > 0 && `; numbers between the others are not here: ${line.gaps.join(', ')}`}
    </span>{' '}
    <span className="uid">{line.seriesInstanceUid}</span>
  </li>
);

const Details = ({ ledger }: { readonly ledger: StudyLedger }) => (
  <Stack gap={6}>
    <ul className={classes.missing}>
      {ledger.series.map((line) => (
        <SeriesLine key={line.seriesInstanceUid} line={line} />
      ))}
    </ul>
    <Group gap="md">
      <Anchor size="sm" href={proofAddress(ledger.studyInstanceUid, 'csv')}>
        Proof as CSV
      </Anchor>
      <Anchor size="sm" href={proofAddress(ledger.studyInstanceUid, 'json')} target="_blank">
        as JSON
      </Anchor>
    </Group>
  </Stack>
);

const Missing = ({ missing }: Pick<StudyLedger, 'missing'>) => (
  <ul className={classes.missing} aria-label="Missing objects">
    {missing.map(({ sopInstanceUid }) => (
      <li key={sopInstanceUid} className={classes.problem}>
        <span className="uid">{sopInstanceUid}</span> is missing
      </li>
    ))}
  </ul>
);

const Card = ({ ledger }: { readonly ledger: StudyLedger }) => {
  const [open, setOpen] = useState(false);
  const { study: total } = ledger;
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
            renderRoot={(props) => <Link to="/studies/$study" params={{ study: ledger.studyInstanceUid }} {...props} />}
          >
            {nameInLine(ledger.patientName) || 'no name'}
          </Anchor>
          <Text size="sm" className="quiet">
            {[ledger.description, shownDate(ledger.studyDate)].filter(Boolean).join(' · ')}
          </Text>
        </Group>
        <Text size="xs" className="quiet figures">
          {ledger.receivedAt === '' ? 'announced' : `began ${shownAgo(new Date(ledger.receivedAt), new Date())}`}
        </Text>
      </Group>
      <Text size="sm" className={total.state === 'incomplete' ? classes.problem : 'quiet'}>
        {total.state}
        {total.evidence !== '' && `: ${total.evidence}`}
        {total.state !== 'complete' && total.expectedBy && ` (${total.expectedBy})`}
      </Text>
      {ledger.missing.length > 0 && <Missing missing={ledger.missing} />}
      {ledger.refused > 0 && (
        <Text size="sm" className={classes.problem}>
          {countOf(ledger.refused, 'object')} of its senders refused or broken off: the proof says why
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

/** Studies page by page; all pages that are open are looked at again. */
const useLedger = (incomplete: boolean) =>
  useInfiniteQuery({
    queryKey: ['transfers', incomplete],
    queryFn: ({ pageParam, signal }) => getLedger({ incomplete, before: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => (last.length < pageLength ? undefined : last.at(-1)?.receivedAt || undefined),
    refetchInterval: refreshMs,
    placeholderData: keepPreviousData,
  });

const Studies = ({ incomplete }: { readonly incomplete: boolean }) => {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useLedger(incomplete);
  const studies = data?.pages.flat();
  return (
    <Stack gap="lg">
      {isPending && <Skeleton height={140} radius="md" />}
      {error && (
        <DeadEnd title="The transfers cannot be loaded" reason={error.message} onRetry={() => void refetch()} />
      )}
      {studies?.length === 0 && (
        <Text className="quiet">
          {incomplete ? 'Nothing is missing of what somebody announced.' : 'Nothing has come yet.'}
        </Text>
      )}
      <ul className={classes.list} aria-label="Studies">
        {studies?.map((ledger) => (
          <Card key={ledger.studyInstanceUid} ledger={ledger} />
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

export const TransfersPage = () => {
  const [incomplete, setIncomplete] = useState(false);
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    document.title = 'Transfers · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={960} mx="auto">
      <Group justify="space-between" align="end">
        <div>
          <Title order={1} size="h2">
            Transfers
          </Title>
          <Text className="quiet">
            What came of each study, how many were expected and on whose word, and where it went.
          </Text>
        </div>
        <Group gap="lg">
          <Switch
            label="Only where something is missing"
            checked={incomplete}
            disabled={refused}
            onChange={({ currentTarget: { checked } }) => setIncomplete(checked)}
          />
          <Switch
            label="What was refused"
            checked={refused}
            onChange={({ currentTarget: { checked } }) => setRefused(checked)}
          />
        </Group>
      </Group>
      {refused ? <RefusedList /> : <Studies incomplete={incomplete} />}
    </Stack>
  );
};
