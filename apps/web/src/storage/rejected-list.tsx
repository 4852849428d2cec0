// Studies that were taken out and are not deleted yet: put back, or deleted for good.
import { Button, Group, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '../api.ts';
import { shownAgo, shownDate } from '../format/date-time.ts';
import { nameInLine } from '../format/person-name.ts';
import { counted } from '../format/quantity.ts';
import { isObject, listOf, numberOf, objectOf, textOf } from '../json.ts';
import { useAct } from '../patients/use-act.ts';
import classes from './storage.module.css';

interface Rejected {
  readonly study: string;
  readonly name: string;
  readonly patientId: string;
  readonly date: string;
  readonly description: string;
  readonly instances: number;
  readonly at: string;
  readonly by: string;
  readonly reason: string;
}

const getRejected = async (signal: AbortSignal): Promise<readonly Rejected[]> =>
  listOf(await (await request('/api/rejected', { signal })).json())
    .filter(isObject)
    .map((study) => ({
      study: textOf(study, 'studyInstanceUid'),
      name: nameInLine(textOf(study, 'patientName')),
      patientId: textOf(study, 'patientId'),
      date: shownDate(textOf(study, 'studyDate')),
      description: textOf(study, 'description'),
      instances: numberOf(study, 'instances') ?? 0,
      at: textOf(study, 'rejectedAt'),
      by: textOf(study, 'rejectedBy'),
      reason: textOf(study, 'reason'),
    }));

const verbs = { restore: 'put back', purge: 'deleted for good' } as const;

const decide = async (study: string, verb: keyof typeof verbs): Promise<string> => {
  const address = `/api/rejected/${encodeURIComponent(study)}/${verb}`;
  const answer = objectOf(await (await request(address, { method: 'POST' })).json());
  return `${counted(numberOf(answer, 'instances') ?? 0, 'object')} ${verbs[verb]}`;
};

const Study = ({ rejected }: { readonly rejected: Rejected }) => {
  const [asked, setAsked] = useState(false);
  const who = [rejected.name || 'no name', rejected.patientId && `ID ${rejected.patientId}`].filter(Boolean).join(', ');
  const of = `${who}, ${rejected.study}`;
  const acting = useAct((verb: keyof typeof verbs) => decide(rejected.study, verb));
  return (
    <li className={classes.rejected}>
      <div className={classes.words}>
        <Text size="sm" fw={600}>
          <bdi>{who}</bdi>
        </Text>
        <Text size="sm">
          {[counted(rejected.instances, 'object'), rejected.description, rejected.date].filter(Boolean).join(' · ')}
        </Text>
        <Text size="xs" className="uid">
          {rejected.study}
        </Text>
        <Text size="xs" className="quiet">
          {shownAgo(new Date(rejected.at), new Date())} · {rejected.by}
          {rejected.reason !== '' && ` · “${rejected.reason}”`}
        </Text>
        {acting.error && (
          <Text size="xs" role="alert" className={classes.problem}>
            {acting.error.message}
          </Text>
        )}
      </div>
      <Group gap={6} wrap="nowrap">
        <Button
          size="compact-xs"
          variant="default"
          disabled={acting.isPending}
          onClick={() => acting.mutate('restore')}
          aria-label={`Put back ${of}`}
        >
          Put back
        </Button>
        {asked ? (
          <>
            <Button
              size="compact-xs"
              color="red"
              loading={acting.isPending}
              onClick={() => acting.mutate('purge')}
              aria-label={`Really delete ${of} for good`}
            >
              Really delete
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => setAsked(false)} autoFocus>
              Keep
            </Button>
          </>
        ) : (
          <Button size="compact-xs" variant="default" onClick={() => setAsked(true)} aria-label={`Delete… ${of}`}>
            Delete…
          </Button>
        )}
      </Group>
    </li>
  );
};

export const RejectedList = () => {
  const { data = [], error } = useQuery({
    queryKey: ['storage', 'rejected'],
    queryFn: ({ signal }) => getRejected(signal),
  });
  if (error) return <Text size="sm">{error.message}</Text>;
  if (data.length === 0) return null;
  return (
    <section className={classes.card}>
      <Title order={2} size="h4">
        Taken out, not deleted yet
      </Title>
      <ul className={classes.shares} aria-label="Taken out">
        {data.map((rejected) => (
          <Study key={rejected.study} rejected={rejected} />
        ))}
      </ul>
    </section>
  );
};
