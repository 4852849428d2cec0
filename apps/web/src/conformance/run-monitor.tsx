// How a test run goes: the item at work, what was expected and observed, what a person is asked to do, the log, the report.
import { Button, Group, Progress, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import classes from './conformance.module.css';
import { answerRun, holdRun, isOpen, type Prompt, type RunResult, stopRun, type TestRun } from './test-run.ts';
import { VerdictText } from './verdict-text.tsx';

const isNotable = ({ result }: RunResult): boolean => result === 'failed' || result === 'inconclusive';

const Results = ({ results }: { readonly results: readonly RunResult[] }) => {
  const [all, setAll] = useState(false);
  const shown = all ? results : results.filter(isNotable);
  const counts = [...Map.groupBy(results, ({ result }) => result)].map(([result, some]) => `${some.length} ${result}`);
  return (
    <>
      <Group justify="space-between">
        <Text size="sm">{counts.join(', ')}</Text>
        <Switch
          size="xs"
          label="All items"
          checked={all}
          onChange={({ currentTarget: { checked } }) => setAll(checked)}
        />
      </Group>
      {shown.length > 0 && (
        <div className={classes.scroll}>
          <table aria-label={all ? 'All items' : 'Failed and inconclusive'}>
            <thead>
              <tr>
                <th scope="col">Item</th>
                <th scope="col">Expected</th>
                <th scope="col">Observed</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ id, title, result, expected, observed, differences }) => (
                <tr key={id}>
                  <td>
                    <VerdictText verdict={result} /> {title}
                  </td>
                  <td>{expected}</td>
                  <td>
                    {observed}
                    {differences.length > 0 && (
                      <ul className={classes.reasons}>
                        {differences.slice(0, 10).map((difference) => (
                          <li key={difference}>{difference}</li>
                        ))}
                      </ul>
                    )}
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

/** What only a person can do, and what came of it. */
const Asked = ({ run, prompt: { item, instructions } }: { readonly run: string; readonly prompt: Prompt }) => {
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const answer = useMutation({
    mutationFn: (result: 'passed' | 'failed') => answerRun(run, result, note),
    onSettled: () => queries.invalidateQueries({ queryKey: ['test run', run] }),
  });
  return (
    <Stack gap="xs" role="alertdialog" aria-label={`To do: ${item}`} className={classes.card}>
      <Text fw={600}>{item}</Text>
      <Text size="sm" className={classes.steps}>
        {instructions}
      </Text>
      <TextInput label="Note" value={note} onChange={({ currentTarget: { value } }) => setNote(value)} />
      <Group gap="xs">
        <Button size="xs" loading={answer.isPending} onClick={() => answer.mutate('passed')}>
          As expected
        </Button>
        <Button size="xs" variant="default" loading={answer.isPending} onClick={() => answer.mutate('failed')}>
          Not as expected
        </Button>
      </Group>
      {answer.error && <Text role="alert">{answer.error.message}</Text>}
    </Stack>
  );
};

const Controls = ({ run: { id, paused } }: { readonly run: TestRun }) => {
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: (work: () => Promise<void>) => work(),
    onSettled: () => queries.invalidateQueries({ queryKey: ['test run', id] }),
  });
  return (
    <Group gap="xs">
      {act.error && (
        <Text size="sm" role="alert">
          {act.error.message}
        </Text>
      )}
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => act.mutate(() => holdRun(id, paused ? 'resume' : 'pause'))}
      >
        {paused ? 'Go on' : 'Pause'}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => act.mutate(() => stopRun(id))}>
        Stop
      </Button>
    </Group>
  );
};

const forms = { html: 'HTML', markdown: 'Markdown', json: 'JSON', junit: 'JUnit XML' } as const;

const Reports = ({ run: { id, peer } }: { readonly run: TestRun }) => (
  <Group gap="xs">
    {Object.entries(forms).map(([form, label]) => (
      <Button
        key={form}
        size="xs"
        variant="default"
        component="a"
        href={`/conformance/runs/${id}/report?format=${form}`}
        download={`report-${peer}.${form === 'junit' ? 'xml' : form === 'markdown' ? 'md' : form}`}
      >
        {label}
      </Button>
    ))}
  </Group>
);

export const RunMonitor = ({ run }: { readonly run: TestRun }) => (
  <Stack gap="xs" aria-label="Run" role="region">
    <Group justify="space-between">
      <Text fw={600}>
        {run.peer}: {run.paused && isOpen(run) ? 'paused' : run.state}
      </Text>
      {isOpen(run) && <Controls run={run} />}
    </Group>
    <Progress value={run.total === 0 ? 0 : (run.done / run.total) * 100} aria-label={`${run.done} of ${run.total}`} />
    <Text size="sm" className="quiet">
      {run.done} of {run.total} items {run.doing && `· ${run.doing}`}
    </Text>
    {run.prompt && <Asked run={run.id} prompt={run.prompt} />}
    <Results results={run.results} />
    {run.log.length > 0 && (
      <details>
        <summary>Log</summary>
        <pre className={classes.log}>{run.log.join('\n')}</pre>
      </details>
    )}
    {run.state === 'done' && <Reports run={run} />}
  </Stack>
);
