// A test run at one of the configured peers: which, by which approved plan, how carefully; then how it goes.
import { Button, Checkbox, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getPeers } from '../api.ts';
import classes from './conformance.module.css';
import { RunMonitor } from './run-monitor.tsx';
import { getPlans, type TestPlan } from './test-plans.ts';
import { getRun, isOpen, startRun } from './test-run.ts';

const refreshMs = 600;

const shownPlan = ({ id, system, approvedBy, items }: TestPlan) => ({
  value: id,
  label: `${system}: ${items} items, approved by ${approvedBy}`,
});

export const RunPanel = () => {
  const { data: peers = [] } = useQuery({ queryKey: ['peers'], queryFn: ({ signal }) => getPeers(signal) });
  const { data: kept = [] } = useQuery({ queryKey: ['test plans'], queryFn: ({ signal }) => getPlans(signal) });
  const plans = kept.filter(({ approvedBy, refused }) => approvedBy !== '' && refused === '');
  const [chosen, setChosen] = useState({
    peer: '',
    plan: '',
    inClinicalUse: true,
    dryRun: false,
    attended: false,
  });
  const start = useMutation({ mutationFn: startRun });
  const { data: run } = useQuery({
    queryKey: ['test run', start.data?.id],
    queryFn: ({ signal }) => getRun(start.data?.id ?? '', signal),
    enabled: start.data !== undefined,
    refetchInterval: ({ state }) => (state.data === undefined || isOpen(state.data) ? refreshMs : false),
  });
  const peer = chosen.peer || peers[0]?.aeTitle || '';
  const plan = plans.find(({ id }) => id === chosen.plan) ?? plans[0];
  const { inClinicalUse, dryRun, attended } = chosen;
  return (
    <section className={classes.card} aria-label="Test">
      <Stack gap="sm">
        <Title order={2} size="h3">
          Test a peer
        </Title>
        {peers.length === 0 && (
          <Text className="quiet">No peers are configured; only configured peers are called.</Text>
        )}
        {plans.length === 0 && (
          <Text className="quiet">Only approved plans are run: add a system, make a test plan, and approve it.</Text>
        )}
        <Group align="end">
          <NativeSelect
            label="Peer"
            data={peers.map(({ aeTitle }) => aeTitle)}
            value={peer}
            onChange={({ currentTarget }) => setChosen({ ...chosen, peer: currentTarget.value })}
          />
          <NativeSelect
            label="By the plan"
            data={plans.map(shownPlan)}
            value={plan?.id ?? ''}
            onChange={({ currentTarget }) => setChosen({ ...chosen, plan: currentTarget.value })}
          />
          <Button
            disabled={peer === '' || plan === undefined || isOpen(run)}
            loading={start.isPending}
            onClick={() => plan && start.mutate({ peer, plan: plan.id, inClinicalUse, dryRun, attended })}
          >
            Start
          </Button>
        </Group>
        <Checkbox
          label="It serves patients: read only. Without this, objects of marked test patients (ZZTEST) are stored there."
          checked={inClinicalUse}
          onChange={({ currentTarget }) => setChosen({ ...chosen, inClinicalUse: currentTarget.checked })}
        />
        <Checkbox
          label="Dry run: say what would be done, and send nothing"
          checked={dryRun}
          onChange={({ currentTarget }) => setChosen({ ...chosen, dryRun: currentTarget.checked })}
        />
        <Checkbox
          label="Somebody is at the peer: ask for what only a person can do, and wait for the answer"
          checked={attended}
          onChange={({ currentTarget }) => setChosen({ ...chosen, attended: currentTarget.checked })}
        />
        {start.error && <Text role="alert">{start.error.message}</Text>}
        {run && <RunMonitor run={run} />}
      </Stack>
    </section>
  );
};
