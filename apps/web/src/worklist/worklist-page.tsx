// What is scheduled: the steps of a span of days, a form for a new order, and how far each step is.
import { Button, Group, Select, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { counted } from '../format/quantity.ts';
import classes from '../jobs/jobs.module.css';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { getSteps, type StepFilter, today } from './order.ts';
import { OrderForm } from './order-form.tsx';
import { StepCard } from './step-card.tsx';

const states = ['', 'SCHEDULED', 'ARRIVED', 'READY', 'STARTED', 'COMPLETED', 'DISCONTINUED', 'CANCELED'];
const everyMs = 10_000;

interface FilterBarProps {
  readonly filter: StepFilter;
  readonly onChange: (filter: StepFilter) => void;
}

const FilterBar = ({ filter, onChange }: FilterBarProps) => (
  <Group gap="sm" align="flex-end" role="search">
    {(['from', 'to'] as const).map((name) => (
      <TextInput
        key={name}
        type="date"
        label={name === 'from' ? 'From' : 'To'}
        value={filter[name]}
        onChange={({ currentTarget: { value } }) => onChange({ ...filter, [name]: value })}
      />
    ))}
    <TextInput
      label="Only modality"
      placeholder="CT"
      w={120}
      value={filter.modality}
      onChange={({ currentTarget: { value } }) => onChange({ ...filter, modality: value.toUpperCase() })}
    />
    <Select
      label="State"
      data={states.map((value) => ({ value, label: value || 'any' }))}
      value={filter.state}
      onChange={(value) => onChange({ ...filter, state: value ?? '' })}
      allowDeselect={false}
    />
  </Group>
);

export const WorklistPage = () => {
  const [adding, setAdding] = useState(false);
  const [filter, setFilter] = useState<StepFilter>(() => ({
    from: today(new Date()),
    to: '',
    modality: '',
    state: '',
  }));
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['worklist', 'steps', filter],
    queryFn: ({ signal }) => getSteps(filter, signal),
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
  });
  useEffect(() => {
    document.title = 'Worklist · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={1100} mx="auto">
      <Group justify="space-between">
        <div>
          <Title order={1} size="h2">
            Worklist
          </Title>
          <Text className="quiet" aria-live="polite">
            {data
              ? `${counted(data.length, 'step')} scheduled for imaging devices.`
              : 'What imaging devices are to do.'}
          </Text>
        </div>
        {!adding && <Button onClick={() => setAdding(true)}>New order</Button>}
      </Group>
      {adding && <OrderForm onDone={() => setAdding(false)} />}
      <FilterBar filter={filter} onChange={setFilter} />
      {isPending && <Skeleton height={140} radius="md" />}
      {error && !data && (
        <DeadEnd title="The worklist cannot be loaded" reason={error.message} onRetry={() => void refetch()} />
      )}
      {data?.length === 0 && !adding && <Text className="quiet">Nothing is scheduled for these days.</Text>}
      <ul className={classes.list} aria-label="Scheduled steps">
        {data?.map((order) => (
          <StepCard key={`${order.studyInstanceUid} ${order.steps[0]?.stepId}`} order={order} />
        ))}
      </ul>
    </Stack>
  );
};
