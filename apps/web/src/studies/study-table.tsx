// The list of studies on a wide screen: one row each, sorted by any column.
import { Table, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { counted, shownCount } from '../format/quantity.ts';
import { useLive } from '../live/live.tsx';
import { ModalityBadges } from './modality-badges.tsx';
import classes from './studies.module.css';
import { type Column, readSorting, type Study, writeSorting } from './study.ts';

export interface StudyListProps {
  readonly studies: readonly Study[];
  readonly sort: string | undefined;
  readonly onSort: (sort: string | undefined) => void;
}

interface HeadProps extends Omit<StudyListProps, 'studies'> {
  readonly column: Column;
  readonly label: string;
  readonly end?: boolean;
}

/** Dates and counts are looked at from the top; everything else from the start of the alphabet. */
const firstDescending = (column: Column): boolean => column === 'date' || column === 'images';

const Head = ({ column, label, sort, onSort, end = false }: HeadProps) => {
  const now = readSorting(sort);
  const active = now.column === column;
  const descending = active ? !now.descending : firstDescending(column);
  const Arrow = now.descending ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th aria-sort={active ? (now.descending ? 'descending' : 'ascending') : 'none'} data-end={end}>
      <UnstyledButton className={classes.sort} onClick={() => onSort(writeSorting({ column, descending }))}>
        {label}
        {active && <Arrow size={14} aria-hidden />}
      </UnstyledButton>
    </Table.Th>
  );
};

export const PatientName = ({ study: { name } }: { readonly study: Study }) => (
  <>
    <Text span fw={600} inherit className={name.main === undefined ? 'quiet' : undefined}>
      {name.main ?? 'No name'}
    </Text>
    {name.others.length > 0 && (
      <Text span size="xs" className="quiet" ml={8}>
        {name.others.join(' · ')}
      </Text>
    )}
  </>
);

const Row = ({ study, arrived }: { readonly study: Study; readonly arrived: boolean }) => (
  <Table.Tr className={classes.row} data-arrived={arrived}>
    <Table.Td>
      <Link to="/studies/$study" params={{ study: study.uid }} className={classes.rowLink}>
        <PatientName study={study} />
      </Link>
      <div className={classes.second}>
        {[study.sex, study.age, study.birthDate && `born ${study.birthDate}`].filter(Boolean).join(' · ') || ' '}
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
    <Table.Td>
      {study.description}
      <div className={classes.second}>{study.institution}</div>
    </Table.Td>
    <Table.Td className="figures">{study.accession}</Table.Td>
    <Table.Td className="figures" data-end>
      {shownCount(study.instances)}
      <div className={classes.second}>{counted(study.series, 'series', 'series')}</div>
    </Table.Td>
  </Table.Tr>
);

export const StudyTable = ({ studies, sort, onSort }: StudyListProps) => {
  const { arrived } = useLive();
  const head = { sort, onSort };
  return (
    <div className={classes.tableFrame}>
      <Table className={classes.table} verticalSpacing={9} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Head {...head} column="name" label="Patient" />
            <Head {...head} column="id" label="Patient ID" />
            <Head {...head} column="date" label="Study date" />
            <Head {...head} column="modality" label="Modality" />
            <Head {...head} column="description" label="Description" />
            <Head {...head} column="accession" label="Accession" />
            <Head {...head} column="images" label="Images" end />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {studies.map((study) => (
            <Row key={study.uid} study={study} arrived={arrived.has(study.uid)} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
};
