// What this system can do, with whom it can work, and the test that proves it. PS3.2
import { Button, FileButton, Group, Pill, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { compareWith } from './comparison.ts';
import { ComparisonView } from './comparison-view.tsx';
import classes from './conformance.module.css';
import { getStatement, type KeptStatement } from './kept-statements.ts';
import { OwnStatement } from './own-statement.tsx';
import { PlanList } from './plan-list.tsx';
import { RunPanel } from './run-panel.tsx';
import { SaveButton } from './save-button.tsx';
import { SystemsPanel } from './systems-panel.tsx';

const PlanButtons = ({ other }: { readonly other: unknown }) => (
  <Group gap="xs">
    <Text size="sm">Test plan:</Text>
    {(['markdown', 'csv', 'json', 'html'] as const).map((form) => (
      <SaveButton
        key={form}
        label={form === 'markdown' ? 'Check list' : form.toUpperCase()}
        address={`/conformance/plans?format=${form}`}
        body={other === undefined ? {} : { partner: other }}
        fileName={`test-plan.${form === 'markdown' ? 'md' : form}`}
      />
    ))}
  </Group>
);

interface Uploaded {
  readonly name: string;
  readonly statement: unknown;
}

/** @throws Error with the file's name where one is no JSON */
const readFiles = (files: readonly File[]): Promise<readonly Uploaded[]> =>
  Promise.all(
    files.map(async (file) => {
      try {
        return { name: file.name, statement: JSON.parse(await file.text()) as unknown };
      } catch {
        throw new Error(`${file.name} is no statement: it is not JSON.`);
      }
    }),
  );

const useStatements = () => {
  const [statements, setStatements] = useState<readonly Uploaded[]>([]);
  const compare = useMutation({
    mutationFn: (uploaded: readonly Uploaded[]) => compareWith(uploaded.map(({ statement }) => statement)),
  });
  const change = (uploaded: readonly Uploaded[]): void => {
    setStatements(uploaded);
    if (uploaded.length > 0) compare.mutate(uploaded);
    else compare.reset();
  };
  const keep = (more: readonly Uploaded[]): void =>
    change([...statements.filter(({ name }) => !more.some((each) => each.name === name)), ...more]);
  const add = useMutation({ mutationFn: readFiles, onSuccess: keep });
  /** A kept one comes in, or goes where it is there already. */
  const toggle = useMutation({
    mutationFn: async ({ id, name }: KeptStatement) => ({ name, statement: await getStatement(id) }),
    onSuccess: (one) => keep([one]),
  });
  const onCompare = (system: KeptStatement): void =>
    statements.some(({ name }) => name === system.name)
      ? change(statements.filter(({ name }) => name !== system.name))
      : toggle.mutate(system);
  return { statements, compare, change, add, onCompare, problem: add.error ?? toggle.error ?? compare.error };
};

export const ConformancePage = () => {
  const { statements, compare, change, add, onCompare, problem } = useStatements();
  useEffect(() => {
    document.title = 'Conformance · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={1080} mx="auto">
      <div>
        <Title order={1} size="h2">
          Conformance
        </Title>
        <Text className="quiet">What this system can do, with whom it can work, and the tests that prove it.</Text>
      </div>
      <OwnStatement />
      <SystemsPanel compared={statements.map(({ name }) => name)} onCompare={onCompare} />
      <section className={classes.card} aria-label="Compare">
        <Stack gap="sm">
          <Title order={2} size="h3">
            Compare with other systems
          </Title>
          <Text className="quiet">
            Choose among the systems above, or look at statements as JSON that are not kept. What one does not say
            counts as unknown.
          </Text>
          <Group gap="xs">
            <FileButton accept="application/json,.json" multiple onChange={(files) => add.mutate(files)}>
              {(props) => (
                <Button {...props} size="xs">
                  Add statements
                </Button>
              )}
            </FileButton>
            {statements.map(({ name }) => (
              <Pill
                key={name}
                withRemoveButton
                removeButtonProps={{ 'aria-label': `Remove ${name}`, 'aria-hidden': false, tabIndex: 0 }}
                onRemove={() => change(statements.filter((each) => each.name !== name))}
              >
                {name}
              </Pill>
            ))}
            {statements.length > 0 && (
              <SaveButton
                label="Save report"
                address="/conformance/comparisons?format=html"
                body={{ statements: statements.map(({ statement }) => statement) }}
                fileName="comparison.html"
              />
            )}
          </Group>
          <PlanButtons other={statements[0]?.statement} />
          {problem && <Text role="alert">{problem.message}</Text>}
        </Stack>
      </section>
      {statements.length > 0 && compare.data && <ComparisonView comparison={compare.data} />}
      <PlanList />
      <RunPanel />
    </Stack>
  );
};
