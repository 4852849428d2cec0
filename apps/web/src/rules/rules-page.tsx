// What is sent on by itself: the rules, each with its switch and its dry run, and a form for a further one.
import { Badge, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import classes from '../jobs/jobs.module.css';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { DryRun } from './dry-run.tsx';
import { changeRule, conditionsOf, getRules, type Rule, removeRule } from './rule.ts';
import { RuleForm } from './rule-form.tsx';

/** Others change rules too. */
const refreshMs = 10_000;

const colours: Readonly<Record<string, string>> = { on: 'green', paused: 'yellow', off: 'gray' };

const verbs: Readonly<Record<string, string>> = { on: 'Switch on', paused: 'Pause', off: 'Switch off' };

const Card = ({ rule }: { readonly rule: Rule }) => {
  const [editing, setEditing] = useState<Rule>();
  const [asked, setAsked] = useState(false);
  const queries = useQueryClient();
  const settled = { onSettled: () => queries.invalidateQueries({ queryKey: ['rules'] }) };
  const change = useMutation({ mutationFn: (state: string) => changeRule(rule, { ...rule, state }), ...settled });
  const remove = useMutation({ mutationFn: () => removeRule(rule), ...settled });
  const problem = change.error ?? remove.error;
  const others = ['on', 'paused', 'off'].filter((state) => state !== rule.state);
  if (editing)
    return (
      <li className={classes.bare}>
        <RuleForm rule={editing} onDone={() => setEditing(undefined)} />
      </li>
    );
  return (
    <li className={classes.card}>
      <Group justify="space-between" gap="sm">
        <Group gap={10} className={classes.title}>
          <Badge variant="light" color={colours[rule.state] ?? 'gray'}>
            {rule.state}
          </Badge>
          <Text fw={600}>{rule.name}</Text>
          <Text size="sm" className="quiet">
            to {rule.destinations.join(', ')}, {rule.when}
          </Text>
        </Group>
        <Group gap={6}>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setEditing(rule)}
            aria-label={`Change ${rule.name}`}
          >
            Change
          </Button>
          {others.map((state) => (
            <Button
              key={state}
              size="compact-sm"
              variant="default"
              disabled={change.isPending}
              onClick={() => change.mutate(state)}
              aria-label={`${verbs[state]} ${rule.name}`}
            >
              {verbs[state]}
            </Button>
          ))}
          {asked ? (
            <>
              <Button
                size="compact-sm"
                color="red"
                loading={remove.isPending}
                onClick={() => remove.mutate()}
                aria-label={`Really remove ${rule.name}`}
              >
                Really remove
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => setAsked(false)} autoFocus>
                Leave it
              </Button>
            </>
          ) : (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => setAsked(true)}
              aria-label={`Remove… ${rule.name}`}
            >
              Remove…
            </Button>
          )}
        </Group>
      </Group>
      <Text size="sm">{conditionsOf(rule)}</Text>
      {problem && (
        <Text size="sm" role="alert" className={classes.problem}>
          {problem.message}
        </Text>
      )}
      <DryRun key={JSON.stringify(rule)} rule={rule.id} />
    </li>
  );
};

export const RulesPage = () => {
  const [adding, setAdding] = useState(false);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['rules'],
    queryFn: ({ signal }) => getRules(signal),
    refetchInterval: refreshMs,
  });
  useEffect(() => {
    document.title = 'Rules · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={960} mx="auto">
      <Group justify="space-between">
        <div>
          <Title order={1} size="h2">
            Rules
          </Title>
          <Text className="quiet">What is sent on by itself. A rule holds for what comes after it was made.</Text>
        </div>
        {!adding && <Button onClick={() => setAdding(true)}>Add a rule</Button>}
      </Group>
      {adding && <RuleForm onDone={() => setAdding(false)} />}
      {isPending && <Skeleton height={140} radius="md" />}
      {error && <DeadEnd title="The rules cannot be loaded" reason={error.message} onRetry={() => void refetch()} />}
      {data?.length === 0 && !adding && <Text className="quiet">Nothing is sent on by itself.</Text>}
      <ul className={classes.list} aria-label="Rules">
        {data?.map((rule) => (
          <Card key={rule.id} rule={rule} />
        ))}
      </ul>
    </Stack>
  );
};
