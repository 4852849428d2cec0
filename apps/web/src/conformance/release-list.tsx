// Statements that were released before: each as it was, and what has changed since.
import { Anchor, Button, Group, Loader, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { counted } from '../format/quantity.ts';
import classes from './conformance.module.css';
import { getChanges, getReleases, makeRelease, type Release, releaseAddress } from './statement-api.ts';

const shownAtMost = 300;

const Changes = ({ id }: { readonly id: string }) => {
  const { data, error } = useQuery({ queryKey: ['releases', id], queryFn: ({ signal }) => getChanges(id, signal) });
  if (error) return <Text role="alert">{error.message}</Text>;
  if (!data) return <Loader size="sm" aria-label="Comparing" />;
  if (data.length === 0) return <Text size="sm">Nothing has changed since.</Text>;
  return (
    <div className={classes.scroll}>
      <table aria-label="Changes">
        <tbody>
          {data.slice(0, shownAtMost).map(({ table, change, row }) => (
            <tr key={`${table} ${change} ${row}`}>
              <td className="quiet">{table}</td>
              <td className={change === 'removed' ? classes.error : undefined}>{change}</td>
              <td>{row}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {data.length > shownAtMost && <Text size="sm">and {counted(data.length - shownAtMost, 'further row')}</Text>}
    </div>
  );
};

const Line = ({ release: { id, date, version, digest } }: { readonly release: Release }) => {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <Group gap="sm">
        <Text size="sm" className="figures">
          {date}, version {version} <span className="uid">{digest.slice(0, 12)}</span>
        </Text>
        <Anchor size="sm" href={releaseAddress(id, 'html')} target="_blank">
          Read
        </Anchor>
        <Anchor size="sm" href={releaseAddress(id, 'json')} download={`${id}.json`}>
          JSON
        </Anchor>
        <UnstyledButton fz={13} td="underline" onClick={() => setOpen(!open)} aria-expanded={open}>
          {open ? 'Hide' : 'What has changed since'}
        </UnstyledButton>
      </Group>
      {open && <Changes id={id} />}
    </li>
  );
};

/** A draft is refused by the server, with the rules that it breaks. */
export const ReleaseList = () => {
  const queries = useQueryClient();
  const { data = [] } = useQuery({ queryKey: ['releases'], queryFn: ({ signal }) => getReleases(signal) });
  const release = useMutation({
    mutationFn: makeRelease,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['releases'] }),
  });
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3} size="h5">
          Released
        </Title>
        <Button size="compact-sm" variant="default" loading={release.isPending} onClick={() => release.mutate()}>
          Release what runs now
        </Button>
      </Group>
      {release.error && <Text role="alert">{release.error.message}</Text>}
      {data.length === 0 && (
        <Text size="sm" className="quiet">
          Nothing yet. What is released is kept as it is, and tells later what has changed since.
        </Text>
      )}
      <ul className={classes.lines} aria-label="Releases">
        {data.map((each) => (
          <Line key={each.id} release={each} />
        ))}
      </ul>
    </Stack>
  );
};
