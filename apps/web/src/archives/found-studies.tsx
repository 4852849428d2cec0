// Studies that other archives have, each once, with where it is and a button to fetch it from there.
import { Badge, Button, Group, Loader, Table, Text, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { request } from '../api.ts';
import { shownCount } from '../format/quantity.ts';
import { isOpen, type Job, readJob } from '../jobs/job.ts';
import { ModalityBadges } from '../studies/modality-badges.tsx';
import { PatientName } from '../studies/study-table.tsx';
import { type FoundStudy, fetchStudy, type Source } from './archive-search.ts';
import classes from './archives.module.css';

const lookMs = 600;

const getJob = async (id: string, signal?: AbortSignal): Promise<Job> =>
  readJob(await (await request(`/api/jobs/${encodeURIComponent(id)}`, signal ? { signal } : {})).json());

const Progress = ({ id, study }: { readonly id: string; readonly study: string }) => {
  const { data: job, error } = useQuery({
    queryKey: ['jobs', id],
    queryFn: ({ signal }) => getJob(id, signal),
    refetchInterval: ({ state }) => (state.data && !isOpen(state.data) ? false : lookMs),
  });
  if (error) return <Text size="xs">{error.message}</Text>;
  if (!job || isOpen(job)) {
    return (
      <Group gap={6} wrap="nowrap">
        <Loader size={14} aria-label="Fetching" />
        <Text size="xs" className="figures">
          {job && job.total > 0 ? `${job.sent} of ${job.total}` : job?.detail || 'asking'}
        </Text>
      </Group>
    );
  }
  if (job.state === 'done') {
    return (
      <Link to="/studies/$study" params={{ study }} className={classes.open}>
        Open ({shownCount(job.sent)} here)
      </Link>
    );
  }
  return (
    <Text size="xs" role="alert" className={classes.problem}>
      {job.detail || job.state}
    </Text>
  );
};

const SourceRow = ({ study, source }: { readonly study: FoundStudy; readonly source: Source }) => {
  const fetching = useMutation({ mutationFn: () => fetchStudy(source.archive, study) });
  return (
    <div className={classes.source}>
      <Badge variant="light" color={source.differs.length > 0 ? 'orange' : 'cyan'} tt="none">
        {source.archive}
        {source.instances > 0 && ` · ${shownCount(source.instances)}`}
      </Badge>
      {source.differs.length > 0 && (
        <Tooltip label={`Says otherwise: ${source.differs.join(', ')}`}>
          <IconAlertTriangle size={16} color="var(--mantine-color-orange-6)" aria-label="Another patient here" />
        </Tooltip>
      )}
      {fetching.data === undefined ? (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconDownload size={14} />}
          loading={fetching.isPending}
          onClick={() => fetching.mutate()}
          aria-label={`Fetch ${study.uid} from ${source.archive}`}
        >
          Fetch
        </Button>
      ) : (
        <Progress id={fetching.data} study={study.uid} />
      )}
      {fetching.error && <Text size="xs">{fetching.error.message}</Text>}
    </div>
  );
};

const Row = ({ study }: { readonly study: FoundStudy }) => (
  <Table.Tr>
    <Table.Td>
      <PatientName study={study} />
      <div className={classes.second}>
        {[study.sex, study.birthDate && `born ${study.birthDate}`].filter(Boolean).join(' · ')}
      </div>
    </Table.Td>
    <Table.Td className="figures">{study.patientId}</Table.Td>
    <Table.Td className="figures">
      {study.date}
      <div className={classes.second}>{study.time}</div>
    </Table.Td>
    <Table.Td>
      <ModalityBadges modalities={study.modalities} />
    </Table.Td>
    <Table.Td>{study.description}</Table.Td>
    <Table.Td>
      {study.sources.map((source) => (
        <SourceRow key={source.archive} study={study} source={source} />
      ))}
    </Table.Td>
  </Table.Tr>
);

/** Rows that are drawn: a browser with ten thousand of them helps nobody. */
const shownAtMost = 500;

interface FoundProps {
  readonly studies: readonly FoundStudy[];
  readonly running: boolean;
}

export const FoundStudies = ({ studies, running }: FoundProps) => {
  if (studies.length === 0) return running ? null : <Text className="quiet">No archive has a study that fits.</Text>;
  return (
    <div className={classes.frame}>
      <Table verticalSpacing={9} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Patient</Table.Th>
            <Table.Th>Patient ID</Table.Th>
            <Table.Th>Study date</Table.Th>
            <Table.Th>Modality</Table.Th>
            <Table.Th>Description</Table.Th>
            <Table.Th>Where it is</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {studies.slice(0, shownAtMost).map((study) => (
            <Row key={study.uid} study={study} />
          ))}
        </Table.Tbody>
      </Table>
      {studies.length > shownAtMost && (
        <Text size="sm" p="md" className="quiet">
          {shownCount(studies.length - shownAtMost)} more: narrow the search to see them.
        </Text>
      )}
    </div>
  );
};
