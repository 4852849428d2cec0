// What another archive has of a study: everything it says of it, its series, their objects, each with a button to fetch it.
import { Badge, Group, Loader, Stack, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { UidName } from '../associations/uid-name.tsx';
import { counted, shownCount } from '../format/quantity.ts';
import { type FetchWish, type FoundStudy, type Source, wishFor } from './archive-search.ts';
import classes from './archives.module.css';
import { type FoundSeries, getContents } from './contents.ts';
import { FetchButton } from './fetching.tsx';

/** Names of attributes come in their own file, because they are many; what the dictionary does not know is left out. */
const Said = lazy(async () => {
  const { attributeRows } = await import('../viewer/attribute-rows.ts');
  return {
    default: ({ said }: { readonly said: Source['said'] }) => (
      <dl className={classes.said} aria-label="Attributes">
        {attributeRows(said)
          .filter(({ depth, name, text }) => depth === 0 && text !== '' && name !== 'Private' && name !== 'Unknown')
          .map(({ key, name, text }) => (
            <div key={key}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
      </dl>
    ),
  };
});

const shownAtMost = 500;

interface SeriesProps {
  readonly archive: string;
  readonly wish: FetchWish;
  readonly series: FoundSeries;
}

const Series = ({ archive, wish, series: { uid, modality, description, instances, problem } }: SeriesProps) => {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <Group gap={8}>
        {modality !== '' && <Badge variant="light">{modality}</Badge>}
        <Text size="sm" fw={600}>
          {description || 'No description'}
        </Text>
        <UnstyledButton className={classes.more} onClick={() => setOpen(!open)} aria-expanded={open}>
          {counted(instances.length, 'object')}
        </UnstyledButton>
        <FetchButton archive={archive} wish={{ ...wish, seriesInstanceUid: uid }} label={`Fetch series ${uid}`} />
      </Group>
      {problem !== '' && (
        <Text size="xs" className={classes.problem}>
          {problem}
        </Text>
      )}
      {open && (
        <ul className={classes.objects}>
          {instances.slice(0, shownAtMost).map(({ uid: instance, number, sopClass }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an archive may name an object twice, and both are shown
            <li key={`${instance} ${index}`}>
              <Group gap={8}>
                <Text size="sm" className="figures">
                  {number ?? '–'}
                </Text>
                <Text size="sm">
                  {sopClass === '' ? <span className="uid">{instance}</span> : <UidName uid={sopClass} />}
                </Text>
                <FetchButton
                  archive={archive}
                  wish={{ ...wish, seriesInstanceUid: uid, sopInstanceUid: [instance] }}
                  label={`Fetch object ${instance}`}
                />
              </Group>
            </li>
          ))}
          {instances.length > shownAtMost && <li>and {shownCount(instances.length - shownAtMost)} more</li>}
        </ul>
      )}
    </li>
  );
};

export const ContentsView = ({ study, source }: { readonly study: FoundStudy; readonly source: Source }) => {
  const { archive, said } = source;
  const { data, error, isPending } = useQuery({
    queryKey: ['archives', archive, study.uid],
    queryFn: ({ signal }) => getContents(archive, { study: study.uid, patientId: study.patientId }, signal),
    retry: false,
  });
  const problem = error?.message ?? data?.problem ?? '';
  return (
    <Stack gap="sm" role="region" aria-label={`Contents of ${study.uid} at ${archive}`}>
      <Suspense fallback={null}>
        <Said said={said} />
      </Suspense>
      {isPending && <Loader size="sm" aria-label="Asking for the contents" />}
      {problem !== '' && (
        <Text size="sm" role="alert" className={classes.problem}>
          {problem}
        </Text>
      )}
      {data && (
        <ul className={classes.contents}>
          {data.series.map((series) => (
            <Series key={series.uid} archive={archive} wish={wishFor(study)} series={series} />
          ))}
        </ul>
      )}
    </Stack>
  );
};
