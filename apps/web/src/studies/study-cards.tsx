// The list of studies on a narrow screen: one card each.
import { Group, Select, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { counted } from '../format/quantity.ts';
import { useLive } from '../live/live.tsx';
import { ModalityBadges } from './modality-badges.tsx';
import classes from './studies.module.css';
import type { Study } from './study.ts';
import { PatientName, type StudyListProps } from './study-table.tsx';

const orders = [
  { value: '-date', label: 'Newest first' },
  { value: 'date', label: 'Oldest first' },
  { value: 'name', label: 'Patient name' },
  { value: 'id', label: 'Patient ID' },
  { value: 'modality', label: 'Modality' },
  { value: '-images', label: 'Most images' },
];

const Card = ({ study, arrived }: { readonly study: Study; readonly arrived: boolean }) => (
  <Link to="/studies/$study" params={{ study: study.uid }} className={classes.card} data-arrived={arrived}>
    <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
      <div>
        <PatientName study={study} />
      </div>
      <ModalityBadges modalities={study.modalities} />
    </Group>
    <Text size="sm">{study.description || 'No description'}</Text>
    <Text size="xs" className="quiet figures">
      {[study.date, study.time, study.patientId, counted(study.instances, 'image')].filter(Boolean).join(' · ')}
    </Text>
  </Link>
);

export const StudyCards = ({ studies, sort, onSort }: StudyListProps) => {
  const { arrived } = useLive();
  return (
    <Stack gap={8}>
      <Select
        size="xs"
        w={150}
        aria-label="Order"
        data={orders}
        value={sort ?? '-date'}
        allowDeselect={false}
        onChange={(value) => onSort(value === null || value === '-date' ? undefined : value)}
      />
      {studies.map((study) => (
        <Card key={study.uid} study={study} arrived={arrived.has(study.uid)} />
      ))}
    </Stack>
  );
};
