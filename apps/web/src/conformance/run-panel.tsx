// A test run at one of the configured peers: started, watched, stopped, and its report.
import { Button, Checkbox, Group, NativeSelect, Progress, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getPeers } from '../api.ts';
import { getRun, type RunResult, startRun, stopRun, type TestRun } from './comparison.ts';
import classes from './conformance.module.css';
import { VerdictText } from './verdict-text.tsx';

const refreshMs = 600;
const isOpen = (run: TestRun | undefined): boolean => run?.state === 'running' || run?.state === 'probing';

const Results = ({ results }: { readonly results: readonly RunResult[] }) => {
  const notable = results.filter(({ result }) => result === 'failed' || result === 'inconclusive');
  const counts = [...Map.groupBy(results, ({ result }) => result)].map(([result, some]) => `${some.length} ${result}`);
  return (
    <>
      <Text size="sm">{counts.join(', ')}</Text>
      {notable.length > 0 && (
        <div className={classes.scroll}>
          <table aria-label="Failed and inconclusive">
            <tbody>
              {notable.map(({ id, title, result, expected, observed, differences }) => (
                <tr key={id}>
                  <td>
                    <VerdictText verdict={result} />
                  </td>
                  <td>
                    {title}
                    <ul className={classes.reasons}>
                      <li>expected: {expected}</li>
                      <li>observed: {observed}</li>
                      {differences.slice(0, 10).map((difference) => (
                        <li key={difference}>{difference}</li>
                      ))}
                    </ul>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
};

const forms = { html: 'HTML', markdown: 'Markdown', json: 'JSON', junit: 'JUnit XML' } as const;

const RunState = ({ run }: { readonly run: TestRun }) => (
  <Stack gap="xs" aria-label="Run" role="region">
    <Group justify="space-between">
      <Text fw={600}>
        {run.peer}: {run.state}
      </Text>
      {isOpen(run) && (
        <Button size="compact-sm" variant="default" onClick={() => void stopRun(run.id)}>
          Stop
        </Button>
      )}
    </Group>
    <Progress value={run.total === 0 ? 0 : (run.done / run.total) * 100} aria-label={`${run.done} of ${run.total}`} />
    <Text size="sm" className="quiet">
      {run.done} of {run.total} items {run.doing && `· ${run.doing}`}
    </Text>
    <Results results={run.results} />
    {run.state === 'done' && (
      <Group gap="xs">
        {Object.entries(forms).map(([form, label]) => (
          <Button
            key={form}
            size="xs"
            variant="default"
            component="a"
            href={`/conformance/runs/${run.id}/report?format=${form}`}
            download={`report-${run.peer}.${form === 'junit' ? 'xml' : form === 'markdown' ? 'md' : form}`}
          >
            {label}
          </Button>
        ))}
      </Group>
    )}
  </Stack>
);

interface RunPanelProps {
  readonly statements: readonly { readonly name: string; readonly statement: unknown }[];
}

export const RunPanel = ({ statements }: RunPanelProps) => {
  const { data: peers = [] } = useQuery({ queryKey: ['peers'], queryFn: ({ signal }) => getPeers(signal) });
  const [chosen, setChosen] = useState({ peer: '', statement: '', inClinicalUse: true, dryRun: false });
  const start = useMutation({ mutationFn: startRun });
  const { data: run } = useQuery({
    queryKey: ['test run', start.data?.id],
    queryFn: ({ signal }) => getRun(start.data?.id ?? '', signal),
    enabled: start.data !== undefined,
    refetchInterval: ({ state }) => (state.data === undefined || isOpen(state.data) ? refreshMs : false),
  });
  const peer = chosen.peer || peers[0]?.aeTitle || '';
  const named = statements.find(({ name }) => name === chosen.statement);
  const { inClinicalUse, dryRun } = chosen;
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
            onClick={() => start.mutate({ peer, inClinicalUse, dryRun, ...(named && { statement: named.statement }) })}
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
        {start.error && <Text role="alert">{start.error.message}</Text>}
        {run && <RunState run={run} />}
      </Stack>
    </section>
  );
};
