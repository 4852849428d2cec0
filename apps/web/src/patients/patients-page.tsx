// Patients that are not right: studies under another's ID, objects that contradict their study, and what was done about it.
import { Button, Group, Skeleton, Stack, Switch, Text, Title } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { shownAgo, shownDate } from '../format/date-time.ts';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { EventList } from './event-list.tsx';
import { act, type Contradiction, dismiss, getWaiting, type QuarantinedStudy } from './patient-api.ts';
import classes from './patients.module.css';
import { useAct } from './use-act.ts';

const named = (name: string, birthDate: string): string =>
  [name.replaceAll('^', ' ').trim() || 'no name', birthDate && `born ${shownDate(birthDate)}`]
    .filter(Boolean)
    .join(', ');

const Study = ({ study }: { readonly study: QuarantinedStudy }) => {
  const acting = useAct((what: object) => act(what, 'decided on the page'));
  const join = { kind: 'move study', studyInstanceUid: study.uid, to: { PatientID: study.patientId } };
  const accept = { kind: 'accept study', studyInstanceUid: study.uid };
  return (
    <li className={classes.card}>
      <Text size="sm" className="quiet">
        Patient ID {study.patientId} · came {shownAgo(new Date(study.receivedAt), new Date())}
      </Text>
      <div className={classes.sides}>
        <div>
          <Text size="xs" className="quiet">
            This study says
          </Text>
          <Link to="/studies/$study" params={{ study: study.uid }} className={classes.name}>
            {named(study.name, study.birthDate)}
          </Link>
        </div>
        <div>
          <Text size="xs" className="quiet">
            Known under this ID
          </Text>
          <Text className={classes.name}>
            {study.knownName === '' ? 'nobody any more' : named(study.knownName, study.knownBirthDate)}
          </Text>
        </div>
      </div>
      <Group gap={8}>
        {study.knownName !== '' && (
          <Button size="compact-sm" variant="default" loading={acting.isPending} onClick={() => acting.mutate(join)}>
            The same person
          </Button>
        )}
        <Button size="compact-sm" variant="default" loading={acting.isPending} onClick={() => acting.mutate(accept)}>
          Two people, leave it so
        </Button>
        <Text size="xs" className="quiet">
          To give it an ID of its own, open the study and choose “Correct…”.
        </Text>
      </Group>
      {acting.error && (
        <Text size="sm" role="alert" className={classes.problem}>
          {acting.error.message}
        </Text>
      )}
    </li>
  );
};

const words: Readonly<Record<string, string>> = {
  'other content': 'Another object came under the same UID; the first one is shown, this one is kept aside',
  'other patient': 'Names another Patient ID than its study',
  'other demographics': 'Names another person than its study',
  'series in two studies': 'Its series is in another study too',
  replaced: 'Was replaced by another object with its UID; its file is kept',
  lost: 'Its file was missing or lost; it was sent again, and is whole',
  renamed: 'Came under a UID that was taken, and got one of its own',
};

/** Nothing is left to decide about these: they tell what was done. */
const decided: ReadonlySet<string> = new Set(['replaced', 'renamed', 'lost']);

/** Objects that contradict, those that need no decision hidden where that is wanted; the browser remembers it. */
const Oddities = ({ objects }: { readonly objects: readonly Contradiction[] }) => {
  const [hides, setHides] = useLocalStorage({ key: 'hide-decided', defaultValue: false });
  const shown = hides ? objects.filter(({ kind }) => !decided.has(kind)) : objects;
  const hidden = objects.length - shown.length;
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          Objects that contradict what was there
        </Title>
        <Switch
          size="sm"
          label={hidden > 0 ? `Hide what needs no decision (${hidden})` : 'Hide what needs no decision'}
          checked={hides}
          onChange={({ currentTarget: { checked } }) => setHides(checked)}
        />
      </Group>
      <ul className={classes.list} aria-label="Objects that contradict">
        {shown.map((object) => (
          <Odd key={object.id} object={object} />
        ))}
      </ul>
      {shown.length === 0 && <Text className="quiet">Nothing here needs a decision.</Text>}
    </section>
  );
};

const Odd = ({ object }: { readonly object: Contradiction }) => {
  const letting = useAct(async (id: number) => {
    await dismiss(id);
    return 'Let go';
  });
  return (
    <li className={classes.event}>
      <div className={classes.words}>
        <Text size="sm">{words[object.kind] ?? object.kind}</Text>
        <Text size="xs" className="quiet">
          <Link to="/studies/$study" params={{ study: object.study }}>
            its study
          </Link>{' '}
          · <span className="uid">{object.instance}</span> · {object.detail}
        </Text>
      </div>
      <Button size="compact-xs" variant="default" loading={letting.isPending} onClick={() => letting.mutate(object.id)}>
        Let go
      </Button>
    </li>
  );
};

export const PatientsPage = () => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['patients', 'waiting'],
    queryFn: ({ signal }) => getWaiting(signal),
  });
  useEffect(() => {
    document.title = 'Patients · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={960} mx="auto">
      <div>
        <Title order={1} size="h2">
          Patients
        </Title>
        <Text className="quiet">
          Another person under a known ID is never mixed in: the study stands apart until somebody decides. Whatever is
          done here can be taken back.
        </Text>
      </div>
      {isPending && <Skeleton height={140} radius="md" />}
      {error && <DeadEnd title="This cannot be loaded" reason={error.message} onRetry={() => void refetch()} />}
      {data && data.studies.length + data.objects.length === 0 && (
        <Text className={classes.card}>Nothing waits: every study fits its patient.</Text>
      )}
      <ul className={classes.list} aria-label="Studies that wait">
        {data?.studies.map((study) => (
          <Study key={study.uid} study={study} />
        ))}
      </ul>
      {data && data.objects.length > 0 && <Oddities objects={data.objects} />}
      <section>
        <Title order={2} size="h4" mb="xs">
          What was done
        </Title>
        <EventList />
      </section>
    </Stack>
  );
};
