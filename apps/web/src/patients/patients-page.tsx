// Patients that are not right: studies under another's ID, objects that contradict their study, and what was done about it.
import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { shownAgo, shownDate } from '../format/date-time.ts';
import { nameInLine } from '../format/person-name.ts';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { EventList } from './event-list.tsx';
import { Oddities } from './oddities.tsx';
import { act, getWaiting, type QuarantinedStudy } from './patient-api.ts';
import classes from './patients.module.css';
import { useAct } from './use-act.ts';

const named = (name: string, birthDate: string): string =>
  [nameInLine(name) || 'no name', birthDate && `born ${shownDate(birthDate)}`].filter(Boolean).join(', ');

const Study = ({ study }: { readonly study: QuarantinedStudy }) => {
  const shown = {
    patient: { studyInstanceUid: study.uid },
    values: { PatientID: study.patientId, PatientName: study.name, PatientBirthDate: study.birthDate },
  };
  const other = {
    patient: { patientId: study.patientId, issuer: study.issuer },
    values: { PatientName: study.knownName, PatientBirthDate: study.knownBirthDate },
  };
  const acting = useAct((what: object) => {
    const seen = study.knownName === '' ? [shown] : [shown, other];
    return act(what, { reason: 'decided on the page', seen });
  });
  const known = { PatientID: study.patientId, IssuerOfPatientID: study.issuer };
  const join = { kind: 'move study', studyInstanceUid: study.uid, to: known };
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
