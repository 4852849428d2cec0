// Studies that other archives have, each once, with where it is and a button to fetch it from there.
import { Badge, Table, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { shownCount } from '../format/quantity.ts';
import { ModalityBadges } from '../studies/modality-badges.tsx';
import { PatientName } from '../studies/study-table.tsx';
import { type FoundStudy, type SearchResult, type Source, wishFor } from './archive-search.ts';
import classes from './archives.module.css';
import { ContentsView } from './contents-view.tsx';
import { FetchButton } from './fetching.tsx';
import { nothingInWords } from './search-end.ts';

interface SourceRowProps {
  readonly study: FoundStudy;
  readonly source: Source;
  readonly open: boolean;
  readonly onOpen: () => void;
}

const SourceRow = ({ study, source, open, onOpen }: SourceRowProps) => (
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
    <FetchButton archive={source.archive} wish={wishFor(study)} label={`Fetch ${study.uid} from ${source.archive}`} />
    <UnstyledButton
      className={classes.more}
      onClick={onOpen}
      aria-expanded={open}
      aria-label={`Contents of ${study.uid} at ${source.archive}`}
    >
      {open ? 'Hide' : 'Contents'}
    </UnstyledButton>
  </div>
);

const columns = 6;

const Row = ({ study }: { readonly study: FoundStudy }) => {
  const [open, setOpen] = useState<Source>();
  return (
    <>
      <Table.Tr>
        <Table.Td>
          <PatientName study={study} />
          <div className={classes.second}>
            {[study.sex, study.birthDate && `born ${study.birthDate}`].filter(Boolean).join(' · ')}
          </div>
        </Table.Td>
        <Table.Td className="figures">{study.patientId}</Table.Td>
        <Table.Td className={`figures ${classes.date}`}>
          {study.date}
          <div className={classes.second}>{study.time}</div>
        </Table.Td>
        <Table.Td>
          <ModalityBadges modalities={study.modalities} />
        </Table.Td>
        <Table.Td>{study.description}</Table.Td>
        <Table.Td>
          {study.sources.map((source, index) => (
            <SourceRow
              // biome-ignore lint/suspicious/noArrayIndexKey: an archive may answer twice with a study, and both are shown
              key={`${source.archive} ${index}`}
              study={study}
              source={source}
              open={source === open}
              onOpen={() => setOpen(source === open ? undefined : source)}
            />
          ))}
        </Table.Td>
      </Table.Tr>
      {open && (
        <Table.Tr>
          <Table.Td colSpan={columns}>
            <ContentsView study={study} source={open} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
};

/** Rows that are drawn: a browser with ten thousand of them helps nobody. */
const shownAtMost = 500;

interface FoundProps {
  readonly result: SearchResult;
  readonly running: boolean;
}

export const FoundStudies = ({ result, running }: FoundProps) => {
  const { studies } = result;
  if (studies.length === 0) return running ? null : <Text role="status">{nothingInWords(result)}</Text>;
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
          {studies.slice(0, shownAtMost).map((study, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an archive may name a study twice, and both are shown
            <Row key={`${study.uid} ${index}`} study={study} />
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
