// One study: whose it is, what it is, and its series.
import { Anchor, CopyButton, Group, Skeleton, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { IconArrowLeft, IconCheck, IconCopy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { getExamTypesOfStudy } from '../exam-types/exam-types.ts';
import { counted } from '../format/quantity.ts';
import { SendButton } from '../jobs/send-button.tsx';
import { ChosenImagesProvider } from '../key-objects/chosen-images.tsx';
import { KeyObjectList } from '../key-objects/key-object-list.tsx';
import { SelectionBar } from '../key-objects/selection-bar.tsx';
import { CorrectButton } from '../patients/correct-button.tsx';
import { EventList } from '../patients/event-list.tsx';
import { KeepLine } from '../patients/keep-line.tsx';
import { DeadEnd } from '../shell/dead-ends.tsx';
import type { Study } from '../studies/study.ts';
import { DownloadButton } from './download-button.tsx';
import { SeriesCard } from './series-card.tsx';
import classes from './study.module.css';
import { useSeries, useStudy } from './study-queries.ts';

const route = getRouteApi('/pages/studies/$study');

const Fact = ({ term, text }: { readonly term: string; readonly text: string }) =>
  text === '' ? null : (
    <div>
      <dt className={classes.term}>{term}</dt>
      <dd className={classes.value}>{text}</dd>
    </div>
  );

const CopyUid = ({ uid }: { readonly uid: string }) => (
  <CopyButton value={uid}>
    {({ copied, copy }) => (
      <UnstyledButton className={classes.uid} onClick={copy} title="Copy the Study Instance UID">
        <span className="uid">{uid}</span>
        {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
      </UnstyledButton>
    )}
  </CopyButton>
);

const useExamTypes = (study: string): readonly string[] =>
  useQuery({
    queryKey: ['study', study, 'exam types'],
    queryFn: ({ signal }) => getExamTypesOfStudy(study, signal),
  }).data ?? [];

const Facts = ({ study }: { readonly study: Study }) => {
  const examTypes = useExamTypes(study.uid);
  return (
    <dl className={classes.facts}>
      <Fact term="Study" text={study.description || 'No description'} />
      <Fact term="Date" text={[study.date, study.time].join(' ').trim()} />
      <Fact term="Exam type" text={examTypes.join(', ')} />
      <Fact term="Modality" text={study.modalities.join(', ')} />
      <Fact term="Accession number" text={study.accession} />
      <Fact term="Referring physician" text={study.referringPhysician.main ?? ''} />
      <Fact term="Institution" text={study.institution} />
      <Fact
        term="Content"
        text={`${counted(study.series, 'series', 'series')}, ${counted(study.instances, 'object')}`}
      />
    </dl>
  );
};

const Header = ({ study }: { readonly study: Study }) => (
  <section className={classes.header} aria-label="Patient and study">
    <Group justify="space-between" align="flex-start" gap="md">
      <div className={classes.patient}>
        <Title order={1} size="h2">
          {study.name.main ?? 'No name'}
        </Title>
        {study.name.others.length > 0 && <Text className="quiet">{study.name.others.join(' · ')}</Text>}
        <Text className="figures">
          {[
            study.patientId && `ID ${study.patientId}`,
            study.sex,
            study.age,
            study.birthDate && `born ${study.birthDate}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </div>
      <Group gap="xs">
        <CorrectButton study={study.uid} />
        <SendButton selection={{ studyInstanceUid: study.uid }} what="this study" />
        <DownloadButton study={study} />
      </Group>
    </Group>
    <Facts study={study} />
    <Group justify="space-between" gap="sm">
      <CopyUid uid={study.uid} />
      <KeepLine study={study.uid} />
    </Group>
  </section>
);

const useTitle = (study: Study | undefined) => {
  useEffect(() => {
    document.title = `${study?.name.main ?? 'Study'} · Concord`;
  }, [study]);
};

const SeriesList = ({ study }: { readonly study: string }) => {
  const { data, error, isPending, refetch } = useSeries(study);
  if (isPending) return <Skeleton height={200} radius="md" aria-label="Loading" />;
  if (error)
    return <DeadEnd title="The series cannot be loaded" reason={error.message} onRetry={() => void refetch()} />;
  return (
    <ul className={classes.seriesList}>
      {data.map((series) => (
        <SeriesCard key={series.uid} study={study} series={series} />
      ))}
    </ul>
  );
};

/** The viewer's program is fetched while the study is being looked at: opening a series then waits for its images only. */
const useViewerAtHand = () => {
  useEffect(() => {
    const timer = window.setTimeout(() => void import('../viewer/viewer-page.tsx').catch(() => undefined), 300);
    return () => window.clearTimeout(timer);
  }, []);
};

export const StudyPage = () => {
  const { study: uid } = route.useParams();
  const { data: study, error, refetch } = useStudy(uid);
  useTitle(study);
  useViewerAtHand();
  if (error && !study) {
    return <DeadEnd title="This study cannot be shown" reason={error.message} onRetry={() => void refetch()} />;
  }
  return (
    <Stack gap="md">
      <Anchor renderRoot={(props) => <Link to="/" {...props} />} size="sm" className={classes.back}>
        <IconArrowLeft size={16} /> Studies
      </Anchor>
      {study ? <Header study={study} /> : <Skeleton height={190} radius="md" />}
      <KeyObjectList study={uid} />
      <ChosenImagesProvider key={uid}>
        <SeriesList study={uid} />
        <SelectionBar />
      </ChosenImagesProvider>
      <EventList study={uid} />
    </Stack>
  );
};
