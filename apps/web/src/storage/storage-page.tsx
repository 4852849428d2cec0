// How much is stored: in all, month by month, by modality, and how far the quota is.
import { Progress, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { request } from '../api.ts';
import { counted, shownBytes } from '../format/quantity.ts';
import { isObject, listOf, numberOf, objectOf, textOf } from '../json.ts';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { Months, type Share } from './months-chart.tsx';
import { RejectedList } from './rejected-list.tsx';
import { RulePreviews } from './rule-preview.tsx';
import classes from './storage.module.css';

interface StorageUse {
  readonly bytes: number;
  readonly rejectedBytes: number;
  readonly asideBytes: number;
  readonly studies: number;
  readonly protectedStudies: number;
  readonly committedStudies: number;
  readonly moved: { readonly objects: number; readonly bytes: number };
  readonly quota: number;
  readonly quotaPolicy: string;
  readonly months: readonly Share[];
  readonly modalities: readonly Share[];
}

const readShares = (value: unknown, name: string): readonly Share[] =>
  listOf(value)
    .filter(isObject)
    .map((share) => ({
      name: textOf(share, name),
      bytes: numberOf(share, 'bytes') ?? 0,
      studies: numberOf(share, 'studies') ?? 0,
    }));

const getStorage = async (signal: AbortSignal): Promise<StorageUse> => {
  const use = objectOf(await (await request('/api/storage', { signal })).json());
  const moved = objectOf(use.moved);
  return {
    bytes: numberOf(use, 'bytes') ?? 0,
    rejectedBytes: numberOf(use, 'rejectedBytes') ?? 0,
    asideBytes: numberOf(use, 'asideBytes') ?? 0,
    studies: numberOf(use, 'studies') ?? 0,
    protectedStudies: numberOf(use, 'protectedStudies') ?? 0,
    committedStudies: numberOf(use, 'committedStudies') ?? 0,
    moved: { objects: numberOf(moved, 'objects') ?? 0, bytes: numberOf(moved, 'bytes') ?? 0 },
    quota: numberOf(use, 'quota') ?? 0,
    quotaPolicy: textOf(use, 'quotaPolicy'),
    months: readShares(use.months, 'month'),
    modalities: readShares(use.modalities, 'modality'),
  };
};

const Modalities = ({ modalities, total }: { readonly modalities: readonly Share[]; readonly total: number }) => (
  <ul className={classes.shares} aria-label="By modality">
    {modalities.map(({ name, bytes, studies }) => (
      <li key={name} className={classes.share}>
        <Text size="sm" fw={600}>
          {name.replaceAll('\\', ', ') || 'none'}
        </Text>
        <Progress value={total === 0 ? 0 : (bytes / total) * 100} size="sm" aria-hidden className={classes.part} />
        <Text size="sm" className="quiet figures">
          {shownBytes(bytes)} · {counted(studies, 'study', 'studies')}
        </Text>
      </li>
    ))}
  </ul>
);

const Quota = ({ use }: { readonly use: StorageUse }) => {
  // What is taken out makes no room until it is deleted.
  const used = use.bytes + use.rejectedBytes + use.asideBytes;
  const part = (used / use.quota) * 100;
  const then = use.quotaPolicy === 'refuse' ? 'then objects are refused' : 'then the oldest studies make room';
  return (
    <div>
      <Progress value={part} color={part > 90 ? 'red' : 'cyan'} aria-label="Quota used" />
      <Text size="sm" className="quiet figures" mt={4}>
        {shownBytes(used)} of {shownBytes(use.quota)} ({part.toFixed(0)}%), {then}
      </Text>
    </div>
  );
};

export const StoragePage = () => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['storage'],
    queryFn: ({ signal }) => getStorage(signal),
    refetchInterval: 15_000,
  });
  useEffect(() => {
    document.title = 'Storage · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={860} mx="auto">
      <Title order={1} size="h2">
        Storage
      </Title>
      {isPending && <Skeleton height={200} radius="md" />}
      {error && <DeadEnd title="This cannot be loaded" reason={error.message} onRetry={() => void refetch()} />}
      {data && (
        <>
          <section className={classes.card}>
            <Text className={classes.figure}>{shownBytes(data.bytes)}</Text>
            <Text className="quiet">
              {counted(data.studies, 'study', 'studies')}
              {data.protectedStudies > 0 && `, ${data.protectedStudies} protected`}
              {data.asideBytes > 0 && ` · ${shownBytes(data.asideBytes)} put aside`}
              {data.rejectedBytes > 0 && ` · ${shownBytes(data.rejectedBytes)} taken out, not deleted yet`}
            </Text>
            {data.committedStudies > 0 && (
              <Text size="sm" className="quiet">
                {counted(data.committedStudies, 'study is', 'studies are')} committed to other systems: neither rules
                nor a full archive delete them.
              </Text>
            )}
            {data.moved.objects > 0 && (
              <Text size="sm" className="quiet">
                {counted(data.moved.objects, 'object was', 'objects were')} moved to S3 by age so far (
                {shownBytes(data.moved.bytes)}).
              </Text>
            )}
            {data.quota > 0 && <Quota use={data} />}
          </section>
          <section className={classes.card}>
            <Title order={2} size="h4">
              By the month it came in
            </Title>
            {data.months.length === 0 ? (
              <Text className="quiet">Nothing is stored yet.</Text>
            ) : (
              <Months months={data.months} />
            )}
          </section>
          {data.modalities.length > 0 && (
            <section className={classes.card}>
              <Title order={2} size="h4">
                By modality
              </Title>
              <Modalities modalities={data.modalities} total={data.bytes} />
            </section>
          )}
          <RulePreviews />
          <RejectedList />
        </>
      )}
    </Stack>
  );
};
