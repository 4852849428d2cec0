// One scheduled step in the list: when, what, whose; the ways to change it and how far it is.
import { Badge, Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { nameInLine } from '../format/person-name.ts';
import classes from '../jobs/jobs.module.css';
import { asField, getOrder, type Order, setState } from './order.ts';
import { OrderForm } from './order-form.tsx';

const colours: Readonly<Record<string, string>> = {
  SCHEDULED: 'blue',
  ARRIVED: 'cyan',
  READY: 'teal',
  STARTED: 'yellow',
  COMPLETED: 'green',
  DISCONTINUED: 'orange',
  CANCELED: 'gray',
};

/** What people do next with a step in a state. */
const moves: Readonly<Record<string, readonly (readonly [state: string, label: string])[]>> = {
  SCHEDULED: [
    ['ARRIVED', 'Arrived'],
    ['CANCELED', 'Cancel'],
  ],
  ARRIVED: [
    ['READY', 'Ready'],
    ['CANCELED', 'Cancel'],
  ],
  READY: [['CANCELED', 'Cancel']],
  STARTED: [
    ['COMPLETED', 'Completed'],
    ['SCHEDULED', 'Not begun after all'],
  ],
  DISCONTINUED: [['SCHEDULED', 'Schedule again']],
  CANCELED: [['SCHEDULED', 'Schedule again']],
};

/** All steps of the order, which the list has one by one. */
const Change = ({ uid, onDone }: { readonly uid: string; readonly onDone: () => void }) => {
  const { data, error } = useQuery({
    queryKey: ['worklist', 'order', uid],
    queryFn: ({ signal }) => getOrder(uid, signal),
    gcTime: 0,
  });
  if (error) return <Text role="alert">{error.message}</Text>;
  return data ? <OrderForm order={data} onDone={onDone} /> : <Text className="quiet">Loading…</Text>;
};

export const StepCard = ({ order }: { readonly order: Order }) => {
  const [editing, setEditing] = useState(false);
  const queries = useQueryClient();
  const { request, steps, studyInstanceUid } = order;
  const [step = {}] = steps;
  const moving = useMutation({
    mutationFn: (state: string) => setState(studyInstanceUid, step.stepId ?? '', state),
    onSettled: () => queries.invalidateQueries({ queryKey: ['worklist', 'steps'] }),
  });
  const name = nameInLine(request.patientName ?? '') || 'no name';
  const state = step.state ?? '';
  if (editing)
    return (
      <li className={classes.bare}>
        <Change uid={studyInstanceUid} onDone={() => setEditing(false)} />
      </li>
    );
  return (
    <li className={classes.card}>
      <Group justify="space-between" gap="sm">
        <Group gap={10} className={classes.title}>
          <Badge variant="light" color={colours[state] ?? 'gray'}>
            {state}
          </Badge>
          <Text className="figures">
            {asField('DA', step.startDate ?? '')} {asField('TM', step.startTime ?? '')}
          </Text>
          <Text fw={600}>{name}</Text>
          <Text size="sm" className="quiet">
            {request.patientId}
          </Text>
        </Group>
        <Group gap={6}>
          {(moves[state] ?? []).map(([to, label]) => (
            <Button
              key={to}
              size="compact-sm"
              variant="default"
              aria-label={`${label}: ${name}`}
              loading={moving.isPending}
              onClick={() => moving.mutate(to)}
            >
              {label}
            </Button>
          ))}
          <Button size="compact-sm" variant="default" aria-label={`Change: ${name}`} onClick={() => setEditing(true)}>
            Change
          </Button>
        </Group>
      </Group>
      <Text size="sm">
        {[
          step.modality,
          step.stationAeTitle || 'any station',
          step.stepDescription || request.requestedProcedureDescription,
          request.accessionNumber && `accession ${request.accessionNumber}`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </Text>
      <Text size="xs" className="quiet">
        from {order.source}
      </Text>
      {moving.error && (
        <Text size="sm" role="alert" className={classes.problem}>
          {moving.error.message}
        </Text>
      )}
    </li>
  );
};
