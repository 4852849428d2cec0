// The test plans that are kept: read, approved by a person with a name, deleted. Only approved ones are run.
import { Anchor, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { shownAgo } from '../format/date-time.ts';
import { counted } from '../format/quantity.ts';
import classes from './conformance.module.css';
import { approvePlan, deletePlan, getPlans, planAddress, type TestPlan } from './test-plans.ts';

const usePlanAct = <T,>(work: (what: T) => Promise<unknown>, onDone: () => void = () => undefined) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['test plans'] });
      onDone();
    },
  });
};

const Approval = ({ plan: { id, system, approvedBy, approvedAt } }: { readonly plan: TestPlan }) => {
  const [asked, setAsked] = useState(false);
  const [name, setName] = useState('');
  const approve = usePlanAct(
    (by: string) => approvePlan(id, by),
    () => setAsked(false),
  );
  if (approvedBy !== '')
    return (
      <Text size="sm">
        ✓ by {approvedBy}, {shownAgo(new Date(approvedAt), new Date())}
      </Text>
    );
  if (!asked)
    return (
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`Approve the plan for ${system}`}
        onClick={() => setAsked(true)}
      >
        Approve…
      </Button>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        approve.mutate(name);
      }}
    >
      <Group gap={6} wrap="nowrap" align="end">
        <TextInput
          size="xs"
          label="Your name"
          value={name}
          maxLength={200}
          onChange={({ currentTarget: { value } }) => setName(value)}
        />
        <Button type="submit" size="xs" disabled={name.trim() === ''} loading={approve.isPending}>
          Approve
        </Button>
      </Group>
      {approve.error && <Text role="alert">{approve.error.message}</Text>}
    </form>
  );
};

const PlanRow = ({ plan }: { readonly plan: TestPlan }) => {
  const { id, system, madeAt, items, minutes, approvedBy, refused } = plan;
  const remove = usePlanAct(() => deletePlan(id));
  return (
    <tr>
      <th scope="row">
        {system}
        <div className="quiet">{shownAgo(new Date(madeAt), new Date())}</div>
      </th>
      <td>
        {counted(items, 'item')}, about {counted(minutes, 'minute')}
        <Group gap="xs">
          <Anchor size="sm" href={planAddress(id, 'html')} target="_blank">
            Read
          </Anchor>
          <Anchor size="sm" href={planAddress(id, 'markdown')} download="test-plan.md">
            Check list
          </Anchor>
          <Anchor size="sm" href={planAddress(id, 'csv')} download="test-plan.csv">
            CSV
          </Anchor>
        </Group>
      </td>
      <td>
        <Approval plan={plan} />
        {approvedBy !== '' && refused !== '' && (
          <Text size="sm" className={classes.error}>
            Out of date: {refused}. Make it anew.
          </Text>
        )}
      </td>
      <td>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Delete the plan for ${system}`}
          loading={remove.isPending}
          onClick={() => remove.mutate(undefined)}
        >
          Delete
        </Button>
        {remove.error && <Text role="alert">{remove.error.message}</Text>}
      </td>
    </tr>
  );
};

export const PlanList = () => {
  const { data = [], error } = useQuery({ queryKey: ['test plans'], queryFn: ({ signal }) => getPlans(signal) });
  if (data.length === 0 && !error) return null;
  return (
    <section className={classes.card} aria-label="Test plans">
      <Stack gap="sm">
        <Title order={2} size="h3">
          Test plans
        </Title>
        <Text className="quiet">
          Look at a plan before you approve it: it says what will be done at the other system, and what proves what.
        </Text>
        {error && <Text role="alert">{error.message}</Text>}
        <table aria-label="Test plans">
          <thead>
            <tr>
              <th scope="col">System under test</th>
              <th scope="col">Plan</th>
              <th scope="col">Approved</th>
              <th scope="col">
                <span className={classes.unseen}>Delete</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.map((plan) => (
              <PlanRow key={plan.id} plan={plan} />
            ))}
          </tbody>
        </table>
      </Stack>
    </section>
  );
};
