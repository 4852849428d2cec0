// What runs here: version, names and numbers to reach it by, and how much it holds.
import { ActionIcon, CopyButton, Skeleton, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { System } from '../api.ts';
import { getStatus } from '../conformance/statement-api.ts';
import { shownAgo } from '../format/date-time.ts';
import { counted, shownBytes, shownCount } from '../format/quantity.ts';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { useSystem } from '../shell/use-system.ts';
import { reachableHost } from '../studies/commands.ts';
import classes from './about.module.css';

const Figure = ({ value, label }: { readonly value: string; readonly label: string }) => (
  <div className={classes.figure}>
    <Text className={classes.value}>{value}</Text>
    <Text size="sm" className="quiet">
      {label}
    </Text>
  </div>
);

const Fact = ({
  term,
  text,
  link = false,
}: {
  readonly term: string;
  readonly text: string;
  readonly link?: boolean;
}) => (
  <div className={classes.fact}>
    <dt className="quiet">{term}</dt>
    <dd>
      {link ? (
        <a className={classes.text} href={text}>
          {text}
        </a>
      ) : (
        <span className={classes.text}>{text}</span>
      )}
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'}>
            <ActionIcon size="sm" onClick={copy} aria-label={`Copy ${term}`}>
              {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </dd>
  </div>
);

const Facts = ({ system }: { readonly system: System }) => {
  const { statistics, aeTitle, dicomHost, dicomPort, dataFolder, version } = system;
  const { origin, hostname } = window.location;
  return (
    <>
      <div className={classes.figures}>
        <Figure value={shownCount(statistics.patients)} label="patients" />
        <Figure value={shownCount(statistics.studies)} label="studies" />
        <Figure value={shownCount(statistics.series)} label="series" />
        <Figure value={shownCount(statistics.instances)} label="objects" />
        <Figure value={shownBytes(statistics.bytes)} label="stored" />
      </div>
      <dl className={classes.facts}>
        <Fact term="Version" text={version} />
        <Fact term="AE title" text={aeTitle} />
        <Fact term="DICOM address" text={`${reachableHost(dicomHost, hostname)}:${dicomPort}`} />
        <Fact term="DICOMweb" text={`${origin}/dicom-web`} />
        <Fact term="Administration API" text={`${origin}/api/openapi.json`} />
        <Fact term="Conformance statement" text={`${origin}/conformance`} link />
        <Fact term="Metrics" text={`${origin}/metrics`} />
        <Fact term="Data folder" text={dataFolder} />
      </dl>
    </>
  );
};

/** What runs may change at any time; the server knows without being told. */
const againMs = 20_000;

/** Whether our own statement holds, as the server last looked. */
const ConformanceStatus = () => {
  const { data } = useQuery({
    queryKey: ['conformance status'],
    queryFn: ({ signal }) => getStatus(signal),
    refetchInterval: againMs,
  });
  if (!data) return null;
  const { errors, warnings, open, at } = data;
  return (
    <Text size="sm" role="status" aria-label="Conformance">
      Conformance statement: {errors === 0 ? 'no errors' : `draft, ${counted(errors, 'error')}`},{' '}
      {counted(warnings, 'warning')}, {counted(open, 'open rule')}
      {at !== '' && <span className="quiet"> · looked at {shownAgo(new Date(at), new Date())}</span>}
    </Text>
  );
};

export const AboutPage = () => {
  const { data: system, error, isPending, refetch } = useSystem();
  useEffect(() => {
    document.title = 'About · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={860} mx="auto">
      <div>
        <Title order={1} size="h2">
          {system?.name ?? 'Concord'} {system?.version}
        </Title>
        <Text className="quiet">A DICOM imaging system. Free software under the Apache License 2.0.</Text>
        <Text size="sm" mt="xs" role="note">
          Intended for demonstration, research and the testing of other systems. Concord is not a medical device, and is
          not approved for clinical or commercial use.
        </Text>
      </div>
      {isPending && <Skeleton height={240} radius="md" />}
      {error && !system && (
        <DeadEnd title="The server does not say" reason={error.message} onRetry={() => void refetch()} />
      )}
      {system && <Facts system={system} />}
      <ConformanceStatus />
    </Stack>
  );
};
