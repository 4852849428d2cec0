// The systems whose statements are kept: compared, planned from, looked at in every version, deleted.
import { Anchor, Button, Group, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { shownAgo } from '../format/date-time.ts';
import { counted } from '../format/quantity.ts';
import classes from './conformance.module.css';
import { deleteStatement, getStatements, type KeptStatement, statementPage } from './kept-statements.ts';
import { makePlan } from './test-plans.ts';

interface SystemsPanelProps {
  /** Names of what is compared now. */
  readonly compared: readonly string[];
  /** Takes a system into the comparison, or out of it. */
  readonly onCompare: (system: KeptStatement) => void;
}

const origins: Readonly<Record<string, string>> = {
  text: 'read from a text',
  probe: 'seen by a probe',
  'by hand': 'corrected by hand',
};

const Versions = ({ system: { id, versions } }: { readonly system: KeptStatement }) => (
  <ul className={classes.lines} aria-label="Versions">
    {versions.map(({ version, origin, keptAt, keptBy, digest }) => (
      <li key={version}>
        <Group gap="sm">
          <Text size="sm" className="figures">
            Version {version}, {shownAgo(new Date(keptAt), new Date())}, {origins[origin] ?? origin}, kept by {keptBy}{' '}
            <span className="uid">{digest.slice(0, 12)}</span>
          </Text>
          <Anchor size="sm" href={statementPage(id, version, 'json')} download={`${id}-${version}.json`}>
            JSON
          </Anchor>
          <Anchor size="sm" href={statementPage(id, version, 'html')} target="_blank">
            Read
          </Anchor>
        </Group>
      </li>
    ))}
  </ul>
);

const Deletion = ({ system: { id, name } }: { readonly system: KeptStatement }) => {
  const [asked, setAsked] = useState(false);
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteStatement(id),
    onSuccess: () =>
      Promise.all(['peer statements', 'test plans'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  if (!asked)
    return (
      <Button size="compact-xs" variant="default" aria-label={`Delete ${name}`} onClick={() => setAsked(true)}>
        Delete…
      </Button>
    );
  return (
    <>
      <Button size="compact-xs" color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
        Really delete
      </Button>
      {remove.error && <Text role="alert">{remove.error.message}</Text>}
    </>
  );
};

interface SystemRowProps extends SystemsPanelProps {
  readonly system: KeptStatement;
}

const SystemRow = ({ system, compared, onCompare }: SystemRowProps) => {
  const [open, setOpen] = useState(false);
  const queries = useQueryClient();
  const plan = useMutation({
    mutationFn: () => makePlan(system.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['test plans'] }),
  });
  const { name, versions } = system;
  const isCompared = compared.includes(name);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <UnstyledButton className={classes.count} aria-expanded={open} onClick={() => setOpen(!open)}>
          {counted(versions.length, 'version')}
        </UnstyledButton>
        {open && <Versions system={system} />}
      </td>
      <td>
        <Group gap={6}>
          <Button
            size="compact-xs"
            variant={isCompared ? 'filled' : 'default'}
            aria-pressed={isCompared}
            aria-label={`Compare ${name}`}
            onClick={() => onCompare(system)}
          >
            Compare
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Make a test plan for ${name}`}
            loading={plan.isPending}
            onClick={() => plan.mutate()}
          >
            Make a test plan
          </Button>
          <Deletion system={system} />
        </Group>
        {plan.error && <Text role="alert">{plan.error.message}</Text>}
      </td>
    </tr>
  );
};

export const SystemsPanel = ({ compared, onCompare }: SystemsPanelProps) => {
  const { data = [], error } = useQuery({
    queryKey: ['peer statements'],
    queryFn: ({ signal }) => getStatements(signal),
  });
  return (
    <section className={classes.card} aria-label="Systems">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h3">
            Other systems
          </Title>
          <Button component={Link} to="/interoperability/import" size="xs">
            Add a system
          </Button>
        </Group>
        {error && <Text role="alert">{error.message}</Text>}
        {data.length === 0 ? (
          <Text className="quiet">
            No statement of another system is kept. Add one from its document, or by looking at it from outside.
          </Text>
        ) : (
          <table aria-label="Kept statements">
            <thead>
              <tr>
                <th scope="col">System</th>
                <th scope="col">Statement</th>
                <th scope="col">What to do with it</th>
              </tr>
            </thead>
            <tbody>
              {data.map((system) => (
                <SystemRow key={system.id} {...{ system, compared, onCompare }} />
              ))}
            </tbody>
          </table>
        )}
      </Stack>
    </section>
  );
};
