// A test run at one of the configured peers: which, by what, how carefully; then how it goes.
import { Button, Checkbox, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getPeers } from '../api.ts';
import classes from './conformance.module.css';
import { RunMonitor } from './run-monitor.tsx';
import { getRun, isOpen, startRun } from './test-run.ts';

const refreshMs = 600;

interface RunPanelProps {
  readonly statements: readonly { readonly name: string; readonly statement: unknown }[];
}

export const RunPanel = ({ statements }: RunPanelProps) => {
  const { data: peers = [] } = useQuery({ queryKey: ['peers'], queryFn: ({ signal }) => getPeers(signal) });
  const [chosen, setChosen] = useState({
    peer: '',
    statement: '',
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
  const named = statements.find(({ name }) => name === chosen.statement);
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
        <Group align="end">
          <NativeSelect
            label="Peer"
            data={peers.map(({ aeTitle }) => aeTitle)}
            value={peer}
            onChange={({ currentTarget }) => setChosen({ ...chosen, peer: currentTarget.value })}
          />
          <NativeSelect
            label="By its statement"
            data={[{ value: '', label: 'none: probe it first' }, ...statements.map(({ name }) => name)]}
            value={chosen.statement}
            onChange={({ currentTarget }) => setChosen({ ...chosen, statement: currentTarget.value })}
          />
          <Button
            disabled={peer === '' || isOpen(run)}
            loading={start.isPending}
            onClick={() =>
              start.mutate({ peer, inClinicalUse, dryRun, attended, ...(named && { statement: named.statement }) })
            }
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
